/** Patterns of one address within the hour, and `agent_swarm`: one user agent on many addresses. */
export const FRAUD_PATTERNS = ['click_flood', 'single_agent', 'rapid_fire', 'agent_swarm'] as const;

export type FraudPattern = (typeof FRAUD_PATTERNS)[number];

/** What raises a click's score a little and never blocks by itself. */
export const FRAUD_SIGNALS = [
  'bot',
  'data_centre',
  'empty_agent',
  'impossible_agent',
  'language_mismatch',
  'quick_conversion',
] as const;

export type FraudSignal = (typeof FRAUD_SIGNALS)[number];

/** What an event's `fraud_reasons` can hold: `blocked` for clicks of a blocked address. */
export type FraudReason = FraudPattern | FraudSignal | 'blocked';

/** One hour of one address, as its organisation's actor sees it. */
export type WindowStats = {
  clicks: number;
  /** Distinct user agents; exact up to 16, then an estimate. */
  agents: number;
  /** Distinct click ids, likewise. */
  clickIds: number;
  /** Between one click and the next; the first click has no interval. 0 with fewer than two clicks. */
  meanIntervalMs: number;
  /** Standard deviation of the intervals ÷ their mean: 0 like clockwork, 1 by chance (Poisson). */
  intervalVariation: number;
};

/** What an actor tells of an address when its confidence has grown. */
export type Detection = {
  organizationId: string;
  /** An IPv4 address, or the /64 network of an IPv6 address (`2001:db8:1:2::/64`). */
  address: string;
  /** Of the click that showed it. */
  country: string;
  userAgent: string;
  /** 0 to 1: all patterns together. */
  confidence: number;
  patterns: { pattern: FraudPattern; confidence: number }[];
  window: WindowStats;
  /** Ms since epoch. */
  detectedAtMs: number;
  /** The definition's version. */
  version: number;
};
