import { z } from 'zod';
import { WEEKDAYS } from '../../../analytics/queries/reports/top-slots.ts';
import { nextCursorSchema, pageQuery } from '../cursor.ts';
import {
  count,
  currencySchema,
  endSchema,
  exact,
  includeBots,
  startSchema,
  timezoneSchema,
  unconvertedSchema,
} from './schemas.ts';

const CAMPAIGNS_MAX = 50;
const LIST_LENGTH_MAX = CAMPAIGNS_MAX * 129;

const METRICS = [
  'clicks',
  'clean_clicks',
  'suspicious_clicks',
  'blocked_clicks',
  'unique_users',
  'conversions',
  'conversion_rate',
  'revenue',
  'average_order_value',
  'roas',
  'top_converting_hours',
  'top_converting_days',
  'device_breakdown',
] as const;

/** Names, repeated or separated by commas. */
const names = z
  .union([z.string().max(LIST_LENGTH_MAX), z.array(z.string().max(LIST_LENGTH_MAX)).max(100)])
  .default([])
  .transform((given) =>
    [given]
      .flat()
      .flatMap((list) => list.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );

export const querySchema = z.object({
  campaign_id: names
    .refine((ids) => ids.length <= CAMPAIGNS_MAX, `must be at most ${CAMPAIGNS_MAX} campaigns`)
    .refine(
      (ids) => ids.every((id) => /^[A-Za-z0-9_.~-]{1,128}$/.test(id)),
      "must be letters, digits and '_', '.', '~', '-'",
    )
    .describe('Repeated or separated by commas; all campaigns when left out.'),
  metrics: names
    .refine(
      (metrics) => metrics.every((name) => METRICS.some((known) => known === name)),
      `must be of ${METRICS.join(', ')}`,
    )
    .describe('Which ones are wanted. The answer has all of them anyway.'),
  start: startSchema,
  end: endSchema,
  timezone: timezoneSchema,
  include_bots: includeBots,
  exact,
  ...pageQuery,
});

export type CampaignsQuery = z.output<typeof querySchema>;

const reportSchema = z.object({
  campaign_id: z.string(),
  period: z
    .string()
    .describe(
      '`<start> to <end>`, as asked for. Otherwise from the day of the first event to the day after the last one; empty without events.',
    ),
  currency: currencySchema,
  unconverted: unconvertedSchema,
  metrics: z.object({
    clicks: count.describe('Clean and suspicious ones: those that were redirected.'),
    clean_clicks: count,
    suspicious_clicks: count.describe('Fraud score above 0.8, not blocked.'),
    blocked_clicks: count.describe('Of blocked addresses; not among `clicks`.'),
    unique_users: count,
    conversions: count,
    conversion_rate: z.number().describe('Conversions per 100 clicks.'),
    revenue: z.number(),
    average_order_value: z.number(),
    roas: z.number().describe('Revenue per unit of cost; 0 without cost.'),
    top_converting_hours: z.array(z.int().min(0).max(23)).describe('At most three, ascending.'),
    top_converting_days: z.array(z.enum(WEEKDAYS)).describe('At most three, from Monday.'),
    device_breakdown: z.record(z.string(), count).describe('Clicks by kind of device.'),
  }),
});

const manySchema = z.object({
  campaigns: z.array(reportSchema),
  next_cursor: nextCursorSchema,
});

export const answerSchema = z
  .union([manySchema, reportSchema])
  .describe('The report of one campaign, or of several.');

export type CampaignAnswer = z.output<typeof reportSchema>;
export type ManyCampaignsAnswer = z.output<typeof manySchema>;
