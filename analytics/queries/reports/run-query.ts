import {
  type ClickHouseClient,
  ClickHouseError,
  type ClickHouseSettings,
} from '@clickhouse/client';
import { messageOf, TrellisError } from '../../../core/errors.ts';
import { isRetriableClickHouseError } from '../../../stores/clickhouse/client.ts';

/** A question about one organisation's events. */
export type EventQuery = {
  /** The caller's; bound as `organization_id`, which `OF_ORGANIZATION` reads. */
  organizationId: string;
  /** Holds no value from outside; those are bound as `{name:Type}`. */
  sql: string;
  params?: Record<string, unknown>;
  signal?: AbortSignal | undefined;
  /** Besides the limits, which stay. */
  settings?: ClickHouseSettings;
};

/** Ends a query whose asker has long given up. */
const QUERY_SECONDS_MAX = 30;
const MEMORY_BYTES_MAX = 2_000_000_000;
/** Groups beyond this go to disk instead of memory. */
const GROUPS_BYTES_IN_MEMORY_MAX = 500_000_000;

/** What every query runs under, whatever it asks. 2: settings may be given, nothing can be changed. */
const QUERY_LIMITS = {
  readonly: '2',
  max_execution_time: QUERY_SECONDS_MAX,
  timeout_overflow_mode: 'throw',
  max_memory_usage: String(MEMORY_BYTES_MAX),
  max_bytes_before_external_group_by: String(GROUPS_BYTES_IN_MEMORY_MAX),
  max_bytes_before_external_sort: String(GROUPS_BYTES_IN_MEMORY_MAX),
  // Amounts stay text until they are shown; counts are far below 2^53.
  output_format_json_quote_decimals: 1,
  output_format_json_quote_64bit_integers: 0,
} as const;

/**
 * @returns all rows of the answer; the SQL bounds their number
 * @throws TrellisError `query_limit_exceeded`, `analytics_unavailable` (retriable)
 */
export async function queryRows<T>(clickhouse: ClickHouseClient, query: EventQuery): Promise<T[]> {
  try {
    const result = await clickhouse.query({ ...requestOf(query), format: 'JSONEachRow' });
    return await result.json<T>();
  } catch (error) {
    throw explained(error);
  }
}

/** Rows as lists of values, and the row of totals if the SQL asks for one. */
export type Table<T> = { rows: T[][]; totals: T[] | undefined };

/** @throws TrellisError as `queryRows` */
export async function queryTable<T>(
  clickhouse: ClickHouseClient,
  query: EventQuery,
): Promise<Table<T>> {
  try {
    const result = await clickhouse.query({ ...requestOf(query), format: 'JSONCompact' });
    const { data, totals } = await result.json<T[]>();
    return { rows: data, totals: totals as T[] | undefined };
  } catch (error) {
    throw explained(error);
  }
}

/**
 * The answer in batches of rows, as they arrive.
 *
 * @throws TrellisError as `queryRows`, also in the middle of the answer
 */
export async function* streamRows<T>(
  clickhouse: ClickHouseClient,
  query: EventQuery,
): AsyncGenerator<T[][]> {
  try {
    const result = await clickhouse.query({ ...requestOf(query), format: 'JSONCompactEachRow' });
    for await (const rows of result.stream<T[]>()) {
      yield rows.map((row) => row.json<T[]>());
    }
  } catch (error) {
    throw explained(error);
  }
}

function requestOf({ organizationId, sql, params = {}, signal, settings = {} }: EventQuery) {
  return {
    query: sql,
    query_params: { ...params, organization_id: organizationId },
    clickhouse_settings: { ...settings, ...QUERY_LIMITS },
    ...(signal === undefined ? {} : { abort_signal: signal }),
  };
}

/** ClickHouse's numbers for "this query asks for more than it may". */
const LIMIT_CODES: ReadonlySet<string> = new Set([
  '158', // TOO_MANY_ROWS
  '159', // TIMEOUT_EXCEEDED
  '160', // TOO_SLOW
  '241', // MEMORY_LIMIT_EXCEEDED
  '307', // TOO_MANY_BYTES
  '396', // TOO_MANY_ROWS_OR_BYTES
]);

/** A failure of ClickHouse as the asker is told of it. */
export function explained(error: unknown): unknown {
  if (error instanceof ClickHouseError && LIMIT_CODES.has(error.code)) {
    return new TrellisError(
      'query_limit_exceeded',
      'The question takes more time or memory than it may; ask for a shorter range or fewer groups',
      { cause: error },
    );
  }
  if (isRetriableClickHouseError(error)) {
    return new TrellisError(
      'analytics_unavailable',
      `ClickHouse does not answer: ${messageOf(error)}`,
      { retriable: true, cause: error },
    );
  }
  return error;
}
