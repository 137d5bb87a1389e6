import { formatCount, formatMoney, formatPercent } from '../../parts/format.ts';
import type { Metric } from './api-types.ts';

const LABELS: Readonly<Record<Metric, string>> = {
  clicks: 'Clicks',
  unique_users: 'Unique users',
  conversions: 'Conversions',
  conversion_rate: 'Conversion rate',
  revenue: 'Revenue',
  average_order_value: 'Average order',
  epc: 'Revenue per click',
  clean_clicks: 'Clean clicks',
  suspicious_clicks: 'Suspicious clicks',
  blocked_clicks: 'Blocked clicks',
  bots: 'Robots’ clicks',
  visits: 'Visits',
  events: 'Events',
};

export const METRICS = Object.keys(LABELS) as Metric[];

export function isMetric(name: string): name is Metric {
  return Object.hasOwn(LABELS, name);
}

export function metricLabel(name: string): string {
  return isMetric(name) ? LABELS[name] : name;
}

const EPC_DIGITS = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 4,
  maximumFractionDigits: 4,
});

/** A metric's value as it is shown. @param currency ISO 4217 */
export function showMetric(name: string, value: unknown, currency: string): string {
  const number = Number(value ?? 0);
  switch (name) {
    case 'revenue':
    case 'average_order_value':
      return formatMoney(number, currency);
    case 'epc':
      return EPC_DIGITS.format(number);
    case 'conversion_rate':
      return formatPercent(number);
    default:
      return formatCount(number);
  }
}
