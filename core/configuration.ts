/**
 * What the engine knows of its customers: the rows of PostgreSQL that decide who a request belongs
 * to and where it goes. Rows carry the version of the configuration at which they last changed, so
 * that a reader who asks for "everything after version n" can miss nothing.
 */

import type { BlockConfig } from './fraud/block.ts';
import type { FraudSettings } from './fraud/settings.ts';
import type { Rule, RuleAction } from './rules/definition.ts';

export type { Caps, Rule, RuleAction } from './rules/definition.ts';

export const SCOPES = [
  'traffic:write',
  'postbacks:write',
  'campaigns:read',
  'campaigns:write',
  'analytics:read',
  'fraud:write',
  'admin',
] as const;

/** What a key may do. `postbacks:write` alone makes a token that may stand in a postback's URL. */
export type Scope = (typeof SCOPES)[number];

export type OrganizationConfig = {
  organization_id: string;
  name: string;
  /** Whether answers set the `trl_uid` cookie. */
  cookies: boolean;
  /** Where clicks go whose campaign does not exist; null: 404. */
  fallback_url: string | null;
  /** ISO 4217; the currency of postbacks that name none. */
  currency: string;
  /** Complete: with defaults for what is not stored. */
  fraud: FraudSettings;
};

export type DomainConfig = {
  /** Lower case, without port. */
  hostname: string;
  organization_id: string;
  removed: boolean;
};

export type KeyConfig = {
  key_id: string;
  organization_id: string;
  /** SHA-256 of the whole key, 64 hex digits. */
  key_hash: string;
  scopes: Scope[];
  expires_at_ms: number | null;
  revoked: boolean;
};

export type CampaignConfig = {
  organization_id: string;
  campaign_id: string;
  name: string;
  status: 'active' | 'paused' | 'archived';
  /** IANA name; decides hour, weekday and date in rules, and the day of caps. */
  timezone: string;
  /** As they were saved; the one with the highest priority is tried first, equals in this order. */
  rules: Rule[];
  /** For clicks that no rule takes; null: the organisation's fallback URL. */
  default_action: RuleAction | null;
};

/**
 * A rule's id as it is recorded. The admin service gives one to each rule that has none; those that got
 * into the database by another way are named by their place in the list.
 */
export function ruleIdOf(rule: Rule, place: number): string {
  return rule.rule_id ?? `rule_${place + 1}`;
}

/** Everything that changed after some version, or the whole configuration after version 0. */
export type ConfigurationChange = {
  /** The version that a reader has after applying this change. */
  version: number;
  organizations: OrganizationConfig[];
  domains: DomainConfig[];
  keys: KeyConfig[];
  campaigns: CampaignConfig[];
  /** In the order in which they changed; whole configurations leave removed ones out. */
  blocks: BlockConfig[];
};

/** A campaign as it travels and rests: most are never asked for, and text takes a fraction of the room. */
export type CampaignText = {
  organization_id: string;
  campaign_id: string;
  /** JSON of the CampaignConfig. */
  text: string;
};

export type EncodedChange = Omit<ConfigurationChange, 'campaigns'> & { campaigns: CampaignText[] };

export function campaignText(campaign: CampaignConfig): CampaignText {
  const { organization_id, campaign_id } = campaign;
  return { organization_id, campaign_id, text: JSON.stringify(campaign) };
}
