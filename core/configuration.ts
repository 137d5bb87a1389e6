/**
 * What the engine knows of its customers: the rows of PostgreSQL that decide who a request belongs
 * to and where it goes. Rows carry the version of the configuration at which they last changed, so
 * that a reader who asks for "everything after version n" can miss nothing.
 */

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

export type RedirectAction = {
  type: 'redirect';
  /** A destination template; see actors/worker/destination. */
  destination: string;
  /** Names of query parameters that are handed on to the destination, or all of them. */
  passthrough: string[] | 'all';
  tags: string[];
};

export type CampaignConfig = {
  organization_id: string;
  campaign_id: string;
  name: string;
  status: 'active' | 'paused' | 'archived';
  default_action: RedirectAction;
};

/** Everything that changed after some version, or the whole configuration after version 0. */
export type ConfigurationChange = {
  /** The version that a reader has after applying this change. */
  version: number;
  organizations: OrganizationConfig[];
  domains: DomainConfig[];
  keys: KeyConfig[];
  campaigns: CampaignConfig[];
};
