import { dayOf, type Period } from '../../parts/period.tsx';
import { filterFor, isCalendar, type Value } from './dimensions.ts';
import type { Question } from './question.ts';

const DAY_MS = 86_400_000;

/**
 * The question that looks into one value of a row: only its events, by something else.
 *
 * @param range of the present question; a day, week or month narrows it
 * @param next what the value's events are grouped by; undefined: the other groupings of now
 */
export function drillInto(
  question: Question,
  range: Period,
  { dimension, value, next }: { dimension: string; value: Value; next: string | undefined },
): { changes: Partial<Question>; period: { from: string; to: string } | undefined } {
  const others = question.grouping.filter((name) => name !== dimension);
  const grouping = next === undefined ? others : [next];
  const changes = { grouping, sort: undefined };
  if (!isCalendar(dimension) || value === null) {
    const filters = question.filters.filter(({ field }) => field !== dimension);
    return {
      changes: { ...changes, filters: [...filters, filterFor(dimension, value)] },
      period: undefined,
    };
  }
  if (dimension === 'hourly') {
    const time = new Date(String(value));
    const filters = question.filters.filter(({ field }) => field !== 'hour');
    const day = dayOf(time.getTime());
    return {
      changes: {
        ...changes,
        filters: [...filters, { field: 'hour', operator: 'equals', value: time.getHours() }],
      },
      period: { from: day, to: day },
    };
  }
  return { changes, period: withinRange(range, daysOf(dimension, String(value))) };
}

/** First and last day. Counted in UTC, where all days have the same length. */
function daysOf(dimension: string, first: string): { from: string; to: string } {
  const start = new Date(`${first}T00:00:00Z`);
  const end = new Date(start);
  if (dimension === 'week') {
    end.setUTCDate(end.getUTCDate() + 6);
  } else if (dimension === 'month') {
    end.setUTCMonth(end.getUTCMonth() + 1, 0);
  }
  return { from: first, to: isoDay(end) };
}

function withinRange(range: Period, days: { from: string; to: string }) {
  const last = isoDay(new Date(new Date(`${range.end}T00:00:00Z`).getTime() - DAY_MS));
  return {
    from: inOrder(days.from, range.start)[1],
    to: inOrder(days.to, last)[0],
  };
}

function isoDay(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** ISO days are in the order of their texts. */
function inOrder(one: string, other: string): [earlier: string, later: string] {
  return one.localeCompare(other) <= 0 ? [one, other] : [other, one];
}
