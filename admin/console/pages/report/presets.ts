import type { Metric } from './api-types.ts';
import type { Question } from './question.ts';

export type Preset = { name: string } & Pick<Question, 'grouping' | 'metrics' | 'filters'>;

const VALUE: Metric[] = ['clicks', 'conversions', 'conversion_rate', 'revenue', 'epc'];

/** Reports that are often asked for. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'Campaigns',
    grouping: ['campaign_id'],
    metrics: ['clicks', 'conversions', 'conversion_rate', 'revenue', 'epc'],
    filters: [],
  },
  { name: 'Sources and media', grouping: ['source', 'medium'], metrics: VALUE, filters: [] },
  { name: 'Day by day', grouping: ['day'], metrics: VALUE, filters: [] },
  {
    name: 'Sources day by day',
    grouping: ['day', 'source'],
    metrics: ['clicks', 'conversions', 'revenue'],
    filters: [],
  },
  { name: 'Countries', grouping: ['country'], metrics: VALUE, filters: [] },
  {
    name: 'Devices and browsers',
    grouping: ['device_type', 'browser'],
    metrics: VALUE,
    filters: [],
  },
  { name: 'Hours of the day', grouping: ['hour'], metrics: VALUE, filters: [] },
  { name: 'Weekdays', grouping: ['weekday'], metrics: VALUE, filters: [] },
  {
    name: 'Referring sites without campaign',
    grouping: ['referer_domain'],
    metrics: VALUE,
    filters: [{ field: 'campaign_id', operator: 'not_exists' }],
  },
  {
    name: 'Kinds of conversions',
    grouping: ['conversion_event'],
    metrics: ['conversions', 'revenue', 'average_order_value'],
    filters: [{ field: 'conversion_event', operator: 'exists' }],
  },
  {
    name: 'Quality of sources',
    grouping: ['source'],
    metrics: ['clicks', 'clean_clicks', 'suspicious_clicks', 'blocked_clicks', 'bots'],
    filters: [],
  },
];
