import type { ClickHouseClient } from '@clickhouse/client';
import { blockNetwork } from '../../../core/fraud/block.ts';
import type { StoredWindow } from '../../pool/messages.ts';

const HOUR_MS = 3_600_000;
/** Addresses with fewer clicks are seen anew soon enough. */
const CLICKS_MIN = 8;
const ADDRESSES_PER_ORGANIZATION_MAX = 10_000;
const ADDRESSES_MAX = 50_000;
/** The last clicks of an address whose intervals are measured. */
const INTERVAL_CLICKS_MAX = 200;

/** IPv6 counts by its first 64 bits. */
const ADDRESS_KEY = "if(position(ip, ':') > 0, substring(IPv6StringToNum(ip), 1, 8), ip)";

const WHERE = `event_type = 'click' AND ip != ''
  AND event_time >= fromUnixTimestamp64Milli({start:Int64})
  AND event_time < fromUnixTimestamp64Milli({end:Int64})`;

const BUSY = `SELECT organization_id, ${ADDRESS_KEY} AS address_key FROM events WHERE ${WHERE}
  GROUP BY organization_id, address_key HAVING count() >= ${CLICKS_MIN}
  ORDER BY count() DESC
  LIMIT ${ADDRESSES_PER_ORGANIZATION_MAX} BY organization_id
  LIMIT ${ADDRESSES_MAX}`;

const WINDOWS = `SELECT organization_id, any(ip) AS one_ip,
    toFloat64(count()) AS clicks,
    toFloat64(uniq(user_agent)) AS agents,
    toFloat64(uniq(click_id)) AS click_ids,
    toFloat64(min(toUnixTimestamp64Milli(event_time))) AS first_ms,
    toFloat64(max(toUnixTimestamp64Milli(event_time))) AS last_ms,
    arrayPopFront(arrayDifference(arrayReverse(
      groupArraySorted(${INTERVAL_CLICKS_MAX})(-toUnixTimestamp64Milli(event_time))))) AS intervals,
    arrayAvg(intervals) AS mean,
    toFloat64(if(mean = 0, 0, abs(arrayReduce('stddevPop', intervals) / mean))) AS interval_variation
  FROM events
  WHERE ${WHERE} AND (organization_id, ${ADDRESS_KEY}) IN (${BUSY})
  GROUP BY organization_id, ${ADDRESS_KEY}`;

type Row = {
  organization_id: string;
  one_ip: string;
  clicks: number;
  agents: number;
  click_ids: number;
  first_ms: number;
  last_ms: number;
  interval_variation: number;
};

/**
 * What is stored of the busiest addresses' clicks within an hour.
 *
 * @param beforeMs the hour's end, ms since epoch, exclusive
 * @throws the client's error when ClickHouse cannot be asked
 */
export async function readStoredWindows(
  client: ClickHouseClient,
  beforeMs: number,
): Promise<StoredWindow[]> {
  const result = await client.query({
    query: WINDOWS,
    query_params: { start: beforeMs - HOUR_MS, end: beforeMs },
    format: 'JSONEachRow',
    clickhouse_settings: {
      max_threads: 1,
      max_memory_usage: '1000000000',
      max_execution_time: 30,
    },
  });
  const rows = await result.json<Row>();
  return rows.flatMap(toWindow);
}

function toWindow(row: Row): StoredWindow[] {
  const address = row.one_ip.includes(':') ? blockNetwork(row.one_ip) : row.one_ip;
  if (address === null) {
    return [];
  }
  return [
    {
      ...{ organizationId: row.organization_id, address },
      ...{ clicks: row.clicks, agents: row.agents, clickIds: row.click_ids },
      ...{ firstMs: row.first_ms, lastMs: row.last_ms },
      intervalVariation: row.interval_variation,
    },
  ];
}
