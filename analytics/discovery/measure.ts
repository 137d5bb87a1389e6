import { OF_ORGANIZATION } from '../schema/clicks.ts';
import { divideDecimals, type Rates, revenueExpression } from '../schema/money.ts';
import { type Group, membership } from './membership.ts';
import {
  rows,
  type Sample,
  SITE_SQL,
  SLOT_SQL,
  type Traffic,
  trafficParams,
  UNATTRIBUTED,
} from './sample.ts';

/** Conversions this much later than the end of the range still count for its clicks, in days. */
const CONVERSION_DAYS_MAX = 30;

/** What the traffic has of a group. */
export type Measured = {
  events: number;
  /** Distinct visitors. */
  visitors: number;
  conversions: number;
  /** In the reporting currency; a decimal text. */
  value: string;
  /** Hosts of its referers, the most frequent first. */
  hosts: string[];
  /** Where most of its clicks were redirected to, or its visits were; without query. */
  destination?: string;
};

const HOSTS_MAX = 10;

/** What `membership` needs, from the columns of events. */
const COLUMNS = `${SITE_SQL} AS site, lower(source) AS source, device_type, country`;

/** Conversions that may belong to the traffic: without campaign, in time, of no blocked click. */
const CONVERSIONS = `${OF_ORGANIZATION} AND conversion_event != '' AND campaign_id IS NULL AND NOT is_blocked
  AND click_event_id != ''
  AND event_time >= fromUnixTimestamp64Milli({range_start_ms:Int64}, 'UTC')
  AND event_time < fromUnixTimestamp64Milli({range_end_ms:Int64}, 'UTC') + INTERVAL ${CONVERSION_DAYS_MAX} DAY`;

/**
 * Counts groups and the conversions of their clicks: exactly when all traffic is in the sample, else as
 * far as the sample tells. One row per group, in their order.
 */
export async function measureGroups(
  sample: Sample,
  traffic: Traffic,
  { groups, rates }: { groups: readonly Group[]; rates: Rates },
): Promise<Measured[]> {
  if (groups.length === 0) {
    return [];
  }
  return sample.scale === 1
    ? measureExactly(sample, traffic, groups, rates)
    : estimate(sample, traffic, groups, rates);
}

async function measureExactly(
  { client, space }: Sample,
  traffic: Traffic,
  groups: readonly Group[],
  rates: Rates,
): Promise<Measured[]> {
  const { sql, timelessSql, params } = membership(groups, space);
  const counted = await rows<{
    group: number;
    events: string;
    visitors: string;
    conversions: string;
    value: string;
    hosts: string[];
    destinations: string[];
  }>(client, {
    // A conversion carries the dimensions of its click, but its own time: so it can be told at once
    // which ones may matter, and their clicks decide.
    query: `WITH converted AS (
        SELECT click_event_id, count() AS conversions, sum(value) AS value
        FROM (SELECT click_event_id, ${revenueExpression(rates)} AS value, ${COLUMNS} FROM events
          WHERE ${CONVERSIONS})
        WHERE ${timelessSql} != 0
        GROUP BY click_event_id)
      SELECT toUInt8(bit) AS group, count() AS events, uniqCombined64(user_id) AS visitors,
        sum(conversions) AS conversions, toString(sum(value)) AS value,
        arrayFilter(host -> host != '', topK(${HOSTS_MAX})(host)) AS hosts,
        topK(1)(place) AS destinations
      FROM (SELECT event_id, user_id, domain(referer) AS host,
          cutQueryStringAndFragment(if(destination != '', destination, url)) AS place, ${sql} AS mask
        FROM (SELECT event_id, user_id, referer, destination, url, ${COLUMNS}, ${SLOT_SQL} AS slot FROM events
          WHERE ${UNATTRIBUTED})
        WHERE mask != 0) AS matched
      LEFT ANY JOIN converted ON matched.event_id = converted.click_event_id
      ARRAY JOIN bitPositionsToArray(mask) AS bit
      GROUP BY bit`,
    params: { ...params, ...trafficParams(traffic) },
  });
  const byGroup = new Map(counted.map((row) => [row.group, row]));
  return groups.map((_, index) => {
    const row = byGroup.get(index);
    const destination = row?.destinations.find(isDestination);
    return {
      ...(destination === undefined ? {} : { destination }),
      events: Number(row?.events ?? 0),
      visitors: Number(row?.visitors ?? 0),
      conversions: Number(row?.conversions ?? 0),
      value: row?.value ?? '0',
      hosts: (row?.hosts ?? []).map((host) => host.toLowerCase()),
    };
  });
}

/**
 * From the sample: a conversion carries the dimensions of its click but its own time, so those of the
 * group's devices and countries are multiplied by the share that its hours and weekdays have there.
 * Of a visitor's visits a sample holds few, so each counts as a visitor.
 */
async function estimate(
  { client, table, scale, space }: Sample,
  traffic: Traffic,
  groups: readonly Group[],
  rates: Rates,
): Promise<Measured[]> {
  const { sql, timelessSql, params } = membership(groups, space);
  const counted = await rows<{ group: number; events: string; any_time: string; hosts: string[] }>(
    client,
    {
      query: `SELECT toUInt8(bit) AS group, countIf(bitTest(mask, bit)) AS events, count() AS any_time,
          arrayFilter(host -> host != '', topKIf(${HOSTS_MAX})(host, bitTest(mask, bit))) AS hosts
        FROM (SELECT host, ${sql} AS mask, ${timelessSql} AS timeless FROM ${table}
          WHERE timeless != 0)
        ARRAY JOIN bitPositionsToArray(timeless) AS bit GROUP BY bit`,
      params,
    },
  );
  const converted = await rows<{ group: number; conversions: string; value: string }>(client, {
    query: `SELECT toUInt8(bit) AS group, count() AS conversions, toString(sum(value)) AS value
      FROM (SELECT ${revenueExpression(rates)} AS value, ${COLUMNS} FROM events WHERE ${CONVERSIONS})
      ARRAY JOIN bitPositionsToArray(${timelessSql}) AS bit GROUP BY bit`,
    params: { ...params, ...trafficParams(traffic) },
  });
  const conversionsOf = new Map(converted.map((row) => [row.group, row]));
  const byGroup = new Map(counted.map((row) => [row.group, row]));
  return groups.map((_, index) => {
    const row = byGroup.get(index);
    const events = Number(row?.events ?? 0);
    const share = events / Math.max(1, Number(row?.any_time ?? 0));
    const { conversions = '0', value = '0' } = conversionsOf.get(index) ?? {};
    return {
      events: events * scale,
      visitors: events * scale,
      conversions: Math.round(Number(conversions) * share),
      value: multiplyDecimal(value, share),
      hosts: row?.hosts ?? [],
    };
  });
}

/** An estimate, so that a share of six digits is exact enough; the amount itself stays a decimal. */
function multiplyDecimal(amount: string, share: number): string {
  return divideDecimals(amount, (1 / Math.max(share, 1e-6)).toFixed(6), 2);
}

/** Whether an address can stand in a rule as it is: absolute, and without braces, which mean macros. */
function isDestination(address: string): boolean {
  return /^https?:\/\/[^\s{}]{1,2000}$/.test(address) && URL.canParse(address);
}
