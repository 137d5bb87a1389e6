import type { ClickHouseClient } from '@clickhouse/client';
import { FRAUD_PATTERNS, type FraudPattern } from '../../../core/fraud/detection.ts';
import type { FraudSettings } from '../../../core/fraud/settings.ts';
import { queryRows } from '../reports/run-query.ts';
import { judgedQuery } from './judged-sql.ts';
import {
  confidencesOf,
  HIGHEST_OF_PATTERNS,
  type PatternConfidence,
  rounded,
} from './pattern-confidence.ts';
import { CLICKS_SQL, STEP_MS, STEPS_PER_WINDOW, WINDOW_MS } from './windows-sql.ts';

const STEPS_PER_HOUR = STEPS_PER_WINDOW;
/** Flagged addresses that are looked at; with more, the sums are of those with the most confidence. */
const ADDRESSES_MAX = 50_000;
const ADDRESSES_SHOWN_MAX = 100;

export type BacktestOptions = {
  organizationId: string;
  /** Ms since the epoch, a multiple of `STEP_MS`: then windows begin where those of actors do. */
  startMs: number;
  /** Exclusive. */
  endMs: number;
  /** What is tried out, complete. */
  settings: FraudSettings;
  /** Whether an address is on the list of those that are never blocked. */
  isNeverBlocked: (address: string) => boolean;
};

export type BacktestAddress = {
  address: string;
  country: string;
  /** Highest of any hour. */
  confidence: number;
  patterns: PatternConfidence[];
  clicks: number;
  /** Clicks in five minutes of which the confidence was above `alert_above`. */
  suspicious_clicks: number;
  /** Clicks that would have found the address blocked. */
  blocked_clicks: number;
  /** When it would have been flagged and blocked first, ISO 8601, to five minutes. */
  flagged_at: string;
  blocked_at: string | null;
};

export type Backtest = {
  clicks: number;
  addresses: number;
  /** Addresses above `alert_above`. */
  flagged: number;
  /** Addresses above `block_above`. */
  blocked: number;
  suspicious_clicks: number;
  blocked_clicks: number;
  /** Flagged addresses that had the pattern. */
  patterns: { pattern: FraudPattern; flagged: number; blocked: number }[];
  /** The first hundred, those with the most confidence first. */
  first: BacktestAddress[];
  /** true: more addresses were flagged than are looked at. */
  truncated: boolean;
};

type Row = {
  address: string;
  last_country: string;
  highest: number;
  patterns: number[];
  clicks_sum: number;
  suspicious_clicks: number;
  blocked_clicks: number;
  flagged_step: number;
  /** 0: never. */
  blocked_step: number;
};

/** An address is blocked from the end of a step on, for so many; then it may be blocked again. */
const BLOCKED_CLICKS = `tupleElement(arrayFold(
  (state, one) -> if(one.1 < state.1,
    (state.1, state.2 + one.2),
    (if(one.3 > {block_above:Float64}, one.1 + 1 + {block_steps:Float64}, state.1), state.2)),
  arraySort(one -> one.1, groupArray((toFloat64(step), toFloat64(step_clicks), confidence))),
  (toFloat64(0), toFloat64(0))), 2)`;

/** Steps of the first hour only fill the first windows. */
const flaggedSql = (judged: string) => `
  SELECT address,
    argMax(country, step) AS last_country,
    max(confidence) AS highest,
    ${HIGHEST_OF_PATTERNS} AS patterns,
    sum(step_clicks) AS clicks_sum,
    sumIf(step_clicks, confidence > {alert_above:Float64}) AS suspicious_clicks,
    ${BLOCKED_CLICKS} AS blocked_clicks,
    minIf(step, confidence > {alert_above:Float64}) AS flagged_step,
    minIf(step, confidence > {block_above:Float64}) AS blocked_step
  FROM (${judged})
  WHERE step >= ${STEPS_PER_WINDOW}
  GROUP BY address
  HAVING highest > least({alert_above:Float64}, {block_above:Float64})
  ORDER BY highest DESC, clicks_sum DESC, address
  LIMIT ${ADDRESSES_MAX + 1}`;

const TOTALS_SQL = `
  SELECT count() AS clicks, uniqCombined64(address) AS addresses
  FROM (${CLICKS_SQL})
  WHERE step >= ${STEPS_PER_WINDOW}`;

/**
 * What settings would have found in stored clicks.
 *
 * @throws TrellisError as `queryRows`
 */
export async function backtest(
  clickhouse: ClickHouseClient,
  options: BacktestOptions,
): Promise<Backtest> {
  const { organizationId, settings } = options;
  const firstMs = options.startMs - WINDOW_MS;
  const range = { start_ms: firstMs, end_ms: options.endMs };
  const [totals, found] = await Promise.all([
    queryRows<{ clicks: number; addresses: number }>(clickhouse, {
      organizationId,
      sql: TOTALS_SQL,
      params: range,
    }),
    settings.enabled ? readFlagged(clickhouse, options, range) : [],
  ]);
  const rows = found.slice(0, ADDRESSES_MAX).filter((row) => !options.isNeverBlocked(row.address));
  return {
    clicks: totals[0]?.clicks ?? 0,
    addresses: totals[0]?.addresses ?? 0,
    flagged: rows.length,
    blocked: rows.filter(isBlocked).length,
    suspicious_clicks: sumOf(rows, 'suspicious_clicks'),
    blocked_clicks: sumOf(rows, 'blocked_clicks'),
    patterns: FRAUD_PATTERNS.map((pattern, at) => {
      const having = rows.filter((row) => (row.patterns[at] ?? 0) > 0);
      return { pattern, flagged: having.length, blocked: having.filter(isBlocked).length };
    }),
    first: rows.slice(0, ADDRESSES_SHOWN_MAX).map((row) => toAddress(row, firstMs)),
    truncated: found.length > ADDRESSES_MAX,
  };
}

async function readFlagged(
  clickhouse: ClickHouseClient,
  { organizationId, settings }: BacktestOptions,
  range: { start_ms: number; end_ms: number },
): Promise<Row[]> {
  const judged = await judgedQuery(clickhouse, organizationId, range, settings);
  return queryRows<Row>(clickhouse, {
    organizationId,
    sql: flaggedSql(judged.sql),
    params: {
      ...range,
      ...judged.params,
      alert_above: settings.alert_above,
      block_steps: settings.block_hours * STEPS_PER_HOUR,
    },
  });
}

function isBlocked(row: Row): boolean {
  return row.blocked_step > 0;
}

function sumOf(rows: readonly Row[], column: 'suspicious_clicks' | 'blocked_clicks'): number {
  return rows.reduce((sum, row) => sum + row[column], 0);
}

function toAddress(row: Row, firstMs: number): BacktestAddress {
  const endOf = (step: number) => new Date(firstMs + (step + 1) * STEP_MS).toISOString();
  return {
    address: row.address,
    country: row.last_country,
    confidence: rounded(row.highest),
    patterns: confidencesOf(row.patterns),
    clicks: row.clicks_sum,
    suspicious_clicks: row.suspicious_clicks,
    blocked_clicks: row.blocked_clicks,
    flagged_at: endOf(row.flagged_step),
    blocked_at: isBlocked(row) ? endOf(row.blocked_step) : null,
  };
}
