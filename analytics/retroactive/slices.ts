import type { ClickHouseClient } from '@clickhouse/client';
import type { BoundSql } from './claim-sql.ts';
import { LARGE_STATEMENT_SETTINGS } from './claim-sql.ts';
import type { Span } from './run.ts';

/** Rows that one statement writes, if its days are not larger: a second or two of work. */
const SLICE_ROWS_MAX = 2_000_000;
const DAY_MS = 86_400_000;

export type Slice = { span: Span; rows: number };

/**
 * Cuts rows into spans of whole days, none across the end of a month (months are partitions).
 *
 * @param predicate which rows
 * @param bounds the spans stay within these; undefined: no bounds
 * @throws the client's error when ClickHouse cannot be asked
 */
export async function sliceRows(
  client: ClickHouseClient,
  predicate: BoundSql,
  bounds?: Span,
): Promise<Slice[]> {
  const result = await client.query({
    query: `SELECT toUnixTimestamp(toStartOfDay(event_time, 'UTC')) AS day, count() AS rows
      FROM events WHERE ${predicate.sql} GROUP BY day ORDER BY day`,
    query_params: predicate.params,
    clickhouse_settings: LARGE_STATEMENT_SETTINGS,
    format: 'JSONEachRow',
  });
  const days = await result.json<{ day: number; rows: string }>();
  const slices = groupDays(
    days.map(({ day, rows }) => ({ dayMs: day * 1_000, rows: Number(rows) })),
  );
  if (bounds === undefined) return slices;
  return slices.map(({ span, rows }) => ({
    span: {
      startMs: Math.max(span.startMs, bounds.startMs),
      endMs: Math.min(span.endMs, bounds.endMs),
    },
    rows,
  }));
}

function groupDays(days: Array<{ dayMs: number; rows: number }>): Slice[] {
  const slices: Slice[] = [];
  for (const { dayMs, rows } of days) {
    const last = slices.at(-1);
    const isFull = last !== undefined && last.rows + rows > SLICE_ROWS_MAX;
    if (last === undefined || isFull || monthOf(last.span.startMs) !== monthOf(dayMs)) {
      slices.push({ span: { startMs: dayMs, endMs: dayMs + DAY_MS }, rows });
    } else {
      last.span = { ...last.span, endMs: dayMs + DAY_MS };
      last.rows += rows;
    }
  }
  return slices;
}

/** The partition of an event time: `202403`. */
function monthOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 7).replace('-', '');
}
