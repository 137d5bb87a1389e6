import { z } from 'zod';
import { endSchema, startSchema, timezoneSchema } from '../analytics/schemas.ts';
import { nextCursorSchema, pageQuery } from '../cursor.ts';

const text = z.string().max(300).optional();

/** true, false, or not asked. */
const choice = z
  .enum(['true', 'false', '1', '0'])
  .optional()
  .transform((word) => (word === undefined ? undefined : word === 'true' || word === '1'));

export const eventsQuerySchema = z.object({
  event_id: text,
  event_type: text.describe('`click`, the type of a visit, or the name of a conversion.'),
  campaign_id: text.describe('Empty or `none`: events without a campaign.'),
  user_id: text,
  click_id: text,
  source: text,
  country: text.describe('ISO 3166, such as DE.'),
  ip: z.string().max(60).optional().describe('An address, or a network such as 10.0.0.0/8.'),
  is_bot: choice,
  is_blocked: choice.describe('Whether the address was blocked.'),
  start: startSchema,
  end: endSchema,
  timezone: timezoneSchema,
  since: z
    .string()
    .max(100)
    .optional()
    .describe(
      'The `since` of an earlier answer: what has arrived after it. Cannot stand beside `cursor`, `start` and `end`.',
    ),
  ...pageQuery,
});

export type EventsQuery = z.output<typeof eventsQuerySchema>;

const eventSchema = z.object({
  event_id: z.string(),
  event_time: z.string().describe('ISO 8601.'),
  event_type: z.string().describe('`click`, the type of a visit, or the name of a conversion.'),
  click_id: z.string(),
  user_id: z.string(),
  campaign_id: z.string().nullable(),
  rule_id: z.string(),
  url: z.string(),
  source: z.string(),
  medium: z.string().nullable(),
  referer: z.string(),
  destination: z.string(),
  country: z.string(),
  region: z.string(),
  city: z.string(),
  device_type: z.string(),
  os: z.string(),
  browser: z.string(),
  ip: z.string(),
  is_bot: z.boolean(),
  is_unique: z.boolean(),
  is_blocked: z.boolean(),
  fraud_score: z.number().describe('0 to 1, as it was judged then.'),
  fraud_reasons: z.array(z.string()),
  tags: z.array(z.string()),
  conversion_event: z.string().describe('Empty unless the event is a conversion.'),
  conversion_value: z.number().describe('In `conversion_currency`; 0 unless it is a conversion.'),
  conversion_currency: z.string(),
  order_id: z.string(),
  ingested_at: z.string().describe('ISO 8601: when the store got it, in whole seconds.'),
});

export const eventsSchema = z
  .object({
    events: z.array(eventSchema),
    next_cursor: nextCursorSchema,
    since: z.string().describe('Send it as `since` to be told of what arrives after this answer.'),
    is_complete: z
      .boolean()
      .describe(
        'With `since`: false when more has arrived than `limit`; then these are the newest.',
      ),
  })
  .describe('One page, the newest first.');
