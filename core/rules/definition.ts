import { z } from 'zod';
import { parseCurrency } from '../currencies.ts';
import { parseMoney } from '../money.ts';
import { checkConditions, countRegexes } from './check-condition.ts';
import { type Condition, conditionsSchema } from './condition.ts';
import { isTimezone } from './timezone.ts';

export type { Condition } from './condition.ts';

export const RULES_MAX = 1_000;
/** Each costs some microseconds per click for texts that were not seen just before. */
export const REGEXES_MAX = 50;
export const DESTINATIONS_MAX = 100;
export const TAGS_MAX = 50;
export const PASSTHROUGH_NAMES_MAX = 50;
export const TEMPLATE_LENGTH_MAX = 4_000;
const WEIGHT_MAX = 1_000_000;
const CAP_MAX = 1_000_000_000;
const PRIORITY_MAX = 1_000_000;

const name = z.string().min(1).max(200).describe('What people call the campaign.');
/** Stands where an id would in an address of the API. */
export const RESERVED_CAMPAIGN_ID = 'rule-schema';
const campaignId = z
  .string()
  .regex(/^[A-Za-z0-9_.~-]{1,128}$/, "must be 1 to 128 letters, digits and '_', '.', '~', '-'")
  .refine((id) => id !== RESERVED_CAMPAIGN_ID, 'is reserved')
  .describe("The link's path after `/in/`. Made from the name when left out.");
const timezone = z
  .string()
  .refine(isTimezone, 'is no IANA time zone, such as Europe/Berlin or UTC')
  .describe('IANA name. Decides hour, weekday, date and the day of caps.');
const destination = z
  .string()
  .min(1)
  .max(TEMPLATE_LENGTH_MAX)
  .describe('URL of http or https with macros such as `{click_id}` or `{param.sub1}`.');
const tags = z.array(z.string().min(1).max(100)).max(TAGS_MAX).default([]);
const passthrough = z
  .union([z.array(z.string().min(1).max(128)).max(PASSTHROUGH_NAMES_MAX), z.literal('all')])
  .default([])
  .describe('Names of parameters of the click that are handed on, or `all`.');

const weightedDestination = z.strictObject({
  url: destination,
  weight: z
    .number()
    .positive()
    .max(WEIGHT_MAX)
    .describe('Share of visitors, relative to the others.'),
});

export const redirectActionSchema = z
  .strictObject({
    type: z.literal('redirect'),
    destination: destination.optional(),
    destinations: z
      .array(weightedDestination)
      .min(1)
      .max(DESTINATIONS_MAX)
      .optional()
      .describe('Instead of `destination`: split by weight; a visitor always gets the same one.'),
    passthrough,
    tags,
  })
  .superRefine((action, context) => {
    if ((action.destination === undefined) === (action.destinations === undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['destination'],
        message: 'needs exactly one of destination and destinations',
      });
    }
  });

const blockActionSchema = z.strictObject({ type: z.literal('block'), tags });

export const actionSchema = z.discriminatedUnion('type', [redirectActionSchema, blockActionSchema]);

export const capsSchema = z
  .strictObject({
    clicks_per_day: z.int().min(1).max(CAP_MAX).optional(),
    conversions_per_day: z.int().min(1).max(CAP_MAX).optional(),
    timezone: timezone.optional(),
    overflow: z
      .union([z.literal('next'), z.literal('default'), z.strictObject({ url: destination })])
      .default('next')
      .describe(
        'Above a cap: the next matching rule, the default action of the campaign, or another URL.',
      ),
  })
  .superRefine((caps, context) => {
    if (caps.clicks_per_day === undefined && caps.conversions_per_day === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'needs clicks_per_day or conversions_per_day',
      });
    }
  });

export const ruleSchema = z.strictObject({
  rule_id: z
    .string()
    .regex(/^[A-Za-z0-9_.~-]{1,64}$/, "must be 1 to 64 letters, digits and '_', '.', '~', '-'")
    .optional()
    .describe('Recorded with each click. Given by the server when left out.'),
  type: z.string().min(1).max(50).default('custom').describe('Free text.'),
  priority: z
    .int()
    .min(-PRIORITY_MAX)
    .max(PRIORITY_MAX)
    .default(0)
    .describe('Higher ones are tried first; equal ones in the order of the list.'),
  conditions: conditionsSchema,
  action: actionSchema,
  caps: capsSchema.optional(),
});

/** Only of rules whose conditions were found right: others are refused anyway. */
function regexesOf(rule: { conditions: Condition[] }): number {
  return checkConditions(rule.conditions).length === 0 ? countRegexes(rule.conditions) : 0;
}

const rules = z
  .array(ruleSchema)
  .max(RULES_MAX)
  .superRefine((list, context) => {
    const regexes = list.reduce((sum, rule) => sum + regexesOf(rule), 0);
    if (regexes > REGEXES_MAX) {
      context.addIssue({
        code: 'custom',
        message: `have ${regexes} conditions with matches; at most ${REGEXES_MAX} per campaign`,
      });
    }
    const seen = new Set<string>();
    list.forEach((rule, index) => {
      if (rule.rule_id === undefined) return;
      if (seen.has(rule.rule_id)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'rule_id'],
          message: 'is the rule_id of an earlier rule too',
        });
      }
      seen.add(rule.rule_id);
    });
  });

const costSchema = z.strictObject({
  amount: z
    .union([z.string(), z.number()])
    .refine(
      (amount) => parseMoney(String(amount)).kind === 'ok',
      'must be a plain number, not negative, with at most 14 digits and 4 decimals',
    )
    .describe('What the campaign cost in all, as text (`"1250.00"`) or number.'),
  currency: z
    .string()
    .refine((code) => parseCurrency(code) === code, 'is no ISO 4217 currency, such as USD'),
});

const timeRangeSchema = z
  .strictObject({
    start: z.string().min(1).max(40).describe('ISO 8601, inclusive.'),
    end: z.string().min(1).max(40).describe('ISO 8601, exclusive.'),
  })
  .describe('Which unattributed traffic a retroactive campaign claims.');

const STATUSES = ['active', 'paused'] as const;

/** What a campaign is created from. */
export const campaignBodySchema = z
  .strictObject({
    campaign_id: campaignId.optional(),
    name,
    status: z.enum(STATUSES).default('active'),
    timezone: timezone.default('UTC'),
    rules: rules.default([]),
    default_action: redirectActionSchema
      .optional()
      .describe("For clicks that no rule matches. Without it: the organisation's fallback URL."),
    cost: costSchema.optional(),
    retroactive: z.boolean().default(false),
    time_range: timeRangeSchema.optional(),
  })
  .superRefine((body, context) => {
    if (body.retroactive && body.time_range === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['time_range'],
        message: 'is needed when retroactive is true',
      });
    }
  });

/** What may be changed of a campaign; null takes away. Members left out stay as they are. */
export const campaignPatchSchema = z.strictObject({
  name: name.optional(),
  status: z.enum(STATUSES).optional(),
  timezone: timezone.optional(),
  rules: rules.optional(),
  default_action: redirectActionSchema.nullable().optional(),
  cost: costSchema.nullable().optional(),
});

export type RuleAction = z.output<typeof actionSchema>;
export type Caps = z.output<typeof capsSchema>;
export type Rule = z.output<typeof ruleSchema>;
export type CampaignBody = z.output<typeof campaignBodySchema>;
export type CampaignPatch = z.output<typeof campaignPatchSchema>;
