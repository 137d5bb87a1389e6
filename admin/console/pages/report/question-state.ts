import { useMemo } from 'react';
import { useUrlFilters } from '../../parts/url-state.ts';
import type { Filter } from './api-types.ts';
import { isMetric } from './metrics.ts';
import { PRESETS } from './presets.ts';
import { LIMIT_DEFAULT, type Question } from './question.ts';

/** Stands in the address for an empty list; a name that is not there means the usual. */
const NOTHING = '-';

/** The question that the address asks, and what changes it. The address holds all of it. */
export function useQuestion(): readonly [
  question: Question,
  change: (changes: Partial<Question>, period?: { from: string; to: string }) => void,
] {
  const [{ by, metrics, filters, sort, limit }, set] = useUrlFilters([
    'by',
    'metrics',
    'filters',
    'sort',
    'limit',
    'period',
    'from',
    'to',
  ]);
  const question = useMemo(
    () => ({
      grouping: by === '' ? (PRESETS[0]?.grouping ?? []) : listOf(by),
      metrics: metricsOf(metrics),
      filters: filtersOf(filters),
      sort: sortOf(sort),
      limit: Number(limit) > 0 ? Number(limit) : LIMIT_DEFAULT,
    }),
    [by, metrics, filters, sort, limit],
  );
  return [
    question,
    (changes, period) =>
      set({
        ...(changes.grouping === undefined ? {} : { by: textOf(changes.grouping) }),
        ...(changes.metrics === undefined ? {} : { metrics: changes.metrics.join(',') }),
        ...(changes.filters === undefined
          ? {}
          : { filters: changes.filters.length === 0 ? '' : JSON.stringify(changes.filters) }),
        ...('sort' in changes ? { sort: sortText(changes.sort) } : {}),
        ...(changes.limit === undefined ? {} : { limit: String(changes.limit) }),
        ...(period === undefined ? {} : { ...period, period: '' }),
      }),
  ];
}

function textOf(names: readonly string[]): string {
  return names.length === 0 ? NOTHING : names.map(encodeURIComponent).join(',');
}

function listOf(text: string): string[] {
  return text === NOTHING
    ? []
    : text
        .split(',')
        .map(decoded)
        .filter((name) => name !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A hand-written address with a lone percent sign means that sign.
    return text;
  }
}

function metricsOf(text: string): Question['metrics'] {
  const chosen = text.split(',').filter(isMetric);
  return chosen.length > 0 ? chosen : (PRESETS[0]?.metrics ?? ['clicks']);
}

/** What the API would refuse anyway is left to it; what is no list of filters is left out. */
function filtersOf(text: string): Filter[] {
  try {
    const read: unknown = text === '' ? [] : JSON.parse(text);
    return Array.isArray(read) ? read.filter(isFilter) : [];
  } catch {
    // An address that was cut off has no filters.
    return [];
  }
}

function isFilter(value: unknown): value is Filter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'field' in value &&
    typeof value.field === 'string' &&
    'operator' in value &&
    typeof value.operator === 'string'
  );
}

function sortText(sort: Question['sort']): string {
  return sort === undefined ? '' : `${sort.field} ${sort.direction}`;
}

function sortOf(text: string): Question['sort'] {
  const [field = '', direction] = text.split(' ');
  return field === '' ? undefined : { field, direction: direction === 'asc' ? 'asc' : 'desc' };
}
