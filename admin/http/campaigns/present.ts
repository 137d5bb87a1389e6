import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Campaign } from '../../../stores/postgres/configuration/campaigns.ts';
import { ProblemError } from '../problems.ts';
import type { campaignSchema, campaignSummarySchema } from './schemas.ts';
import type { TrackingLink } from './tracking-links.ts';

type LinksOf = (campaignId: string) => TrackingLink[];

export function toSummary(
  campaign: Campaign,
  linksOf: LinksOf,
): z.input<typeof campaignSummarySchema> {
  const { definition, default_action: _, ...rest } = campaign;
  return {
    ...rest,
    timezone: definition.timezone ?? 'UTC',
    rule_count: definition.rules?.length ?? 0,
    cost: definition.cost ?? null,
    retroactive: definition.retroactive ?? false,
    time_range: definition.time_range ?? null,
    tracking_links: linksOf(campaign.campaign_id),
  };
}

export function toAnswer(campaign: Campaign, linksOf: LinksOf): z.input<typeof campaignSchema> {
  return {
    ...toSummary(campaign, linksOf),
    rules: campaign.definition.rules ?? [],
    default_action: campaign.default_action,
  };
}

/** Names the campaign's version, by which a change can be made for just this one. */
export function setETag(reply: FastifyReply, { version }: Campaign): void {
  reply.header('ETag', `"${version}"`);
}

/**
 * @param header `If-Match`: one of our ETags, or `*`
 * @returns the version that is asked for; undefined: whichever there is
 * @throws ProblemError 400
 */
export function versionOfIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') {
    return undefined;
  }
  const version = /^\s*(?:W\/)?"?(\d{1,15})"?\s*$/.exec(header)?.[1];
  if (version === undefined) {
    throw new ProblemError(400, 'invalid_request', 'If-Match is none of our ETags', [
      { path: '/headers/if-match', message: 'is no ETag of a campaign' },
    ]);
  }
  return Number(version);
}
