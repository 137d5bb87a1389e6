import { z } from 'zod';
import { DETECTED_ABOVE } from '../../../core/fraud/definition.ts';
import { FRAUD_PATTERNS } from '../../../core/fraud/detection.ts';
import type { FraudSettings } from '../../../core/fraud/settings.ts';

const confidence = z.number().describe('0 to 1.');

export const patternsSchema = z
  .array(z.object({ pattern: z.string(), confidence }))
  .describe(`Of ${FRAUD_PATTERNS.map((name) => `\`${name}\``).join(', ')}.`);

export const windowSchema = z
  .object({
    clicks: z.number(),
    agents: z.number().describe('Distinct user agents.'),
    click_ids: z.number().describe('Distinct click ids.'),
    mean_interval_ms: z.number(),
    interval_variation: z
      .number()
      .describe('Standard deviation of the intervals ÷ their mean: 0 like clockwork, 1 by chance.'),
  })
  .describe('One hour of the address.');

const entry = {
  block_id: z.string(),
  network: z.string().describe('CIDR form.'),
  reason: z.string(),
  created_by: z.string().describe('The id of the key that was used, or `automatic`.'),
  created_at: z.date(),
  until: z.date().nullable().describe('Null: until it is removed.'),
};

export const blockSchema = z.object({
  ...entry,
  source: z.enum(['manual', 'automatic']),
  confidence: confidence.nullable().describe('Of automatic ones, when they were made.'),
  patterns: patternsSchema,
});
export const neverBlockSchema = z.object(entry);

const removed = { removed_at: z.date().nullable(), removed_by: z.string().nullable() };
export const removedBlockSchema = blockSchema.extend(removed);
export const removedNeverBlockSchema = neverBlockSchema.extend(removed);

export const listEntryBodySchema = z.strictObject({
  network: z
    .string()
    .min(1)
    .max(60)
    .describe(
      'An address or a network: `198.51.100.7`, `198.51.100.0/24`, `2001:db8::/48`. An IPv6 address stands for its /64.',
    ),
  reason: z.string().min(1).max(500).describe('For those who read the list later.'),
  until: z.iso
    .datetime({ offset: true })
    .nullable()
    .default(null)
    .describe('When it ends by itself; null: not before it is removed.'),
});

const clicks = z.int().min(1).max(1_000_000);
const threshold = z.number().min(DETECTED_ABOVE).max(1);

/** Members of the settings, all of them optional; their defaults are the product's. */
const changes = {
  enabled: z
    .boolean()
    .describe(
      'false: nothing is counted, scored or blocked by itself; blocks that exist still hold.',
    ),
  click_flood_clicks: clicks.describe('`click_flood`: more clicks of an address in an hour.'),
  single_agent_clicks: clicks.describe('`single_agent`: more clicks with one user agent.'),
  rapid_fire_interval_ms: z
    .int()
    .min(1)
    .max(60_000)
    .describe('`rapid_fire`: a mean interval below …'),
  rapid_fire_clicks: clicks.describe('… over at least so many clicks.'),
  alert_above: threshold.describe('Confidence above which an alert is raised.'),
  block_above: threshold.describe('Confidence above which an address is blocked; 1: never.'),
  block_hours: z.int().min(1).max(8_760).describe('How long an automatic block holds.'),
  blocked_answer: z
    .enum(['forbid', 'safe_url', 'flag'])
    .describe('What blocked visitors get: 403, the safe URL, or the usual redirect, only marked.'),
  safe_url: z
    .url({
      protocol: /^https?$/,
      message: 'must be an address that begins with http:// or https://',
    })
    .max(2_000)
    .nullable()
    .describe('For `safe_url`; null: the fallback URL of the organisation, else 403.'),
  quick_conversion_ms: z
    .int()
    .min(0)
    .max(3_600_000)
    .describe('A conversion sooner after its click is implausible.'),
} satisfies Record<keyof FraudSettings, z.ZodType>;

export const settingsSchema = z.object(changes);
export const settingsChangeSchema = z.strictObject(changes).partial();

/** Those that decide what is found and blocked. */
export const backtestSettingsSchema = z
  .strictObject({
    click_flood_clicks: changes.click_flood_clicks,
    single_agent_clicks: changes.single_agent_clicks,
    rapid_fire_interval_ms: changes.rapid_fire_interval_ms,
    rapid_fire_clicks: changes.rapid_fire_clicks,
    alert_above: changes.alert_above,
    block_above: changes.block_above,
    block_hours: changes.block_hours,
  })
  .partial();
