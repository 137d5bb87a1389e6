import type { ClickHouseClient } from '@clickhouse/client';
import { OF_ORGANIZATION } from '../../schema/clicks.ts';
import { queryRows } from '../reports/run-query.ts';
import { type EventFilter, filterSql } from './event-filter.ts';
import {
  EVENT_SELECTION,
  type EventSelectionRow,
  presentEvent,
  type StoredEvent,
} from './stored-event.ts';

/** An insert's rows can be seen this long after the time that they carry as `ingested_at`. */
const INSERT_SECONDS_MAX = 5;
/** Events that arrive later than this after they happened are history and no news. */
const LATENESS_SECONDS_MAX = 60;
/** Whoever asks after longer than this is not told of everything that happened meanwhile. */
const ABSENCE_SECONDS_MAX = 600;

/** ClickHouse's clock in whole seconds since the epoch: what `ingested_at` is in. */
export async function readStoreSeconds(
  clickhouse: ClickHouseClient,
  organizationId: string,
): Promise<number> {
  const [row] = await queryRows<{ seconds: number }>(clickhouse, {
    organizationId,
    sql: 'SELECT toUnixTimestamp(now()) AS seconds',
  });
  return row?.seconds ?? 0;
}

/**
 * Events that have arrived since a moment, the newest first. Clicks arrive in batches and not in the
 * order in which they happened, so that asking for times later than the last one would miss some.
 * Those of the seconds before the moment are told again: their inserts may have ended after it.
 *
 * @param options.sinceSeconds of `readStoreSeconds`
 * @throws TrellisError as `queryRows`
 */
export async function listArrivals(
  clickhouse: ClickHouseClient,
  options: {
    organizationId: string;
    filter: EventFilter;
    sinceSeconds: number;
    /** Of `readStoreSeconds`, now. */
    nowSeconds: number;
    /** Events at most. */
    limit: number;
  },
): Promise<StoredEvent[]> {
  const { organizationId, sinceSeconds, nowSeconds, limit } = options;
  const { prewhere, params } = filterSql(options.filter);
  const arrivedSeconds =
    Math.max(sinceSeconds, nowSeconds - ABSENCE_SECONDS_MAX) - INSERT_SECONDS_MAX;
  const happenedMs = (arrivedSeconds - LATENESS_SECONDS_MAX) * 1_000;
  const rows = await queryRows<EventSelectionRow>(clickhouse, {
    organizationId,
    sql: `
      SELECT ${EVENT_SELECTION} FROM events ${prewhere}
      WHERE ${[
        OF_ORGANIZATION,
        "event_time >= fromUnixTimestamp64Milli({happened_ms:Int64}, 'UTC')",
        'ingested_at >= toDateTime({arrived_seconds:UInt32})',
      ].join(' AND ')}
      ORDER BY event_time DESC, event_id DESC
      LIMIT {limit:UInt32}`,
    params: {
      ...params,
      happened_ms: String(happenedMs),
      arrived_seconds: Math.max(0, arrivedSeconds),
      limit,
    },
  });
  return rows.map(presentEvent);
}
