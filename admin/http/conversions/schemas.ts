import { z } from 'zod';
import {
  PUBLICATIONS,
  UNMATCHED_REASONS,
} from '../../../stores/postgres/conversions/ledger-entry.ts';
import { endSchema, startSchema, timezoneSchema } from '../analytics/schemas.ts';
import { nextCursorSchema, pageQuery } from '../cursor.ts';

const text = z.string().max(300).optional();
const count = z.int().min(0);

export const conversionsQuerySchema = z.object({
  matched: z.enum(['true', 'false']).optional().describe('Whether their click was found.'),
  event: text.describe('The name of the conversion, such as `sale`.'),
  campaign_id: text.describe('Empty or `none`: conversions without a campaign.'),
  click_id: text.describe('As it was sent.'),
  order_id: text,
  start: startSchema,
  end: endSchema,
  timezone: timezoneSchema,
  ...pageQuery,
});

const conversionSchema = z.object({
  event_id: z.string(),
  click_id: z.string().describe("As it was sent: the click's `click_id` or `event_id`."),
  conversion_event: z.string(),
  conversion_value: z.number().describe('In `currency`.'),
  currency: z.string(),
  order_id: z.string().describe('Empty when none was sent.'),
  user_id: z.string().nullable(),
  campaign_id: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  created_at: z.date().describe('When it was received.'),
  matched: z.boolean().describe('Whether its click was found.'),
  matched_at: z.date().nullable(),
  click_event_id: z.string().nullable().describe('The `event_id` of the click.'),
  unmatched_reason: z
    .enum(UNMATCHED_REASONS)
    .nullable()
    .describe(
      '`not_looked_for`: it has only just come. `click_unknown`: no click with this id is recorded yet; it is looked for again at `next_look_at`, for 90 days in all. `search_ended`: those are over.',
    ),
  next_look_at: z.date().nullable(),
  publication: z
    .enum(PUBLICATIONS)
    .describe(
      'Whether reports have it. `waiting`: not yet; a conversion waits up to five seconds for its click. `published`: yes. `correcting`: yes, and its click follows. `refused`: ClickHouse does not take it.',
    ),
});

export const conversionsSchema = z
  .object({ conversions: z.array(conversionSchema), next_cursor: nextCursorSchema })
  .describe('One page, the newest first.');

const countsSchema = z.object({
  conversions: count,
  matched: count,
  unmatched: count,
  refused: count.describe('Those that ClickHouse does not take.'),
});

export const summarySchema = z
  .object({
    last_24_hours: countsSchema,
    last_7_days: countsSchema,
    unmatched: count.describe('Of all time.'),
    oldest_unmatched: z
      .object({ event_id: z.string(), click_id: z.string(), created_at: z.date() })
      .nullable(),
  })
  .describe('By the time at which conversions were received.');

/** Nothing is refused here: what is wrong with a postback is the answer. */
export const trialBodySchema = z
  .looseObject({
    click_id: z.unknown(),
    event: z.unknown().describe('`conversion` when left out.'),
    value: z.unknown().describe('0 when left out. `payout` means the same.'),
    currency: z.unknown().describe("ISO 4217; the organisation's when left out."),
    order_id: z.unknown().describe('`txid` means the same.'),
  })
  .partial()
  .describe('A postback as it would be sent to the engine as JSON. Other members are metadata.');

const faultSchema = z.object({ path: z.string(), message: z.string() });

export const trialSchema = z
  .object({
    status: z.enum(['accepted', 'duplicate', 'invalid']).describe('What the engine would answer.'),
    http_status: z.int().describe('The status with which it would answer.'),
    reason: z.string().describe('The same in words, for people.'),
    errors: z.array(faultSchema).describe('What is wrong with which field.'),
    warnings: z.array(faultSchema).describe('What would be cut or left out.'),
    event_id: z.string().nullable().describe('That the conversion would have, or has.'),
    conversion: z
      .object({
        click_id: z.string(),
        conversion_event: z.string(),
        conversion_value: z.number(),
        currency: z.string(),
        order_id: z.string(),
        metadata: z.record(z.string(), z.string()),
      })
      .nullable()
      .describe('As it would be stored; null when it is invalid.'),
    duplicate_of: z
      .object({ event_id: z.string(), created_at: z.date(), matched: z.boolean() })
      .nullable()
      .describe('The conversion that was first.'),
    click: z
      .object({
        event_id: z.string(),
        click_id: z.string(),
        event_time: z.string().describe('ISO 8601.'),
        user_id: z.string(),
        campaign_id: z.string().nullable(),
        rule_id: z.string(),
        source: z.string(),
        medium: z.string().nullable(),
        country: z.string(),
        device_type: z.string(),
        is_bot: z.boolean(),
        is_blocked: z.boolean(),
        fraud_score: z.number(),
      })
      .nullable()
      .describe('The click that it would belong to; null when no click with this id is recorded.'),
  })
  .describe('What would come of it. Nothing is stored.');
