import { OF_ORGANIZATION, SUSPICIOUS_SCORE } from '../../../schema/clicks.ts';
import type { TimeRange } from '../../../schema/time-range.ts';
import { spansOfRange } from '../range-spans.ts';
import type { Dimension } from './dimensions.ts';
import type { FilterSql, ReportFilter } from './filters.ts';
import type { MetricName } from './metrics.ts';

/**
 * A subquery that stands in for `events` in a report: rows of the same names, each for all events of a
 * day that are alike, with their number as `event_count` and their sum as `conversion_value`.
 */
export type DaySums = { sql: string; params: Record<string, unknown> };

export type DaySumsOptions = {
  range: TimeRange;
  grouping: readonly Dimension[];
  metrics: readonly MetricName[];
  filters: readonly ReportFilter[];
  filter: FilterSql;
};

/** What the metrics' predicates need to know of an event, apart from its flags. */
const FACTS = ['event_type', 'conversion_event', 'conversion_currency'];
/** Other columns of the projection, by the dimension's name. */
const DIMENSIONS = ['campaign_id', 'source', 'medium', 'country', 'device_type'];
const FLAGS = ['is_bot', 'is_blocked', 'is_suspicious'];
/** Dimensions that days of UTC can be summed up to. */
const CALENDAR = ['day', 'week', 'month'];
const GROUPABLE = new Set([...FACTS, ...DIMENSIONS, ...FLAGS, ...CALENDAR]);
const FILTERABLE = new Set([...FACTS, ...DIMENSIONS, ...FLAGS]);

/** Columns that may have no value; in a key they are `0`, or `1` and the value. */
const NULLABLE = ['campaign_id', 'medium'];
/** Between the parts of a key; taken out of values, in which nobody sees it. */
const SEPARATOR = '\\0';

/**
 * The sums that answer a report, where they can: the range has a whole day of UTC, and everything asked
 * is among the keys of the projection report_days. Days at the ends that are not whole are read from
 * the events. The answer is the same as theirs, whether or not the projection exists.
 *
 * Events are grouped by one text. Grouping by several dictionary columns takes twice as long, and the
 * aggregate `any`, which a hash would need to be undone, is not in the projection.
 *
 * @returns undefined when only the events themselves can answer
 */
export function daySums(options: DaySumsOptions): DaySums | undefined {
  const { range, grouping, metrics, filters, filter } = options;
  const spans = spansOfRange(range, 'day');
  const isCalendar = grouping.some(({ name }) => CALENDAR.includes(name));
  const isAnswerable =
    spans.hasWhole &&
    grouping.every(({ name }) => GROUPABLE.has(name)) &&
    filters.every(({ field }) => FILTERABLE.has(field)) &&
    !metrics.includes('unique_users') &&
    (!isCalendar || range.timezone === 'UTC');
  if (!isAnswerable) {
    return undefined;
  }
  const columns = [...FACTS, ...DIMENSIONS.filter((name) => isNamed(grouping, name))];
  const parts = [
    "if(is_bot, '1', '0')",
    "if(is_blocked, '1', '0')",
    `if(${SUSPICIOUS_SCORE}, '1', '0')`,
    isCalendar ? 'toString(toUnixTimestamp(toStartOfDay(event_time)))' : "'0'",
    ...columns.map(keyPart),
  ];
  const key = `concat(${parts.join(`, '${SEPARATOR}', `)})`;
  const sumsOf = (times: string) => `
      SELECT ${key} AS sum_key, count() AS sum_events, sum(conversion_value) AS sum_value
      FROM events WHERE ${OF_ORGANIZATION} AND ${times} AND ${filter.sql} GROUP BY sum_key`;
  const sql = `
    SELECT splitByChar('${SEPARATOR}', sum_key) AS sum_parts,
      toBool(sum_parts[1] = '1') AS is_bot, toBool(sum_parts[2] = '1') AS is_blocked,
      toFloat32(sum_parts[3] = '1') AS fraud_score,
      toDateTime64(toInt64(sum_parts[4]), 3, 'UTC') AS event_time,
      ${columns.map((name, index) => `${partValue(name, index + 5)} AS ${name}`).join(', ')},
      sum_events AS event_count, sum_value AS conversion_value
    FROM (${spans.predicates.map(sumsOf).join(' UNION ALL ')})`;
  return { sql, params: spans.params };
}

function isNamed(grouping: readonly Dimension[], name: string): boolean {
  return grouping.some((dimension) => dimension.name === name);
}

/** Of the dictionary alone, so that it costs nothing per row. */
function keyPart(column: string): string {
  const text = NULLABLE.includes(column) ? `ifNull(concat('1', ${column}), '0')` : column;
  return `replaceAll(${text}, '${SEPARATOR}', '')`;
}

/** The column again, from its part of the key. */
function partValue(column: string, place: number): string {
  const part = `sum_parts[${place}]`;
  return NULLABLE.includes(column) ? `if(${part} = '0', NULL, substring(${part}, 2))` : part;
}
