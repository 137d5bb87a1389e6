import type { ClickHouseClient } from '@clickhouse/client';
import { clickPredicate, OF_ORGANIZATION } from '../../schema/clicks.ts';
import {
  divideDecimals,
  moneyToJson,
  type Rates,
  roundDecimal,
  type Unconverted,
} from '../../schema/money.ts';
import { type TimeRange, timeRangeParams } from '../../schema/time-range.ts';
import { type ConversionCells, readConversions } from './campaign-conversions.ts';
import { rangePredicate } from './range-predicate.ts';
import { queryRows } from './run-query.ts';
import { topSlots, topWeekdays, type Weekday } from './top-slots.ts';

export type CampaignReportOptions = {
  organizationId: string;
  /** At least one. */
  campaignIds: readonly string[];
  /** Undefined: everything there is, with hours and weekdays of `timezone`. */
  range?: TimeRange | undefined;
  timezone: string;
  rates: Rates;
  /** What campaigns cost in the reporting currency, as decimal text, by campaign. */
  costs?: ReadonlyMap<string, string>;
  includeBots?: boolean;
  /** Count unique users exactly instead of within about 1 %. */
  exact?: boolean;
};

export type CampaignMetrics = {
  clicks: number;
  unique_users: number;
  conversions: number;
  /** Conversions per 100 clicks, two decimals; 0 without clicks. */
  conversion_rate: number;
  /** In the reporting currency. */
  revenue: number;
  /** Revenue per conversion, two decimals; 0 without conversions. */
  average_order_value: number;
  /** Revenue per unit of cost, two decimals; 0 without cost. */
  roas: number;
  /** 0 to 23. */
  top_converting_hours: number[];
  top_converting_days: Weekday[];
  device_breakdown: Record<string, number>;
};

export type CampaignReport = {
  campaignId: string;
  /** Of the first and the last event counted, ms since the epoch; undefined: there is none. */
  firstMs: number | undefined;
  lastMs: number | undefined;
  metrics: CampaignMetrics;
  unconverted: Unconverted[];
};

/** Devices that a report always names; others only when they clicked. */
const USUAL_DEVICES = ['mobile', 'tablet', 'desktop'] as const;
/** What else is stored, anything unexpected included, is `other`. */
const KNOWN_DEVICES = [...USUAL_DEVICES, 'bot'] as const;

/**
 * Exact up to some 30,000 users, within about 0.1 % above, in at most 768 KiB a campaign. The projection
 * campaign_hours has just this function.
 */
const UNIQUE = 'uniqCombined64(20)';

type ClickRow = {
  clicks: number;
  unique_users: number;
  devices: Record<string, number>;
  first_ms: string;
  last_ms: string;
};

/**
 * What campaigns brought, in the order of `campaignIds`.
 *
 * All queries are of a form that the projection campaign_hours answers, where the range and the time
 * zone allow sums by hour; they are right without it as well.
 *
 * @throws TrellisError as `queryRows`
 */
export async function reportCampaigns(
  clickhouse: ClickHouseClient,
  options: CampaignReportOptions,
): Promise<CampaignReport[]> {
  const [clicks, conversions] = await Promise.all([
    readClicks(clickhouse, options),
    readConversions(clickhouse, options),
  ]);
  return options.campaignIds.map((campaignId) =>
    toReport(campaignId, clicks.get(campaignId), conversions.get(campaignId), {
      cost: options.costs?.get(campaignId) ?? '0',
    }),
  );
}

/** Clicks and users by campaign, and the same clicks by device; campaigns without clicks have no row. */
async function readClicks(
  clickhouse: ClickHouseClient,
  options: CampaignReportOptions,
): Promise<Map<string, ClickRow>> {
  const { organizationId, campaignIds, range, includeBots = false, exact = false } = options;
  const from = `
    FROM events
    WHERE ${OF_ORGANIZATION} AND campaign_id IN {campaign_ids:Array(String)}
      AND ${clickPredicate(includeBots)} ${range === undefined ? '' : `AND ${rangePredicate(range)}`}`;
  const params = {
    campaign_ids: [...campaignIds],
    ...(range === undefined ? {} : timeRangeParams(range)),
  };
  // Two questions, because both can be answered from the projection campaign_hours and one cannot.
  const [rows, deviceRows] = await Promise.all([
    queryRows<Omit<ClickRow, 'devices'> & { campaign: string }>(clickhouse, {
      organizationId,
      params,
      sql: `
        SELECT campaign_id AS campaign, count() AS clicks,
          ${exact ? 'uniqExact' : UNIQUE}(user_id) AS unique_users,
          toString(toUnixTimestamp64Milli(min(event_time))) AS first_ms,
          toString(toUnixTimestamp64Milli(max(event_time))) AS last_ms
        ${from} GROUP BY campaign_id`,
    }),
    queryRows<{ campaign: string; device: string; clicks: number }>(clickhouse, {
      organizationId,
      params,
      sql: `
        SELECT campaign_id AS campaign, device_type AS device, count() AS clicks
        ${from} GROUP BY campaign_id, device_type`,
    }),
  ]);
  const clicks = new Map(rows.map(({ campaign, ...row }) => [campaign, { ...row, devices: {} }]));
  for (const { campaign, device, clicks: count } of deviceRows) {
    const devices: Record<string, number> = clicks.get(campaign)?.devices ?? {};
    const name = KNOWN_DEVICES.find((known) => known === device) ?? 'other';
    devices[name] = (devices[name] ?? 0) + count;
  }
  return clicks;
}

function toReport(
  campaignId: string,
  clickRow: ClickRow | undefined,
  cells: ConversionCells | undefined,
  { cost }: { cost: string },
): CampaignReport {
  const clicks = clickRow?.clicks ?? 0;
  const conversions = cells?.conversions ?? 0;
  const revenue = roundDecimal(cells?.revenue ?? '0', 4);
  const times = [clickRow?.first_ms, clickRow?.last_ms, cells?.first_ms, cells?.last_ms].flatMap(
    (ms) => (ms === undefined ? [] : Number(ms)),
  );
  return {
    campaignId,
    firstMs: times.length === 0 ? undefined : Math.min(...times),
    lastMs: times.length === 0 ? undefined : Math.max(...times),
    metrics: {
      clicks,
      unique_users: clickRow?.unique_users ?? 0,
      conversions,
      conversion_rate: percent(conversions, clicks),
      revenue: moneyToJson(revenue),
      average_order_value: Number(divideDecimals(revenue, String(conversions), 2)),
      roas: Number(divideDecimals(revenue, cost, 2)),
      top_converting_hours: topSlots(cells?.byHour ?? new Map()),
      top_converting_days: topWeekdays(cells?.byWeekday ?? new Map()),
      device_breakdown: devicesOf(clickRow?.devices ?? {}),
    },
    unconverted: cells?.unconverted ?? [],
  };
}

/** `part` per 100 of `whole`, two decimals; 0 of nothing. */
function percent(part: number, whole: number): number {
  return Number(divideDecimals(String(part * 100), String(whole), 2));
}

/** The usual devices first, others only when they clicked. */
function devicesOf(counts: Record<string, number>): Record<string, number> {
  const usual = USUAL_DEVICES.map((device) => [device, counts[device] ?? 0] as const);
  const others = Object.entries(counts)
    .filter(([device]) => !USUAL_DEVICES.some((known) => known === device))
    .sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries([...usual, ...others]);
}
