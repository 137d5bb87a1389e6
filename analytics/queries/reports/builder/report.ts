import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import {
  readWaitingChanges,
  WITHOUT_CHANGES,
} from '../../../../stores/clickhouse/upkeep/waiting-changes.ts';
import { OF_ORGANIZATION } from '../../../schema/clicks.ts';
import type { Rates, Unconverted } from '../../../schema/money.ts';
import { unconvertedPredicate } from '../../../schema/money.ts';
import { IN_TIME_RANGE, type TimeRange, timeRangeParams } from '../../../schema/time-range.ts';
import { toUnconverted } from '../campaign-sums.ts';
import { type EventQuery, explained, queryRows, queryTable, streamRows } from '../run-query.ts';
import { type DaySums, type DaySumsOptions, daySums } from './day-sums.ts';
import { type Dimension, EACH_TAG } from './dimensions.ts';
import { filtersToSql, type ReportFilter } from './filters.ts';
import { isMoney, type MetricName, metricExpressions } from './metrics.ts';

export type ReportOptions = {
  organizationId: string;
  range: TimeRange;
  /** What each row is about; none: one row about everything. */
  grouping: readonly Dimension[];
  /** At least one. */
  metrics: readonly MetricName[];
  /** Without faults; see `checkFilters`. */
  filters: readonly ReportFilter[];
  /** By names of the grouping or the metrics; by the first metric, descending, when empty. */
  sort: readonly ReportSort[];
  /** Rows at most. */
  limit: number;
  rates: Rates;
  includeBots?: boolean;
  exact?: boolean;
  signal?: AbortSignal | undefined;
};

export type ReportSort = { field: string; direction: 'asc' | 'desc' };

/** As ClickHouse has it: counts are numbers, Decimals are text. */
export type ReportValue = string | number | boolean | null;

export type Report = {
  /** Values of the grouping, then of the metrics. */
  rows: ReportValue[][];
  /** Values of the metrics over everything, not only over `rows`. */
  totals: ReportValue[];
  /** Whether there are more rows than `limit`. */
  isTruncated: boolean;
  unconverted: Unconverted[];
};

/** Arbitrary odd numbers that keep the sum of hashes from being the same for swapped values. */
const KEY_FACTORS = [1, 3, 5, 7, 11, 13, 17, 19];
export const GROUPINGS_MAX = KEY_FACTORS.length;

/** @throws TrellisError as `queryRows` */
export async function readReport(
  clickhouse: ClickHouseClient,
  options: ReportOptions,
): Promise<Report> {
  const { grouping, metrics, limit } = options;
  const waiting = await readWaitingChanges(clickhouse).catch((error: unknown) => {
    throw explained(error);
  });
  const settings = waiting === 'none' ? WITHOUT_CHANGES : {};
  // Groups that share rows do not add up to the total, so it is a question of its own then.
  const isSplit = grouping.some(({ isMultiple }) => isMultiple);
  const [table, whole, unconverted] = await Promise.all([
    queryTable<ReportValue>(clickhouse, {
      ...reportQuery({ ...options, limit: limit + 1 }, { withTotals: !isSplit }),
      settings,
    }),
    isSplit
      ? queryTable<ReportValue>(clickhouse, {
          ...reportQuery({ ...options, grouping: [] }),
          settings,
        })
      : undefined,
    metrics.some(isMoney) ? readUnconverted(clickhouse, options, settings) : [],
  ]);
  const totals = whole?.rows[0] ?? (grouping.length === 0 ? table.rows[0] : table.totals);
  return {
    rows: table.rows.slice(0, limit),
    totals: totals === undefined ? [] : totals.slice(-metrics.length),
    isTruncated: table.rows.length > limit,
    unconverted,
  };
}

/**
 * The rows of a report as they arrive, for answers too large to be held.
 *
 * @throws TrellisError as `queryRows`, also in the middle
 */
export function streamReport(
  clickhouse: ClickHouseClient,
  options: ReportOptions,
): AsyncGenerator<ReportValue[][]> {
  return streamRows<ReportValue>(clickhouse, reportQuery(options));
}

function reportQuery(
  options: ReportOptions,
  { withTotals = false }: { withTotals?: boolean } = {},
): EventQuery {
  const { organizationId, range, grouping, metrics, filters, limit, signal } = options;
  const { rates, includeBots = false, exact = false } = options;
  const filter = filtersToSql(filters, range.timezone);
  const source = sourceOf({ range, grouping, metrics, filters, filter });
  const expressions = metricExpressions({ rates, includeBots, exact, isSummed: source.isSummed });
  const isHashed = grouping.length > 1;
  const columns = [
    ...grouping.map(({ sql }, index) => `${isHashed ? `any(${sql})` : sql} AS d${index}`),
    ...metrics.map((metric, index) => `${expressions[metric]} AS m${index}`),
  ];
  const isSomething = metrics.map((_, index) => `m${index} != 0`).join(' OR ');
  const groupBy = `
    GROUP BY ${isHashed ? groupKey(grouping) : 'd0'} ${withTotals ? 'WITH TOTALS' : ''}
    HAVING ${isSomething}
    ORDER BY ${orderBy(options)} LIMIT {row_limit:UInt32}`;
  return {
    organizationId,
    signal,
    sql: `
    SELECT ${columns.join(', ')}
    FROM ${source.sql}
    ${grouping.length === 0 ? '' : groupBy}`,
    params: {
      ...timeRangeParams(range),
      ...filter.params,
      ...source.params,
      ...Object.assign({}, ...grouping.map(({ params }) => params)),
      row_limit: limit,
    },
  };
}

/** What stands behind FROM: sums by day where they can answer, else the events. */
function sourceOf(options: DaySumsOptions): DaySums & { isSummed: boolean } {
  const sums = daySums(options);
  if (sums !== undefined) {
    return { ...sums, sql: `(${sums.sql})`, isSummed: true };
  }
  const eachTag = options.grouping.some(({ isMultiple }) => isMultiple) ? EACH_TAG : '';
  const sql = `events ${eachTag}
    WHERE ${OF_ORGANIZATION} AND ${IN_TIME_RANGE} AND ${options.filter.sql}`;
  return { sql, params: {}, isSummed: false };
}

/**
 * One number that tells groups apart. Measured on three dimensions, grouping by it takes half the
 * time of grouping by the values: each hash is computed once per distinct value of a part, not per
 * row. Two of a million groups share a number with a probability of 3 in 100 million.
 */
function groupKey(grouping: readonly Dimension[]): string {
  return grouping
    .map(({ sql }, index) => `ifNull(cityHash64(${sql}), 0) * ${KEY_FACTORS[index] ?? 1}`)
    .join(' + ');
}

function orderBy({ sort, grouping, metrics }: ReportOptions): string {
  const columnOf = (field: string) => {
    const dimension = grouping.findIndex(({ name }) => name === field);
    return dimension >= 0 ? `d${dimension}` : `m${[...metrics].map(String).indexOf(field)}`;
  };
  const wanted = sort.map(
    ({ field, direction }) => `${columnOf(field)} ${direction === 'asc' ? 'ASC' : 'DESC'}`,
  );
  // The rest makes the order complete, so that the same question has the same answer.
  const rest = grouping.map((_, index) => `d${index} ASC`);
  return [...(wanted.length === 0 ? ['m0 DESC'] : wanted), ...rest].join(', ');
}

/** Revenue in currencies without a rate. */
async function readUnconverted(
  clickhouse: ClickHouseClient,
  { organizationId, range, filters, rates, signal }: ReportOptions,
  settings: ClickHouseSettings,
): Promise<Unconverted[]> {
  const asked = filtersToSql(filters, range.timezone);
  // Only rows written by hand have money on a click, and those have no currency: the sorting key
  // leads straight to all others.
  const filter = { ...asked, sql: `${asked.sql} AND event_type != 'click'` };
  const source = sourceOf({ range, grouping: [], metrics: [], filters, filter });
  const rows = await queryRows<{ currency: string; value: string }>(clickhouse, {
    organizationId,
    signal,
    settings,
    sql: `
      SELECT toString(conversion_currency) AS currency, sum(conversion_value) AS value
      FROM ${source.sql}
      GROUP BY currency
      HAVING ${unconvertedPredicate(rates, { value: 'value', currency: 'currency' })}`,
    params: { ...timeRangeParams(range), ...filter.params, ...source.params },
  });
  return toUnconverted(Object.fromEntries(rows.map(({ currency, value }) => [currency, value])));
}
