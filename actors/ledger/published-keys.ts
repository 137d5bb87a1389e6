import type { ClickHouseClient } from '@clickhouse/client';
import type { LedgerRow } from './conversion-rows.ts';
import { CLICKHOUSE_MS_MAX } from './find-clicks.ts';

type KeyParts = Pick<
  LedgerRow,
  'organization_id' | 'event_id' | 'click_id' | 'conversion_event' | 'order_id'
>;

/** How many rows one question names; their ids travel in the request's address. */
const IDS_PER_QUERY = 200;

/**
 * What tells one conversion from all others. The event id alone would do for postbacks; rows that
 * were inserted by hand may share theirs.
 */
export function rowKey(row: KeyParts): string {
  const { organization_id, event_id, click_id, conversion_event, order_id } = row;
  return JSON.stringify([organization_id, event_id, click_id, conversion_event, order_id]);
}

/**
 * The keys of those rows that ClickHouse's table has already. All rows are found by the event ids of
 * the given ones, so the answer may have keys that were not asked for.
 *
 * @throws the client's error when ClickHouse cannot be asked
 */
export async function publishedKeys(
  client: ClickHouseClient,
  rows: LedgerRow[],
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (let start = 0; start < rows.length; start += IDS_PER_QUERY) {
    const part = rows.slice(start, start + IDS_PER_QUERY);
    const result = await client.query({
      query: `
        SELECT organization_id, event_id, click_id, event_type AS conversion_event, order_id
        FROM events
        WHERE organization_id IN {organizations:Array(String)}
          AND event_id IN {ids:Array(String)}`,
      query_params: {
        organizations: [...new Set(part.map((row) => row.organization_id))],
        ids: [...new Set(part.map((row) => row.event_id))],
      },
      format: 'JSONEachRow',
      abort_signal: AbortSignal.timeout(CLICKHOUSE_MS_MAX),
    });
    for (const row of await result.json<KeyParts>()) keys.add(rowKey(row));
  }
  return keys;
}
