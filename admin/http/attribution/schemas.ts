import { z } from 'zod';
import { ATTRIBUTION_MODELS } from '../../../analytics/attribution/models.ts';
import {
  JOURNEY_TOUCHES_MAX,
  USER_CONVERSIONS_MAX,
} from '../../../analytics/queries/attribution/events.ts';
import { USER_EVENTS_MAX } from '../../../analytics/queries/attribution/one-user.ts';

const DAYS_MAX = 3650;
const LOOKBACK_DAYS_MAX = 365;
const HALF_LIFE_DAYS_MIN = 0.001;
const DIRECT_WEIGHT_MAX = 100;

export const attributionQuery = z.object({
  user_id: z.string().min(1).max(256).optional().describe('One user; without it all users.'),
  model: z.enum(ATTRIBUTION_MODELS).default('linear').describe('How credit is divided.'),
  group_by: z
    .enum(['source', 'medium', 'campaign'])
    .default('source')
    .describe('For all users: what touchpoints are added up by.'),
  start: z
    .string()
    .max(64)
    .optional()
    .describe(
      'Of the conversions, inclusive, ISO 8601. For all users 30 days before the end by default; for one user no limit.',
    ),
  end: z.string().max(64).optional().describe('Of the conversions, exclusive; now by default.'),
  timezone: z.string().max(64).optional().describe('Of bare dates; IANA name, UTC by default.'),
  lookback_days: z.coerce
    .number()
    .gt(0)
    .max(LOOKBACK_DAYS_MAX)
    .default(30)
    .describe('Touchpoints may be so much older than the conversion.'),
  half_life_days: z.coerce
    .number()
    .min(HALF_LIFE_DAYS_MIN)
    .max(DAYS_MAX)
    .default(7)
    .describe('For time_decay: after so many days a touchpoint weighs half.'),
  direct_weight: z.coerce
    .number()
    .min(0)
    .max(DIRECT_WEIGHT_MAX)
    .default(1)
    .describe('Factor on touchpoints whose source is `direct`.'),
});
export type AttributionQuery = z.infer<typeof attributionQuery>;

const money = z.number().describe('In the reporting currency; exact, two to four decimals.');
const unconverted = z
  .array(z.object({ currency: z.string(), value: z.number() }))
  .describe('Conversions in currencies without a rate; they are part of no other value.');

export const oneUserAnswer = z
  .object({
    user_id: z.string(),
    total_value: money.describe('Of all conversions.'),
    currency: z.string().describe('The reporting currency, ISO 4217.'),
    attribution_model: z.string(),
    touchpoints: z
      .array(
        z.object({
          timestamp: z.string(),
          source: z.string(),
          medium: z.string().nullable(),
          campaign: z.string().nullable(),
          days_before_conversion: z
            .number()
            .describe('To the first conversion that it is credited for.'),
          attributed_value: money,
          attribution_percent: z.number().describe('All of them add up to 100.'),
        }),
      )
      .describe('Those within the lookback of a conversion, oldest first.'),
    conversions: z
      .array(
        z.object({
          timestamp: z.string(),
          event: z.string(),
          value: money,
          touchpoints: z.number().int().describe('Within its lookback.'),
        }),
      )
      .describe('Oldest first.'),
    unattributed_value: money.describe('Of conversions without touchpoints.'),
    unconverted,
    events_cut: z
      .boolean()
      .describe(`Only the latest ${USER_EVENTS_MAX} events of the user were looked at.`),
    insights: z.array(z.string()),
  })
  .describe('One user: what each touchpoint gets.');
export type OneUserAnswer = z.infer<typeof oneUserAnswer>;

export const allUsersAnswer = z
  .object({
    model: z.string(),
    group_by: z.string(),
    start: z.string(),
    end: z.string(),
    timezone: z.string(),
    currency: z.string().describe('The reporting currency, ISO 4217.'),
    total_value: money.describe('Of all conversions.'),
    conversions: z.number().int(),
    unattributed_value: money.describe('Of conversions without touchpoints.'),
    unattributed_conversions: z.number().int(),
    unconverted,
    conversions_cut: z
      .number()
      .int()
      .describe(
        `Credited conversions of users with more than ${JOURNEY_TOUCHES_MAX} touchpoints or ${USER_CONVERSIONS_MAX} conversions, of which only the latest count.`,
      ),
    groups: z
      .array(
        z.object({
          group: z
            .string()
            .nullable()
            .describe('null: without medium or campaign. `other`: groups beyond the limit.'),
          attributed_value: money,
          attributed_conversions: z.number().describe('Shares of conversions added up.'),
          percent: z.number().describe('Of the attributed value; all of them add up to 100.'),
          first_touches: z.number().int().describe('Conversions that began here.'),
          last_touches: z.number().int().describe('Conversions whose last touchpoint was here.'),
        }),
      )
      .describe('Highest value first.'),
  })
  .describe('All users: what each group gets.');
export type AllUsersAnswer = z.infer<typeof allUsersAnswer>;
