/**
 * What an organisation can set about fraud. Thresholds are those of the definition in
 * `definition.ts`; every field has a default, and a stored object may leave fields out.
 */
export type FraudSettings = {
  /** false: no windows, no scores, no automatic blocks; blocks that exist still hold. */
  enabled: boolean;
  /** `click_flood`: more clicks of one address within an hour than this. */
  click_flood_clicks: number;
  /** `single_agent`: more clicks of one address with one user agent than this. */
  single_agent_clicks: number;
  /** `rapid_fire`: a mean interval below this, in milliseconds … */
  rapid_fire_interval_ms: number;
  /** … over at least so many clicks. */
  rapid_fire_clicks: number;
  /** Confidence above which an alert is raised and clicks count as suspicious. */
  alert_above: number;
  /** Confidence above which the address is blocked; 1: never. */
  block_above: number;
  /** How long an automatic block holds. */
  block_hours: number;
  /** What a blocked visitor gets: 403, the safe URL, or the usual redirect (only marked). */
  blocked_answer: 'forbid' | 'safe_url' | 'flag';
  /** For `safe_url`; null: the organisation's fallback URL, else 403. */
  safe_url: string | null;
  /** A conversion sooner after its click than this is implausible, in milliseconds. */
  quick_conversion_ms: number;
};

export const DEFAULT_FRAUD_SETTINGS: FraudSettings = {
  enabled: true,
  click_flood_clicks: 100,
  single_agent_clicks: 20,
  rapid_fire_interval_ms: 1_000,
  rapid_fire_clicks: 10,
  alert_above: 0.8,
  block_above: 0.95,
  block_hours: 24,
  blocked_answer: 'forbid',
  safe_url: null,
  quick_conversion_ms: 5_000,
};

/** Stored settings, with defaults for what they leave out. */
export function fraudSettings(stored: Partial<FraudSettings> | null): FraudSettings {
  return { ...DEFAULT_FRAUD_SETTINGS, ...stored };
}
