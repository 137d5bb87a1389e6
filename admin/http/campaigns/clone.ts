import { z } from 'zod';
import { campaignBodySchema } from '../../../core/rules/definition.ts';
import { createCampaign } from '../../../stores/postgres/configuration/campaigns.ts';
import type { AdminInstance } from '../context.ts';
import { blame } from '../problems.ts';
import type { CampaignContext } from './context.ts';
import { newCampaignId } from './new-campaign-id.ts';
import { setETag, toAnswer } from './present.ts';
import { requireCampaign } from './read.ts';
import { campaignParams, campaignSchema } from './schemas.ts';
import { trackingLinks } from './tracking-links.ts';

const { campaign_id, name } = campaignBodySchema.shape;

const cloneBodySchema = z
  .strictObject({
    campaign_id: campaign_id.describe('Made from the id of the original when left out.'),
    name: name.optional().describe('The name of the original and "(copy)" when left out.'),
    status: z.enum(['active', 'paused']).default('paused'),
  })
  .prefault({});

export function addCloneRoute(app: AdminInstance, { pool, enginePort }: CampaignContext): void {
  app.post(
    '/api/v1/campaigns/:id/clone',
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'cloneCampaign',
        summary: 'Copy a campaign',
        description:
          'Rules, default action, time zone and cost; neither traffic nor a claim of past traffic. The copy is paused unless the body says otherwise.',
        tags: ['campaigns'],
        params: campaignParams,
        body: cloneBodySchema,
        response: { 201: campaignSchema.describe('The copy.') },
      },
    },
    async ({ params, body, caller: { organizationId } }, reply) => {
      const original = await requireCampaign(pool, organizationId, params.id);
      const { retroactive: _, time_range: __, ...definition } = original.definition;
      const copy = await createCampaign(pool, {
        organization_id: organizationId,
        campaign_id:
          body.campaign_id ??
          (await newCampaignId(pool, organizationId, `${original.campaign_id}_copy`)),
        name: body.name ?? `${original.name} (copy)`.slice(0, 200),
        status: body.status,
        default_action: original.default_action,
        definition,
      }).catch((error) => blame(error, { campaign_exists: '/body/campaign_id' }));
      const linksOf = await trackingLinks(pool, organizationId, enginePort);
      setETag(reply, copy);
      return reply
        .code(201)
        .header('Location', `/api/v1/campaigns/${copy.campaign_id}`)
        .send(toAnswer(copy, linksOf));
    },
  );
}
