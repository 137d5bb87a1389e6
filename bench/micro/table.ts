import { table } from '../../cli/table.ts';
import type { BenchOutcome, BenchRow } from './result.ts';

/** The lines of the table that a run ends with, and what could not be measured. */
export function reportLines({ rows, leftOut }: BenchOutcome): string[] {
  const headings = ['bench', 'what', 'parameters', 'figure', 'range', 'goal', 'result hash'];
  const cells = rows.map((row) => [
    row.bench,
    row.what,
    row.parameters,
    `${figure(row.value)} ${row.unit}`,
    row.range === undefined ? '' : `${figure(row.range[0])} – ${figure(row.range[1])}`,
    goalText(row),
    row.hash ?? '',
  ]);
  const missing = leftOut.map(({ bench, reason }) => `Left out: ${bench}: ${reason}`);
  const goals = rows.filter(({ goal }) => goal !== undefined);
  const met = goals.filter(({ goal }) => goal?.met === true);
  const total =
    goals.length === 0 ? [] : [`${met.length} of ${goals.length} goals and budgets met`];
  return [...table(headings, cells), ...missing, ...total];
}

function goalText({ goal }: BenchRow): string {
  return goal === undefined ? '' : `${goal.text}: ${goal.met ? 'met' : 'NOT MET'}`;
}

/** Three digits that mean something, large numbers with separators. */
function figure(value: number): string {
  if (!Number.isFinite(value)) {
    return '?';
  }
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
