import { randomBytes } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { OF_ORGANIZATION } from '../schema/clicks.ts';
import { IN_TIME_RANGE, type TimeRange, timeRangeParams } from '../schema/time-range.ts';
import { COUNTRIES_MAX, DEVICES_MAX, type Space } from './space.ts';

/** Events that a search looks at; of more it takes a sample. */
export const SAMPLE_EVENTS_MAX = 1_000_000;
/** A table that is older was left behind by a process that died. */
const TABLE_MINUTES_MAX = 10;
const TABLE_PREFIX = 'discovery_sample_';

/** Types that a rule may name. */
const DEVICE_TYPES = ['mobile', 'tablet', 'desktop', 'other'];

/** Whatever a query of the search may use, so that other people's queries get their share. */
export const SEARCH_LIMITS = {
  max_execution_time: 30,
  max_memory_usage: String(1536 * 1024 ** 2),
  max_threads: 2,
} as const;

/** People's clicks and visits that belong to no campaign and were not blocked, in the time range. */
export const UNATTRIBUTED = `${OF_ORGANIZATION} AND ${IN_TIME_RANGE} AND campaign_id IS NULL
  AND NOT is_bot AND NOT is_blocked AND conversion_event = ''`;

/**
 * The referring site: the registrable domain, so that vm.tiktok.com and tiktok.com are one; else the
 * host as it is (addresses, names without a dot); '' without a referer.
 */
export const SITE_SQL = `lower(if(cutToFirstSignificantSubdomain(referer) != '',
  cutToFirstSignificantSubdomain(referer), domainWithoutWWW(referer)))`;

/** Weekday · 24 + hour in the time zone of the range; Monday is 0. */
export const SLOT_SQL = `toUInt8((toDayOfWeek(event_time, 0, {range_timezone:String}) - 1) * 24
  + toHour(event_time, {range_timezone:String}))`;

export type Traffic = { organizationId: string; range: TimeRange };

export function trafficParams({ organizationId, range }: Traffic): Record<string, unknown> {
  return { organization_id: organizationId, ...timeRangeParams(range) };
}

/** The traffic of one search, in a table of its own in memory. */
export type Sample = {
  client: ClickHouseClient;
  /** What to select from: a table, or a query in brackets, with its values. */
  table: string;
  params: Record<string, unknown>;
  /** Events in the table. */
  events: number;
  /** Each event of the table stands for so many. */
  scale: number;
  space: Space;
};

/**
 * Copies the traffic, or a sample of it, in the form that a search needs, and lets `work` use it. One in
 * `scale` events is taken, by a hash of its time: so no dimension is favoured.
 */
export async function withSample<T>(
  client: ClickHouseClient,
  traffic: Traffic,
  eventsMax: number,
  work: (sample: Sample) => Promise<T>,
): Promise<T> {
  await dropForgottenTables(client);
  const scale = Math.max(1, Math.ceil((await estimateEvents(client, traffic)) / eventsMax));
  const table = `${TABLE_PREFIX}${randomBytes(8).toString('hex')}`;
  try {
    await client.command({
      query: `CREATE TABLE ${table} ENGINE = Memory AS
        SELECT cityHash64(site) AS site_hash, CAST(cityHash64(source), 'UInt64') AS source_hash,
          site, host, source,
          device_type, country, ${SLOT_SQL} AS slot
        FROM (SELECT ${SITE_SQL} AS site, lower(domain(referer)) AS host, lower(source) AS source, device_type, country, event_time FROM events
          WHERE ${UNATTRIBUTED}
            AND ({scale:UInt32} = 1 OR intHash64(toUnixTimestamp64Milli(event_time)) % {scale:UInt32} = 0))`,
      query_params: { ...trafficParams(traffic), scale },
      clickhouse_settings: SEARCH_LIMITS,
    });
    return await work({ client, table, params: {}, scale, ...(await contents(client, table)) });
  } finally {
    await client.command({ query: `DROP TABLE IF EXISTS ${table} SYNC` });
  }
}

const DAY_MS = 86_400_000;
/** Days whose traffic tells how much there is; that of shorter ranges is counted. */
const ESTIMATE_DAYS = 8;
const ESTIMATE_RANGE_DAYS_MIN = 24;

/** About how many events there are; counting 20 million takes a large part of the time of a search. */
async function estimateEvents(client: ClickHouseClient, traffic: Traffic): Promise<number> {
  const { startMs, endMs } = traffic.range;
  const days = (endMs - startMs) / DAY_MS;
  const isCounted = days < ESTIMATE_RANGE_DAYS_MIN;
  const part = (endMs - startMs) / ESTIMATE_DAYS;
  const spans = Array.from({ length: ESTIMATE_DAYS }, (_, index) => {
    // By multiples of the golden ratio, so that all days of the week have their turn.
    const from = Math.floor(startMs + part * index + ((index * 0.618034) % 1) * (part - DAY_MS));
    return `(event_time >= fromUnixTimestamp64Milli(${from}, 'UTC')
      AND event_time < fromUnixTimestamp64Milli(${from + DAY_MS}, 'UTC'))`;
  });
  const [row] = await rows<{ n: string }>(client, {
    query: `SELECT count() AS n FROM events
      WHERE ${UNATTRIBUTED} AND ${isCounted ? '1' : `(${spans.join(' OR ')})`}`,
    params: trafficParams(traffic),
  });
  return Number(row?.n ?? 0) * (isCounted ? 1 : days / ESTIMATE_DAYS);
}

async function contents(
  client: ClickHouseClient,
  table: string,
): Promise<{ events: number; space: Space }> {
  const [row] = await rows<{ n: string; devices: string[]; countries: string[] }>(client, {
    query: `SELECT count() AS n,
        arraySort(topK(${DEVICES_MAX}, 5)(toString(device_type))) AS devices,
        arraySort(topK(${COUNTRIES_MAX}, 5)(toString(country))) AS countries
      FROM ${table}`,
  });
  return {
    events: Number(row?.n ?? 0),
    space: {
      devices: (row?.devices ?? []).filter((device) => DEVICE_TYPES.includes(device)),
      countries: (row?.countries ?? []).filter((country) => /^[A-Z]{2}$/.test(country)),
    },
  };
}

async function dropForgottenTables(client: ClickHouseClient): Promise<void> {
  const forgotten = await rows<{ name: string }>(client, {
    query: `SELECT name FROM system.tables WHERE database = currentDatabase()
      AND startsWith(name, '${TABLE_PREFIX}')
      AND metadata_modification_time < now() - INTERVAL ${TABLE_MINUTES_MAX} MINUTE`,
  });
  for (const { name } of forgotten) {
    await client.command({
      query: `DROP TABLE IF EXISTS {table:Identifier}`,
      query_params: { table: name },
    });
  }
}

/** Rows of a query, within the limits of a search. */
export async function rows<T>(
  client: ClickHouseClient,
  { query, params = {} }: { query: string; params?: Record<string, unknown> },
): Promise<T[]> {
  const result = await client.query({
    query,
    query_params: params,
    format: 'JSONEachRow',
    clickhouse_settings: SEARCH_LIMITS,
  });
  return result.json<T>();
}
