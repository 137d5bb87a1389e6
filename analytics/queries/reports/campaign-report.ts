import type { ClickHouseClient } from '@clickhouse/client';
import {
  divideDecimals,
  moneyToJson,
  type Rates,
  roundDecimal,
  type Unconverted,
} from '../../schema/money.ts';
import type { TimeRange } from '../../schema/time-range.ts';
import { type CampaignSums, readCampaignSums, toUnconverted } from './campaign-sums.ts';
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
  /** Clean and suspicious ones. */
  clicks: number;
  clean_clicks: number;
  suspicious_clicks: number;
  /** Not among `clicks`. */
  blocked_clicks: number;
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
 * What campaigns brought, in the order of `campaignIds`.
 *
 * @throws TrellisError as `queryRows`
 */
export async function reportCampaigns(
  clickhouse: ClickHouseClient,
  options: CampaignReportOptions,
): Promise<CampaignReport[]> {
  const sums = await readCampaignSums(clickhouse, options);
  return options.campaignIds.map((campaignId) =>
    toReport(campaignId, sums.get(campaignId), options.costs?.get(campaignId) ?? '0'),
  );
}

function toReport(
  campaignId: string,
  sums: CampaignSums | undefined,
  cost: string,
): CampaignReport {
  const { clean = 0, suspicious = 0, blocked = 0, conversions = 0 } = sums ?? {};
  const clicks = clean + suspicious;
  const hasTimes = clicks + conversions > 0;
  const revenue = roundDecimal(sums?.revenue ?? '0', 4);
  return {
    campaignId,
    firstMs: hasTimes ? sums?.first_ms : undefined,
    lastMs: hasTimes ? sums?.last_ms : undefined,
    metrics: {
      clicks,
      clean_clicks: clean,
      suspicious_clicks: suspicious,
      blocked_clicks: blocked,
      unique_users: sums?.unique_users ?? 0,
      conversions,
      conversion_rate: percent(conversions, clicks),
      revenue: moneyToJson(revenue),
      average_order_value: Number(divideDecimals(revenue, String(conversions), 2)),
      roas: Number(divideDecimals(revenue, cost, 2)),
      top_converting_hours: topSlots(toCounts(sums?.hours)),
      top_converting_days: topWeekdays(toCounts(sums?.weekdays)),
      device_breakdown: devicesOf(sums?.devices ?? {}),
    },
    unconverted: toUnconverted(sums?.unconverted ?? {}),
  };
}

function toCounts(counts: Record<string, number> = {}): Map<number, number> {
  return new Map(Object.entries(counts).map(([slot, count]) => [Number(slot), count]));
}

/** `part` per 100 of `whole`, two decimals; 0 of nothing. */
function percent(part: number, whole: number): number {
  return Number(divideDecimals(String(part * 100), String(whole), 2));
}

/** The usual devices first, others only when they clicked. */
function devicesOf(stored: Readonly<Record<string, number>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [device, clicks] of Object.entries(stored)) {
    const name = KNOWN_DEVICES.find((known) => known === device) ?? 'other';
    counts[name] = (counts[name] ?? 0) + clicks;
  }
  const usual = USUAL_DEVICES.map((device) => [device, counts[device] ?? 0] as const);
  const others = Object.entries(counts)
    .filter(([device]) => !USUAL_DEVICES.some((known) => known === device))
    .sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries([...usual, ...others]);
}
