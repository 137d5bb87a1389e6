import { z } from 'zod';
import { PATTERNS_MAX } from '../../../analytics/discovery/discover.ts';
import { ruleSchema } from '../../../core/rules/definition.ts';

const TRAFFIC_MAX = 1_000_000_000;

export const discoverBodySchema = z.strictObject({
  time_range: z.strictObject({
    start: z.string().min(1).max(40).describe('ISO 8601, inclusive; a bare date is its midnight.'),
    end: z.string().min(1).max(40).describe('ISO 8601, exclusive.'),
  }),
  min_traffic: z
    .int()
    .min(1)
    .max(TRAFFIC_MAX)
    .default(100)
    .describe('Events that a pattern has at least.'),
  min_confidence: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe('0: anything that chance does not explain; 1: nothing.'),
  timezone: z
    .string()
    .max(64)
    .optional()
    .describe('IANA name; decides hours and weekdays, and what a bare date means. UTC by default.'),
  limit: z.int().min(1).max(PATTERNS_MAX).default(20).describe('Patterns at most.'),
});

const campaignSchema = z.object({
  campaign_id: z.string(),
  name: z.string(),
  status: z.literal('active'),
  timezone: z.string(),
  retroactive: z.literal(true),
  time_range: z.object({ start: z.string(), end: z.string() }),
  rules: z.array(ruleSchema),
});

const patternSchema = z.object({
  pattern_id: z.string().describe('The same for the same pattern, whenever it is found.'),
  confidence: z.number().describe('0 to 1, cut to two decimals.'),
  sample_size: z
    .int()
    .describe('Clicks and visits that the rules match; from a sample, see `searched`.'),
  characteristics: z.object({
    source: z
      .array(z.string())
      .describe('Hosts of the referring site, or the source, or `direct`.'),
    device_types: z.array(z.string()).describe('Empty: like all other traffic.'),
    countries: z.array(z.string()).describe('ISO 3166-1 alpha-2. Empty: like all other traffic.'),
    time_patterns: z.object({
      peak_hours: z.array(z.int()).describe('0 to 23. Empty: like all other traffic.'),
      peak_days: z.array(z.string()).describe('`monday` …. Empty: like all other traffic.'),
    }),
  }),
  suggested_campaign: z.object({
    name: z.string(),
    estimated_value: z.number().describe('Value of the conversions, in the reporting currency.'),
    estimated_conversions: z.int(),
    confidence: z.number(),
    rules: z.array(ruleSchema).describe('Match what the pattern consists of.'),
    campaign: campaignSchema.describe('Body for `POST /api/v1/campaigns`, as it is.'),
  }),
});

export const discoverAnswerSchema = z.object({
  patterns: z.array(patternSchema).describe('The most confident first.'),
  searched: z.object({
    events: z.int().describe('Unattributed events that were looked at.'),
    one_in: z.int().describe('Of so many events one was looked at; 1: of all.'),
  }),
});
