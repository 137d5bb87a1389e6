import type { ClickHouseClient } from '@clickhouse/client';
import type { DecodedRow } from './row-decoder.ts';

/** What finds a row again: the table is sorted by organisation and time, the id is unique. */
type RowKey = { organizationId: string; eventTimeMs: number; eventId: string };

/** How many rows one question names; their ids travel in the request's address. */
const KEYS_PER_QUERY = 200;

/**
 * Which of these rows the table already has, by `event_id`. For inserts whose fate is unknown and
 * whose deduplication token may have left ClickHouse's window.
 *
 * @throws the client's error when ClickHouse does not answer
 */
export async function storedEventIds(
  client: ClickHouseClient,
  table: string,
  rows: readonly DecodedRow[],
): Promise<ReadonlySet<string>> {
  const keys = rows.map(keyOf);
  const stored = new Set<string>();
  for (let start = 0; start < keys.length; start += KEYS_PER_QUERY) {
    const part = keys.slice(start, start + KEYS_PER_QUERY);
    const times = part.map(({ eventTimeMs }) => eventTimeMs);
    const result = await client.query({
      query: `SELECT DISTINCT event_id FROM ${table}
        WHERE organization_id IN {organizations:Array(String)}
          AND event_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
          AND event_time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          AND event_id IN {ids:Array(String)}`,
      query_params: {
        organizations: [...new Set(part.map(({ organizationId }) => organizationId))],
        from: Math.max(Math.min(...times), Number.MIN_SAFE_INTEGER),
        to: Math.min(Math.max(...times), Number.MAX_SAFE_INTEGER),
        ids: part.map(({ eventId }) => eventId),
      },
      format: 'JSONEachRow',
    });
    for (const { event_id } of await result.json<{ event_id: string }>()) {
      stored.add(event_id);
    }
  }
  return stored;
}

function keyOf(row: DecodedRow): RowKey {
  return {
    organizationId: String(row.organization_id),
    eventTimeMs: Number(row.event_time),
    eventId: String(row.event_id),
  };
}
