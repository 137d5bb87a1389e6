import { getOrganization } from '../../../../stores/postgres/configuration/organizations.ts';
import type { AdminInstance } from '../../context.ts';
import type { CampaignContext } from '../context.ts';
import { requireCampaign } from '../read.ts';
import { campaignParams } from '../schemas.ts';
import { decide } from './decide.ts';
import { sampleVisitor } from './sample-visitor.ts';
import { outcomeSchema, sampleSchema } from './schemas.ts';

export function addTestRoute(app: AdminInstance, context: CampaignContext): void {
  const { pool, clock, visitors } = context;
  app.post(
    '/api/v1/campaigns/:id/test',
    {
      config: { scope: 'campaigns:read' },
      schema: {
        operationId: 'testCampaign',
        summary: 'Try a campaign out',
        description:
          'Tells what a sample request would come to: which rule takes it and why, and where it leads. Nothing is recorded.',
        tags: ['campaigns'],
        params: campaignParams,
        body: sampleSchema,
        response: { 200: outcomeSchema.describe('What the engine would do.') },
      },
    },
    async ({ params, body, caller: { organizationId } }) => {
      const campaign = await requireCampaign(pool, organizationId, params.id);
      const organization = await getOrganization(pool, organizationId);
      const visitor = sampleVisitor(body, campaign.campaign_id, visitors, clock.nowMs());
      return decide(campaign, visitor, visitors, organization?.fallback_url ?? null);
    },
  );
}
