import type pg from 'pg';
import { listDomains } from '../../../stores/postgres/configuration/domains.ts';

/** Domains whose links an answer names. */
const DOMAINS_MAX = 50;

/** Names of this machine: nothing stands before the engine there that would speak TLS. */
const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export type TrackingLink = { hostname: string; url: string };

/**
 * @param enginePort where the engine listens on this machine
 * @returns what makes a campaign's links, one per domain of the organisation, by host name
 */
export async function trackingLinks(
  pool: pg.Pool,
  organizationId: string,
  enginePort: number,
): Promise<(campaignId: string) => TrackingLink[]> {
  const domains = await listDomains(pool, organizationId, { limit: DOMAINS_MAX });
  const bases = domains.map(({ hostname }) => ({
    hostname,
    base: LOCAL.test(hostname) ? `http://${hostname}:${enginePort}` : `https://${hostname}`,
  }));
  return (campaignId) =>
    bases.map(({ hostname, base }) => ({ hostname, url: `${base}/in/${campaignId}` }));
}
