import type { Period } from '../../parts/period.tsx';
import type { Filter, Metric, ReportBody } from './api-types.ts';
import { isTime } from './dimensions.ts';

/** What the reader asks, without the period. */
export type Question = {
  grouping: string[];
  metrics: Metric[];
  filters: Filter[];
  /** Undefined: as `defaultSort` says. */
  sort: { field: string; direction: 'asc' | 'desc' } | undefined;
  /** Rows at most. */
  limit: number;
};

export const LIMIT_DEFAULT = 1_000;

/** In the order of time where the rows are times, else the largest first. */
export function defaultSort({ grouping, metrics }: Question): NonNullable<Question['sort']> {
  const [first = ''] = grouping;
  return isTime(first)
    ? { field: first, direction: 'asc' }
    : { field: metrics[0] ?? '', direction: 'desc' };
}

export function sortOf(question: Question): NonNullable<Question['sort']> {
  const { sort, grouping, metrics } = question;
  const isThere = sort !== undefined && [...grouping, ...metrics].includes(sort.field);
  return isThere ? sort : defaultSort(question);
}

/** The request's body. @param range of the reader's time zone */
export function bodyOf(question: Question, range: Period): ReportBody {
  const { grouping, metrics, filters, limit } = question;
  return { range, grouping, metrics, filters, sort: [sortOf(question)], limit };
}
