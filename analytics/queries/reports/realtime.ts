import type { ClickHouseClient } from '@clickhouse/client';
import {
  BLOCKED_CLICK,
  CLICK,
  CONVERSION,
  OF_ORGANIZATION,
  suspiciousClickPredicate,
} from '../../schema/clicks.ts';
import {
  addDecimals,
  moneyToJson,
  type Rates,
  revenueExpression,
  type Unconverted,
  unconvertedPredicate,
} from '../../schema/money.ts';
import { startOfDayMs } from '../../schema/time-range.ts';
import { toUnconverted } from './campaign-sums.ts';
import { queryRows } from './run-query.ts';

export type RealtimeOptions = {
  organizationId: string;
  /** IANA name; says when today began. */
  timezone: string;
  rates: Rates;
  /** Ms since the epoch. */
  nowMs: number;
};

export type TimelineMinute = {
  /** When the minute began, ISO 8601. */
  minute: string;
  /** Clean and suspicious ones. */
  clicks: number;
  clean_clicks: number;
  suspicious_clicks: number;
  /** Not among `clicks`. */
  blocked_clicks: number;
  conversions: number;
  revenue: number;
};

export type RealtimeMetrics = {
  clicks_last_hour: number;
  clean_clicks_last_hour: number;
  suspicious_clicks_last_hour: number;
  blocked_clicks_last_hour: number;
  /** Percent against the hour before, two decimals; 100 when only that one had no clicks. */
  clicks_change: number;
  conversions_today: number;
  revenue_today: number;
  currency: string;
  /** Of today. */
  unconverted: Unconverted[];
  /** The last 60 minutes, the current one last, empty ones included. */
  traffic_timeline: TimelineMinute[];
  /** ISO 8601. */
  last_updated: string;
};

const MINUTES = 60;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Rows that are neither in the timeline nor in the hour it is compared with. */
const OUTSIDE = -2;
const HOUR_BEFORE = -1;

type BucketRow = {
  /** A minute of the timeline, 0 to 59, or one of the constants above. */
  bucket: number;
  clicks: number;
  suspicious: number;
  blocked: number;
  conversions: number;
  revenue: string;
  conversions_today: number;
  revenue_today: string;
  unconverted_today: Record<string, string>;
};

/**
 * What is going on now, in one query over today and the last two hours.
 *
 * The last hour is the 60 minutes of the timeline; the current one has only begun, so the hour before
 * ends at the same point of its last minute.
 *
 * @throws TrellisError as `queryRows`
 */
export async function readRealtime(
  clickhouse: ClickHouseClient,
  { organizationId, timezone, rates, nowMs }: RealtimeOptions,
): Promise<RealtimeMetrics> {
  const timelineMs = (Math.floor(nowMs / MINUTE_MS) - MINUTES + 1) * MINUTE_MS;
  const dayMs = startOfDayMs(nowMs, timezone);
  const revenue = revenueExpression(rates);
  const rows = await queryRows<BucketRow>(clickhouse, {
    organizationId,
    sql: `
      WITH toUnixTimestamp64Milli(event_time) AS ms, ms >= {day_ms:Int64} AS is_today
      SELECT multiIf(ms >= {timeline_ms:Int64}, intDiv(ms - {timeline_ms:Int64}, ${MINUTE_MS}),
          ms >= {timeline_ms:Int64} - ${HOUR_MS} AND ms < {now_ms:Int64} - ${HOUR_MS}, ${HOUR_BEFORE},
          ${OUTSIDE}) AS bucket,
        countIf(${CLICK}) AS clicks, countIf(${suspiciousClickPredicate(false)}) AS suspicious,
        countIf(${BLOCKED_CLICK}) AS blocked, countIf(${CONVERSION}) AS conversions,
        sum(${revenue}) AS revenue,
        countIf(${CONVERSION} AND is_today) AS conversions_today,
        sumIf(${revenue}, is_today) AS revenue_today,
        sumMapIf(map(toString(conversion_currency), conversion_value),
          is_today AND ${unconvertedPredicate(rates)}) AS unconverted_today
      FROM events
      WHERE ${OF_ORGANIZATION}
        AND event_time >= fromUnixTimestamp64Milli({start_ms:Int64}, 'UTC')
        AND event_time < fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
      GROUP BY bucket`,
    params: {
      day_ms: String(dayMs),
      timeline_ms: String(timelineMs),
      start_ms: String(Math.min(dayMs, timelineMs - HOUR_MS)),
      now_ms: String(nowMs),
    },
  });
  return toMetrics(rows, { timelineMs, nowMs, currency: rates.reportingCurrency });
}

function toMetrics(
  rows: readonly BucketRow[],
  { timelineMs, nowMs, currency }: { timelineMs: number; nowMs: number; currency: string },
): RealtimeMetrics {
  const buckets = new Map(rows.map((row) => [Number(row.bucket), row]));
  const timeline = Array.from({ length: MINUTES }, (_, index) => {
    const row = buckets.get(index);
    const { clicks = 0, suspicious = 0, blocked = 0 } = row ?? {};
    return {
      minute: new Date(timelineMs + index * MINUTE_MS).toISOString(),
      clicks,
      clean_clicks: clicks - suspicious,
      suspicious_clicks: suspicious,
      blocked_clicks: blocked,
      conversions: row?.conversions ?? 0,
      revenue: moneyToJson(row?.revenue ?? '0'),
    };
  });
  const sumOf = (read: (minute: TimelineMinute) => number) =>
    timeline.reduce((sum, minute) => sum + read(minute), 0);
  const clicks = sumOf((minute) => minute.clicks);
  return {
    clicks_last_hour: clicks,
    clean_clicks_last_hour: sumOf((minute) => minute.clean_clicks),
    suspicious_clicks_last_hour: sumOf((minute) => minute.suspicious_clicks),
    blocked_clicks_last_hour: sumOf((minute) => minute.blocked_clicks),
    clicks_change: changePercent(clicks, buckets.get(HOUR_BEFORE)?.clicks ?? 0),
    conversions_today: rows.reduce((sum, row) => sum + row.conversions_today, 0),
    revenue_today: moneyToJson(addDecimals(rows.map((row) => row.revenue_today))),
    currency,
    unconverted: toUnconverted(sumByCurrency(rows.map((row) => row.unconverted_today))),
    traffic_timeline: timeline,
    last_updated: new Date(nowMs).toISOString(),
  };
}

function changePercent(now: number, before: number): number {
  if (before === 0) {
    return now === 0 ? 0 : 100;
  }
  return Math.round(((now - before) / before) * 10_000) / 100;
}

function sumByCurrency(parts: readonly Record<string, string>[]): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const [currency, value] of parts.flatMap((part) => Object.entries(part))) {
    sums[currency] = addDecimals([sums[currency] ?? '0', value]);
  }
  return sums;
}
