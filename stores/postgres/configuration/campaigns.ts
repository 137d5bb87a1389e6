import type pg from 'pg';
import type { CampaignConfig, RedirectAction } from '../../../core/configuration.ts';
import { TrellisError } from '../../../core/errors.ts';
import { isConstraint, onlyRow } from './constraints.ts';

export type NewCampaign = {
  organization_id: string;
  /** As it stands in the link's path; up to 128 letters, digits and `_ . ~ -`. */
  campaign_id: string;
  name: string;
  status?: CampaignConfig['status'];
  /** The destination's validity is the caller's to check. */
  default_action: RedirectAction;
  /** What the campaign is made of besides: rules, caps. */
  definition?: Record<string, unknown>;
};

export type Campaign = CampaignConfig & {
  definition: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
};

const COLUMNS =
  'organization_id, campaign_id, name, status, default_action, definition, created_at, updated_at';

/**
 * @throws TrellisError `campaign_exists`, `campaign_invalid`, `organization_unknown`
 */
export async function createCampaign(
  pool: pg.Pool | pg.ClientBase,
  campaign: NewCampaign,
): Promise<Campaign> {
  const { organization_id, campaign_id } = campaign;
  try {
    const { rows } = await pool.query<Campaign>(
      `INSERT INTO campaigns
        (organization_id, campaign_id, name, status, default_action, definition)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
      [
        ...[organization_id, campaign_id, campaign.name, campaign.status ?? 'active'],
        ...[JSON.stringify(campaign.default_action), JSON.stringify(campaign.definition ?? {})],
      ],
    );
    return onlyRow(rows);
  } catch (error) {
    if (isConstraint(error, 'unique')) {
      throw new TrellisError('campaign_exists', `There is already a campaign ${campaign_id}`);
    }
    if (isConstraint(error, 'foreignKey')) {
      throw new TrellisError('organization_unknown', `There is no organisation ${organization_id}`);
    }
    if (isConstraint(error, 'check')) {
      throw new TrellisError('campaign_invalid', `Campaign ${campaign_id} cannot be stored`, {
        cause: error,
      });
    }
    throw error;
  }
}

/**
 * @param after the last campaign_id of the page before; '' for the first page
 * @returns the organisation's campaigns by campaign_id, archived ones included
 */
export async function listCampaigns(
  pool: pg.Pool,
  organizationId: string,
  { after = '', limit = 1_000 }: { after?: string; limit?: number } = {},
): Promise<Campaign[]> {
  const { rows } = await pool.query<Campaign>(
    `SELECT ${COLUMNS} FROM campaigns WHERE organization_id = $1 AND campaign_id > $2
      ORDER BY campaign_id LIMIT $3`,
    [organizationId, after, limit],
  );
  return rows;
}
