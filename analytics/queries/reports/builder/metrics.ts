import {
  BLOCKED_CLICK,
  BOT_CLICK,
  CONVERSION,
  cleanClickPredicate,
  clickPredicate,
  suspiciousClickPredicate,
  VISIT,
} from '../../../schema/clicks.ts';
import { type Rates, revenueSum } from '../../../schema/money.ts';

export const METRIC_NAMES = [
  'clicks',
  'clean_clicks',
  'suspicious_clicks',
  'blocked_clicks',
  'visits',
  'bots',
  'events',
  'unique_users',
  'conversions',
  'conversion_rate',
  'revenue',
  'average_order_value',
  'epc',
] as const;

export type MetricName = (typeof METRIC_NAMES)[number];

export type MetricOptions = {
  rates: Rates;
  includeBots: boolean;
  exact: boolean;
  /** Whether each row stands for `event_count` events that are alike; see day-sums.ts. */
  isSummed: boolean;
};

/** Whether a metric needs to know what money is worth. */
export function isMoney(metric: MetricName): boolean {
  return metric === 'revenue' || metric === 'average_order_value' || metric === 'epc';
}

/**
 * The SQL of each metric over the rows of a group. Counts are integers, everything else is an exact
 * Decimal with the digits that are shown. Predicates stand in the aggregates rather than in WHERE:
 * measured, that is twice as fast as filtering first, and one pass serves all metrics.
 */
export function metricExpressions({
  rates,
  includeBots,
  exact,
  isSummed,
}: MetricOptions): Record<MetricName, string> {
  const count = (predicate: string) =>
    isSummed ? `sumIf(event_count, ${predicate})` : `countIf(${predicate})`;
  const click = clickPredicate(includeBots);
  const clicks = count(click);
  const conversions = count(CONVERSION);
  const revenue = revenueSum(rates);
  return {
    clicks,
    clean_clicks: count(cleanClickPredicate(includeBots)),
    suspicious_clicks: count(suspiciousClickPredicate(includeBots)),
    blocked_clicks: count(BLOCKED_CLICK),
    visits: count(VISIT),
    bots: count(BOT_CLICK),
    events: isSummed ? 'sum(event_count)' : 'count()',
    unique_users: `${exact ? 'uniqExactIf' : 'uniqCombined64If'}(user_id, ${click})`,
    conversions,
    // Truncated to 6 digits first, which leaves the half-up rounding to 2 what it is.
    conversion_rate: ratio(`toDecimal128(${conversions}, 6) * 100`, clicks, 2),
    revenue: `round(${revenue}, 4)`,
    average_order_value: ratio(revenue, conversions, 2),
    epc: ratio(revenue, clicks, 4),
  };
}

/** 0 where the divisor is 0; half away from zero otherwise. */
function ratio(dividend: string, divisor: string, decimals: number): string {
  return `if(${divisor} = 0, toDecimal256(0, 14), toDecimal256(round(toDecimal256(${dividend}, 14) / greatest(${divisor}, 1), ${decimals}), 14))`;
}
