import type { Query } from '../core/destination/query.ts';

export type AgentFacts = {
  deviceType: string;
  os: string;
  osVersion: string;
  browser: string;
  browserVersion: string;
  isBot: boolean;
};

export type Place = { country: string; region: string; city: string };

/**
 * What the engine tells of a visitor, for trying campaigns out. The engine's own code stands behind it
 * where the service is put together, so that both tell the same.
 */
export interface VisitorReader {
  agent(userAgent: string): AgentFacts;
  /** @returns the visitor's best language; '' when there is none */
  language(acceptLanguage: string): string;
  traffic(query: Query, referer: string, host: string): { source: string; medium: string | null };
  /** @returns empty texts for what nobody knows */
  place(ip: string): Place;
  /** @returns which of several destinations a visitor gets, always the same one */
  choose(urls: readonly string[], weights: readonly number[], salt: string, userId: string): number;
}

const UNKNOWN_AGENT = { deviceType: '', os: '', osVersion: '', browser: '', browserVersion: '' };

/** Tells only what stands in the request itself. */
export const plainVisitorReader: VisitorReader = {
  agent: () => ({ ...UNKNOWN_AGENT, isBot: false }),
  language: (acceptLanguage) => acceptLanguage.split(/[,;]/)[0]?.trim() ?? '',
  traffic: (query) => ({
    source: query.get('source') ?? query.get('utm_source') ?? 'direct',
    medium: query.get('medium') ?? query.get('utm_medium'),
  }),
  place: () => ({ country: '', region: '', city: '' }),
  choose: () => 0,
};
