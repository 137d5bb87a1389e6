import type pg from 'pg';
import { TrellisError } from '../../core/errors.ts';
import { createCampaign, listCampaigns } from '../../stores/postgres/configuration/campaigns.ts';
import { DEMO_CAMPAIGNS, destinationOf, PASSTHROUGH } from './catalogue/campaigns.ts';

/**
 * Creates the campaigns of the demo history that the organisation does not have. Those that it has are
 * left as they are.
 *
 * @returns how many were created
 * @throws TrellisError `organization_unknown`
 */
export async function ensureDemoCampaigns(pool: pg.Pool, organizationId: string): Promise<number> {
  await requireOrganization(pool, organizationId);
  const existing = new Set(
    (await listCampaigns(pool, organizationId)).map((campaign) => campaign.campaign_id),
  );
  const missing = DEMO_CAMPAIGNS.filter(({ campaignId }) => !existing.has(campaignId));
  for (const { campaignId, name, tags } of missing) {
    await createUnlessThere(pool, {
      organization_id: organizationId,
      campaign_id: campaignId,
      name,
      default_action: {
        type: 'redirect',
        destination: destinationOf(campaignId),
        passthrough: [...PASSTHROUGH],
        tags: [...tags],
      },
    });
  }
  return missing.length;
}

async function createUnlessThere(
  pool: pg.Pool,
  campaign: Parameters<typeof createCampaign>[1],
): Promise<void> {
  try {
    await createCampaign(pool, campaign);
  } catch (error) {
    if (!(error instanceof TrellisError && error.code === 'campaign_exists')) {
      throw error;
    }
  }
}

async function requireOrganization(pool: pg.Pool, organizationId: string): Promise<void> {
  const { rowCount } = await pool.query('SELECT FROM organizations WHERE organization_id = $1', [
    organizationId,
  ]);
  if (rowCount === 0) {
    throw new TrellisError(
      'organization_unknown',
      `There is no organisation ${organizationId}: see 'trellis org list'`,
    );
  }
}
