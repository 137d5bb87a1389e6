import type pg from 'pg';
import type { CampaignConfig, Rule, RuleAction } from '../../../core/configuration.ts';
import { TrellisError } from '../../../core/errors.ts';
import { isConstraint, onlyRow } from './constraints.ts';

/** What a campaign is made of besides its default action. Members that are missing have defaults. */
export type CampaignDefinition = {
  /** IANA name; UTC when missing. */
  timezone?: string;
  rules?: Rule[];
  /** What the campaign cost in all; a plain decimal as text. */
  cost?: { amount: string; currency: string };
  /** Whether it was created to claim traffic of the past, and of which time. */
  retroactive?: boolean;
  time_range?: { start: string; end: string };
};

export type NewCampaign = {
  organization_id: string;
  /** As it stands in the link's path; up to 128 letters, digits and `_ . ~ -`. */
  campaign_id: string;
  name: string;
  status?: CampaignConfig['status'];
  /** The destinations' validity is the caller's to check. */
  default_action: RuleAction | null;
  definition?: CampaignDefinition;
};

export type Campaign = {
  organization_id: string;
  campaign_id: string;
  name: string;
  status: CampaignConfig['status'];
  default_action: RuleAction | null;
  definition: CampaignDefinition;
  created_at: Date;
  updated_at: Date;
  /** Rises with each change of the campaign. */
  version: number;
};

/** What a change replaces; members left out stay as they are. */
export type CampaignChanges = Partial<
  Pick<Campaign, 'name' | 'status' | 'default_action' | 'definition'>
>;

type CampaignRow = Omit<Campaign, 'version'> & { version: string };

const COLUMNS =
  'organization_id, campaign_id, name, status, default_action, definition, created_at, updated_at, version';

/**
 * @throws TrellisError `campaign_exists`, `campaign_invalid`, `organization_unknown`
 */
export async function createCampaign(
  pool: pg.Pool | pg.ClientBase,
  campaign: NewCampaign,
): Promise<Campaign> {
  const { organization_id, campaign_id } = campaign;
  try {
    const { rows } = await pool.query<CampaignRow>(
      `INSERT INTO campaigns
        (organization_id, campaign_id, name, status, default_action, definition)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
      [
        ...[organization_id, campaign_id, campaign.name, campaign.status ?? 'active'],
        ...[jsonOrNull(campaign.default_action), JSON.stringify(campaign.definition ?? {})],
      ],
    );
    return toCampaign(onlyRow(rows));
  } catch (error) {
    if (isConstraint(error, 'unique')) {
      throw new TrellisError('campaign_exists', `There is already a campaign ${campaign_id}`);
    }
    if (isConstraint(error, 'foreignKey')) {
      throw new TrellisError('organization_unknown', `There is no organisation ${organization_id}`);
    }
    throw asInvalid(error, campaign_id);
  }
}

/** @returns undefined when the organisation has no such campaign; an archived one is returned */
export async function getCampaign(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  campaignId: string,
): Promise<Campaign | undefined> {
  const { rows } = await pool.query<CampaignRow>(
    `SELECT ${COLUMNS} FROM campaigns WHERE organization_id = $1 AND campaign_id = $2`,
    [organizationId, campaignId],
  );
  const row = rows[0];
  return row === undefined ? undefined : toCampaign(row);
}

/**
 * @param after the last campaign_id of the page before; '' for the first page
 * @returns the organisation's campaigns by campaign_id, archived ones included unless `statuses` says
 *   otherwise
 */
export async function listCampaigns(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  {
    after = '',
    limit = 1_000,
    statuses = ['active', 'paused', 'archived'],
  }: { after?: string; limit?: number; statuses?: ReadonlyArray<CampaignConfig['status']> } = {},
): Promise<Campaign[]> {
  const { rows } = await pool.query<CampaignRow>(
    `SELECT ${COLUMNS} FROM campaigns
      WHERE organization_id = $1 AND campaign_id > $2 AND status = ANY ($4)
      ORDER BY campaign_id LIMIT $3`,
    [organizationId, after, limit, statuses],
  );
  return rows.map(toCampaign);
}

/**
 * Changes a campaign, if it still is the version that the caller has seen. Archived ones stay as they
 * are, unless the change gives them another status.
 *
 * @param ifVersion the `version` that the change was made for; undefined: whatever is there
 * @returns the changed campaign; with no changes at all, the campaign as it is
 * @throws TrellisError `campaign_unknown`, `campaign_changed` (somebody else was faster),
 *   `campaign_archived`, `campaign_invalid`
 */
export async function updateCampaign(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  campaignId: string,
  changes: CampaignChanges,
  ifVersion?: number,
): Promise<Campaign> {
  const sets: string[] = [];
  const values: unknown[] = [organizationId, campaignId, ifVersion ?? null];
  const set = (column: string, value: unknown) => {
    values.push(value);
    sets.push(`${column} = $${values.length}`);
  };
  if (changes.name !== undefined) set('name', changes.name);
  if (changes.status !== undefined) set('status', changes.status);
  if (changes.default_action !== undefined) {
    set('default_action', jsonOrNull(changes.default_action));
  }
  if (changes.definition !== undefined) set('definition', JSON.stringify(changes.definition));
  if (sets.length > 0) {
    const mayChange = changes.status === undefined ? "AND status <> 'archived'" : '';
    const changed = await runUpdate(
      pool,
      `UPDATE campaigns SET ${sets.join(', ')}, updated_at = now()
        WHERE organization_id = $1 AND campaign_id = $2
          AND ($3::bigint IS NULL OR version = $3) ${mayChange}
        RETURNING ${COLUMNS}`,
      values,
      campaignId,
    );
    if (changed !== undefined) return changed;
  }
  const current = await getCampaign(pool, organizationId, campaignId);
  if (current === undefined) {
    throw new TrellisError('campaign_unknown', `There is no campaign ${campaignId}`);
  }
  if (ifVersion !== undefined && current.version !== ifVersion) {
    throw new TrellisError(
      'campaign_changed',
      `Campaign ${campaignId} was changed meanwhile: it has version ${current.version}`,
    );
  }
  if (sets.length > 0) {
    throw new TrellisError('campaign_archived', `Campaign ${campaignId} is archived`);
  }
  return current;
}

/**
 * Archives a campaign: its link leads to the organisation's fallback from then on, its reports stay.
 *
 * @throws TrellisError `campaign_unknown`, `campaign_changed`
 */
export function archiveCampaign(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  campaignId: string,
  ifVersion?: number,
): Promise<Campaign> {
  return updateCampaign(pool, organizationId, campaignId, { status: 'archived' }, ifVersion);
}

async function runUpdate(
  pool: pg.Pool | pg.ClientBase,
  sql: string,
  values: unknown[],
  campaignId: string,
): Promise<Campaign | undefined> {
  try {
    const { rows } = await pool.query<CampaignRow>(sql, values);
    return rows[0] === undefined ? undefined : toCampaign(rows[0]);
  } catch (error) {
    throw asInvalid(error, campaignId);
  }
}

function toCampaign(row: CampaignRow): Campaign {
  return { ...row, version: Number(row.version) };
}

function jsonOrNull(action: RuleAction | null): string | null {
  return action === null ? null : JSON.stringify(action);
}

/** What the table's checks refuse, in words; other errors as they are. */
function asInvalid(error: unknown, campaignId: string): unknown {
  return isConstraint(error, 'check')
    ? new TrellisError('campaign_invalid', `Campaign ${campaignId} cannot be stored`, {
        cause: error,
      })
    : error;
}
