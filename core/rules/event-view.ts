/**
 * What a matcher reads of one click or visit. Actors hand in their event record; `null` and '' both
 * mean that the event has no such value.
 */
export interface RuleEvent {
  readonly source: string | null;
  readonly medium: string | null;
  /** The source's click id, or the event's own id. */
  readonly clickId: string;
  readonly referer: string;
  /** The path for clicks, the visited page for visits. */
  readonly url: string;
  readonly userAgent: string;
  /** As stored: dotted IPv4 or IPv6 text. */
  readonly ip: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly region: string;
  readonly city: string;
  readonly language: string;
  readonly deviceType: string;
  readonly os: string;
  readonly osVersion: string;
  readonly browser: string;
  readonly browserVersion: string;
  readonly isBot: boolean;
  /** Whether the organisation has not seen this visitor lately. */
  readonly isUnique: boolean;
  /** 0 (clean) to 1. */
  readonly fraudScore: number;
  /** Ms since epoch. */
  readonly occurredAtMs: number;
  /** The first value of the query parameter with exactly this name. */
  param(name: string): string | null;
  /** The value of the request header with this lower-case name. */
  header(name: string): string | null;
}
