import type { ClickHouseClient } from '@clickhouse/client';
import type { FraudSettings } from '../../../core/fraud/settings.ts';
import { queryRows } from '../reports/run-query.ts';
import { judgedQuery } from './judged-sql.ts';
import {
  confidencesOf,
  HIGHEST_OF_PATTERNS,
  type PatternConfidence,
  rounded,
} from './pattern-confidence.ts';
import { CLICKS_SQL, STEPS_PER_WINDOW, WINDOW_MS } from './windows-sql.ts';

export type FraudReportOptions = {
  organizationId: string;
  /** Until now, at least 1. */
  hours: number;
  /** Ms since the epoch. */
  nowMs: number;
  settings: FraudSettings;
  /** Rows with less confidence are left out; 0: none. */
  confidenceMin: number;
  /** Rows at most. */
  limit: number;
};

export type FraudReportRow = {
  /** An IPv4 address, or the /64 network of IPv6 addresses. */
  ip: string;
  country: string;
  click_count: number;
  /** Distinct user agents. */
  ua_count: number;
  /** Distinct click ids. */
  unique_clicks: number;
  /** Seconds from one click of the address to the next; null with a single click. */
  avg_click_interval: number | null;
  /** Of the address: the highest of any whole hour, 0 to 1. */
  confidence: number;
  patterns: PatternConfidence[];
  /** ISO 8601. */
  first_click: string;
  last_click: string;
};

type Row = Omit<FraudReportRow, 'confidence' | 'patterns' | 'first_click' | 'last_click'> & {
  first_ms: number;
  last_ms: number;
  highest: number;
  patterns: number[];
};

/** Windows that are whole: those that begin with the time asked for, or later. */
const IS_WHOLE = `(step >= ${STEPS_PER_WINDOW - 1} OR next_step >= ${STEPS_PER_WINDOW})`;

/** Addresses that can be in the report, by sums that cost little. */
const CANDIDATES_SQL = `
  SELECT address FROM (${CLICKS_SQL})
  GROUP BY address
  HAVING count() > least({click_flood_clicks:Float64}, {single_agent_clicks:Float64})
    OR (count() > 1 AND (max(at_ms) - min(at_ms)) / (count() - 1) < {rapid_fire_interval_ms:Float64})`;

/** Between the clicks of one address; its first click has none. */
const PAUSES_SQL = `
  SELECT *, if(number = 1, NULL, at_ms - before_ms) AS pause_ms
  FROM (
    SELECT *, row_number() OVER own AS number, lagInFrame(at_ms) OVER own AS before_ms
    FROM (${CLICKS_SQL})
    WHERE address IN (${CANDIDATES_SQL})
    WINDOW own AS (PARTITION BY address ORDER BY at_ms
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )`;

/** The report of docs/fraud.md: addresses that click too much, by one agent, or too fast. */
const reportSql = (judged: string) => `
  SELECT address AS ip, country, click_count, ua_count, unique_clicks, avg_click_interval,
    first_ms, last_ms, highest, patterns
  FROM (
    SELECT address, country,
      count() AS click_count,
      uniqExact(agent) AS ua_count,
      uniqExact(click_id) AS unique_clicks,
      avg(pause_ms) / 1000 AS avg_click_interval,
      min(at_ms) AS first_ms,
      max(at_ms) AS last_ms
    FROM (${PAUSES_SQL})
    GROUP BY address, country
    HAVING click_count > {click_flood_clicks:Float64}
      OR (click_count > {single_agent_clicks:Float64} AND ua_count = 1)
      OR ifNull(avg_click_interval * 1000 < {rapid_fire_interval_ms:Float64}, 0)
  ) AS clicking
  LEFT JOIN (
    SELECT address, max(confidence) AS highest, ${HIGHEST_OF_PATTERNS} AS patterns
    FROM (SELECT * FROM (${judged}) WHERE ${IS_WHOLE})
    GROUP BY address
  ) AS judged USING (address)
  WHERE highest >= {confidence_min:Float64}
  ORDER BY click_count DESC, address, country
  LIMIT {limit:UInt32}`;

/**
 * Addresses whose clicks of the last hours are suspicious by the organisation's thresholds, the busiest
 * first.
 *
 * @throws TrellisError as `queryRows`
 */
export async function readFraudReport(
  clickhouse: ClickHouseClient,
  options: FraudReportOptions,
): Promise<FraudReportRow[]> {
  const { organizationId, hours, nowMs, settings, confidenceMin, limit } = options;
  const range = { start_ms: nowMs - hours * WINDOW_MS, end_ms: nowMs };
  const judged = await judgedQuery(clickhouse, organizationId, range, settings);
  const rows = await queryRows<Row>(clickhouse, {
    organizationId,
    sql: reportSql(judged.sql),
    params: { ...range, ...judged.params, confidence_min: confidenceMin, limit },
  });
  return rows.map((row) => ({
    ip: row.ip,
    country: row.country,
    click_count: row.click_count,
    ua_count: row.ua_count,
    unique_clicks: row.unique_clicks,
    avg_click_interval: row.avg_click_interval === null ? null : rounded(row.avg_click_interval),
    confidence: rounded(row.highest),
    patterns: confidencesOf(row.patterns),
    first_click: new Date(row.first_ms).toISOString(),
    last_click: new Date(row.last_ms).toISOString(),
  }));
}
