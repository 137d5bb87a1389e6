import type { Period } from '../../parts/period.tsx';
import type { Report, Row } from './api-types.ts';
import { isCalendar, isTime, showValue, type Value, WEEKDAYS } from './dimensions.ts';

/** Lines or stacks that can be told apart. */
const SERIES_MAX = 6;
const BARS_MAX = 15;
const STEPS_MAX = 3_000;
const HOUR_MS = 3_600_000;

export type ChartData = {
  /** `ranking`: names, the largest first; the others are times. */
  kind: 'area' | 'bar' | 'ranking';
  points: Array<{ at: string } & Record<string, number | string>>;
  /** `name` is the member of the points. */
  series: Array<{ name: string; label: string }>;
  /** Rows that the chart does not show. */
  leftOut: number;
};

/** What the chart of a report shows of one of its metrics. */
export function chartOf(report: Report, metric: string, range: Period): ChartData {
  const time = report.grouping.find(isTime);
  return time === undefined ? bars(report, metric) : overTime(report, metric, range, time);
}

function bars({ rows, grouping }: Report, metric: string): ChartData {
  const shown = [...rows].sort((one, other) => figure(other, metric) - figure(one, metric));
  return {
    kind: 'ranking',
    points: shown
      .slice(0, BARS_MAX)
      .map((row) => ({ at: nameOf(row, grouping), value: figure(row, metric) })),
    series: [{ name: 'value', label: metric }],
    leftOut: Math.max(0, rows.length - BARS_MAX),
  };
}

function overTime(report: Report, metric: string, range: Period, time: string): ChartData {
  const others = report.grouping.filter((name) => name !== time);
  const names = largest(report.rows, others, metric);
  const byStep = new Map<string, Map<string, number>>();
  let leftOut = 0;
  for (const row of report.rows) {
    const name = nameOf(row, others);
    const step = String(row[time]);
    if (names.has(name)) {
      const values = byStep.get(step) ?? new Map<string, number>();
      values.set(name, (values.get(name) ?? 0) + figure(row, metric));
      byStep.set(step, values);
    } else {
      leftOut += 1;
    }
  }
  const series = [...names].map((label, index) => ({ name: `s${index}`, label }));
  return {
    kind: isCalendar(time) ? 'area' : 'bar',
    points: stepsOf(time, range, report).map((step) => ({
      at: showValue(time, stepValue(time, step)),
      ...Object.fromEntries(
        series.map(({ name, label }) => [name, byStep.get(step)?.get(label) ?? 0]),
      ),
    })),
    series: others.length === 0 ? [{ name: 's0', label: metric }] : series,
    leftOut,
  };
}

/** The names whose figures are the largest in all. */
function largest(rows: readonly Row[], dimensions: readonly string[], metric: string): Set<string> {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const name = nameOf(row, dimensions);
    sums.set(name, (sums.get(name) ?? 0) + figure(row, metric));
  }
  const names = [...sums].sort(([, one], [, other]) => other - one).map(([name]) => name);
  return new Set(names.slice(0, SERIES_MAX));
}

function nameOf(row: Row, dimensions: readonly string[]): string {
  return dimensions.map((name) => showValue(name, row[name] ?? null)).join(' · ') || 'All';
}

function figure(row: Row, metric: string): number {
  return Number(row[metric] ?? 0);
}

function stepValue(time: string, step: string): Value {
  return time === 'hour' ? Number(step) : step;
}

/** Every step of the axis, those without events included; never more than a chart can show. */
function stepsOf(time: string, range: Period, { rows, range: answered }: Report): string[] {
  if (time === 'hour') {
    return Array.from({ length: 24 }, (_, hour) => String(hour));
  }
  if (time === 'weekday') {
    return [...WEEKDAYS];
  }
  const there = [...new Set(rows.map((row) => String(row[time])))].sort();
  const [first, last] = [there[0], there.at(-1)];
  if (first === undefined || last === undefined) {
    return [];
  }
  if (time === 'hourly') {
    const endMs = Math.min(new Date(answered.end).getTime(), Date.now());
    return hours(new Date(answered.start).getTime(), endMs);
  }
  const start = time === 'day' ? range.start : first;
  const end = time === 'day' ? lastDay(range) : last;
  const ends = [start, end, first, last].sort();
  return days(time, ends[0] ?? first, ends.at(-1) ?? last);
}

/** Days to come have no figures yet. */
function lastDay({ end, timezone }: Period): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(new Date());
  const before = new Date(`${end}T00:00:00Z`);
  before.setUTCDate(before.getUTCDate() - 1);
  const last = before.toISOString().slice(0, 10);
  return [last, today].sort()[0] ?? last;
}

function hours(startMs: number, endMs: number): string[] {
  const steps: string[] = [];
  for (let ms = startMs; ms < endMs && steps.length < STEPS_MAX; ms += HOUR_MS) {
    steps.push(new Date(ms).toISOString().replace('.000Z', 'Z'));
  }
  return steps;
}

function days(time: string, first: string, last: string): string[] {
  const steps: string[] = [];
  const step = new Date(`${first}T00:00:00Z`);
  while (steps.length < STEPS_MAX) {
    const day = step.toISOString().slice(0, 10);
    if (day > last) break;
    steps.push(day);
    if (time === 'month') step.setUTCMonth(step.getUTCMonth() + 1);
    else step.setUTCDate(step.getUTCDate() + (time === 'week' ? 7 : 1));
  }
  return steps;
}
