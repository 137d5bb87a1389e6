import { z } from 'zod';
import type { ExplainedRule } from '../../../../core/rules/explain.ts';

const text = z.string().max(4_000);
const word = z.string().max(200);

/** A request as a visitor could make it. What it does not say is told from the rest, or is empty. */
export const sampleSchema = z
  .strictObject({
    url: text
      .optional()
      .describe('The link that is followed, with its query; the link of the campaign by default.'),
    query: z
      .union([text, z.record(word, text)])
      .optional()
      .describe('More parameters, as text or by name.'),
    headers: z
      .record(word, text)
      .refine((headers) => Object.keys(headers).length <= 100, 'are more than 100')
      .optional(),
    ip: z.union([z.ipv4(), z.ipv6()]).optional(),
    user_agent: text.optional(),
    referer: text.optional(),
    at: z.iso.datetime({ offset: true }).optional().describe('When it happens; now by default.'),
    user_id: word
      .optional()
      .describe('Decides which one of several destinations the visitor gets.'),
    click_id: word.optional(),
    source: word.optional(),
    medium: word.optional(),
    country: word.optional(),
    region: word.optional(),
    city: word.optional(),
    language: word.optional(),
    device_type: word.optional(),
    os: word.optional(),
    os_version: word.optional(),
    browser: word.optional(),
    browser_version: word.optional(),
    is_bot: z.boolean().optional(),
    is_unique: z
      .boolean()
      .optional()
      .describe('Whether the visitor is a new one; true by default.'),
    fraud_score: z.number().min(0).max(1).optional(),
  })
  .prefault({});

export type Sample = z.output<typeof sampleSchema>;

const choiceSchema = z.object({
  url: z.string().describe('With the macros filled in.'),
  weight: z.number(),
  share: z.number().describe('Of all visitors, 0 to 1.'),
  is_chosen: z.boolean().describe('Whether this visitor gets it.'),
});

export const outcomeSchema = z.object({
  outcome: z
    .enum(['redirect', 'block', 'not_found'])
    .describe('What the engine would answer: 302, 403 or 404.'),
  reason: z.string().describe('Why, in words.'),
  decided_by: z.enum(['rule', 'default_action', 'fallback_url', 'nothing']),
  rule_id: z.string().nullable().describe('The rule that takes the request.'),
  destination: z.string().nullable().describe('Where the visitor is sent.'),
  destinations: z.array(choiceSchema).describe('All of a split; empty when there is none.'),
  tags: z.array(z.string()),
  caps: z
    .unknown()
    .describe('Of the rule, or null. How far they are used is not looked at: room is assumed.'),
  rules: z
    .array(z.custom<ExplainedRule>().meta(explainedRuleDescription()))
    .describe('Every rule in the order in which they are tried, and what it made of the request.'),
  visitor: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable())
    .describe('What the rules could read of the request, as it was understood.'),
});

function explainedRuleDescription() {
  return {
    type: 'object' as const,
    description:
      'Conditions as they were saved; each with `held`, comparisons with `actual`: what the request had, or null.',
    properties: {
      rule_id: { type: ['string', 'null'] },
      priority: { type: 'integer' },
      matched: { type: 'boolean' },
      conditions: { type: 'array', items: { type: 'object' } },
    },
  };
}
