import { z } from 'zod';
import {
  actionSchema,
  type Rule,
  type RuleAction,
  ruleSchema,
} from '../../../core/rules/definition.ts';

export const campaignParams = z.object({
  id: z.string().min(1).max(128).describe('The `campaign_id`.'),
});

export const statusSchema = z.enum(['active', 'paused', 'archived']);

export const ifMatchHeaders = z.object({
  'if-match': z
    .string()
    .max(40)
    .optional()
    .describe('The `ETag` of the campaign that the change was made for; 412 if it is another now.'),
});

const trackingLink = z.object({
  hostname: z.string(),
  url: z.string().describe('What visitors follow; append `click_id`, `source` and so on.'),
});

/** A campaign without its rules, of which there can be many. */
export const campaignSummarySchema = z.object({
  campaign_id: z.string(),
  organization_id: z.string(),
  name: z.string(),
  status: statusSchema,
  timezone: z.string(),
  rule_count: z.int(),
  cost: z.object({ amount: z.string(), currency: z.string() }).nullable(),
  retroactive: z.boolean(),
  time_range: z.object({ start: z.string(), end: z.string() }).nullable(),
  tracking_links: z.array(trackingLink).describe('One per domain.'),
  created_at: z.date(),
  updated_at: z.date(),
  version: z.int().describe('Rises with each change; also the `ETag`.'),
});

export const campaignSchema = campaignSummarySchema.extend({
  rules: z.array(stored<Rule>(ruleSchema)),
  default_action: stored<RuleAction>(actionSchema).nullable(),
});

export const createdCampaignSchema = campaignSchema.extend({
  retroactive_run: z
    .object({
      run_id: z.string(),
      status: z.string(),
      url: z.string().describe('Asks how far it is.'),
    })
    .nullable()
    .describe('The run that claims traffic of the past; null unless `retroactive` was true.'),
});

/**
 * Described as the schema by which it was saved, but answered as it is: what an older release saved
 * must be readable even if a newer one would not take it.
 */
function stored<T>(schema: z.ZodType) {
  const { $schema: _, ...description } = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
  });
  return z.custom<T>().meta(description);
}
