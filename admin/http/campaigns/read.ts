import { z } from 'zod';
import {
  type Campaign,
  getCampaign,
  listCampaigns,
} from '../../../stores/postgres/configuration/campaigns.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { ProblemError } from '../problems.ts';
import type { CampaignContext } from './context.ts';
import { setETag, toAnswer, toSummary } from './present.ts';
import { campaignParams, campaignSchema, campaignSummarySchema, statusSchema } from './schemas.ts';
import { trackingLinks } from './tracking-links.ts';

const LIST = 'campaigns';
const config = { scope: 'campaigns:read' } as const;
const tags = ['campaigns'];

export function addReadRoutes(app: AdminInstance, { pool, enginePort }: CampaignContext): void {
  app.get(
    '/api/v1/campaigns',
    {
      config,
      schema: {
        operationId: 'listCampaigns',
        summary: 'Campaigns by id, without their rules',
        tags,
        querystring: z.object({
          ...pageQuery,
          status: statusSchema
            .optional()
            .describe('Only these; active and paused ones when left out.'),
        }),
        response: {
          200: z
            .object({ campaigns: z.array(campaignSummarySchema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query: { limit, cursor, status }, caller: { organizationId } }) => {
      const after = readCursor(LIST, cursor);
      const statuses = status === undefined ? (['active', 'paused'] as const) : [status];
      const [found, linksOf] = await Promise.all([
        listCampaigns(pool, organizationId, { after, limit: limit + 1, statuses }),
        trackingLinks(pool, organizationId, enginePort),
      ]);
      const { page, next_cursor } = toPage(LIST, found, limit, (entry) => entry.campaign_id);
      return { campaigns: page.map((entry) => toSummary(entry, linksOf)), next_cursor };
    },
  );
  app.get(
    '/api/v1/campaigns/:id',
    {
      config,
      schema: {
        operationId: 'getCampaign',
        summary: 'One campaign, also an archived one',
        tags,
        params: campaignParams,
        response: { 200: campaignSchema.describe('It.') },
      },
    },
    async ({ params, caller: { organizationId } }, reply) => {
      const campaign = await requireCampaign(pool, organizationId, params.id);
      const linksOf = await trackingLinks(pool, organizationId, enginePort);
      setETag(reply, campaign);
      return toAnswer(campaign, linksOf);
    },
  );
}

/** @throws ProblemError 404 */
export async function requireCampaign(
  pool: AdminContext['pool'],
  organizationId: string,
  campaignId: string,
): Promise<Campaign> {
  const campaign = await getCampaign(pool, organizationId, campaignId);
  if (campaign === undefined) {
    throw new ProblemError(404, 'campaign_unknown', 'There is no such campaign');
  }
  return campaign;
}
