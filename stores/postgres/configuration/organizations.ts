import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { OrganizationConfig } from '../../../core/configuration.ts';
import { TrellisError } from '../../../core/errors.ts';
import { isConstraint, onlyRow } from './constraints.ts';

export type NewOrganization = {
  /** `org_` and lower-case letters, digits, `_` or `-`; made from the name when it is not given. */
  organization_id?: string;
  name: string;
  cookies?: boolean;
  fallback_url?: string | null;
  /** ISO 4217, upper case; USD by default. */
  currency?: string;
};

/** Without the settings of fraud, which have functions of their own; see fraud/settings.ts. */
export type Organization = Omit<OrganizationConfig, 'fraud'> & { created_at: Date };

const COLUMNS = 'organization_id, name, cookies, fallback_url, currency, created_at';

/**
 * @throws TrellisError `organization_exists`, `organization_invalid` (id, name or currency)
 */
export async function createOrganization(
  pool: pg.Pool | pg.ClientBase,
  organization: NewOrganization,
): Promise<Organization> {
  const { name } = organization;
  const organizationId = organization.organization_id ?? idFromName(name);
  try {
    const { rows } = await pool.query<Organization>(
      `INSERT INTO organizations (organization_id, name, cookies, fallback_url, currency)
        VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
      [
        ...[organizationId, name, organization.cookies ?? true],
        ...[organization.fallback_url ?? null, organization.currency ?? 'USD'],
      ],
    );
    return onlyRow(rows);
  } catch (error) {
    if (isConstraint(error, 'unique')) {
      throw new TrellisError(
        'organization_exists',
        `There is already an organisation ${organizationId}`,
      );
    }
    if (isConstraint(error, 'check')) {
      throw new TrellisError(
        'organization_invalid',
        'An organisation needs a name, a currency of three letters, and an id of org_ and up to 60 of a-z, 0-9, _ and -',
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * @param after the last id of the page before; '' for the first page
 * @param limit rows at most
 * @returns organisations by id
 */
export async function listOrganizations(
  pool: pg.Pool,
  { after = '', limit = 1_000 }: { after?: string; limit?: number } = {},
): Promise<Organization[]> {
  const { rows } = await pool.query<Organization>(
    `SELECT ${COLUMNS} FROM organizations WHERE organization_id > $1 ORDER BY 1 LIMIT $2`,
    [after, limit],
  );
  return rows;
}

/** @returns undefined when there is none */
export async function getOrganization(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
): Promise<Organization | undefined> {
  const { rows } = await pool.query<Organization>(
    `SELECT ${COLUMNS} FROM organizations WHERE organization_id = $1`,
    [organizationId],
  );
  return rows[0];
}

/** What a change replaces; members left out stay as they are. */
export type OrganizationChanges = Partial<
  Pick<Organization, 'name' | 'cookies' | 'fallback_url' | 'currency'>
>;

/**
 * @returns the changed organisation
 * @throws TrellisError `organization_unknown`, `organization_invalid`
 */
export async function updateOrganization(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  changes: OrganizationChanges,
): Promise<Organization> {
  const { name, cookies, fallback_url, currency } = changes;
  try {
    const { rows } = await pool.query<Organization>(
      `UPDATE organizations SET
          name = coalesce($2, name),
          cookies = coalesce($3, cookies),
          fallback_url = CASE WHEN $4 THEN $5 ELSE fallback_url END,
          currency = coalesce($6, currency)
        WHERE organization_id = $1 RETURNING ${COLUMNS}`,
      [
        ...[organizationId, name ?? null, cookies ?? null],
        // Null is a value here: it takes the fallback away.
        ...[fallback_url !== undefined, fallback_url ?? null, currency ?? null],
      ],
    );
    const changed = rows[0];
    if (changed === undefined) {
      throw new TrellisError('organization_unknown', `There is no organisation ${organizationId}`);
    }
    return changed;
  } catch (error) {
    if (isConstraint(error, 'check')) {
      throw new TrellisError(
        'organization_invalid',
        'An organisation needs a name and a currency of three letters',
        { cause: error },
      );
    }
    throw error;
  }
}

function idFromName(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40);
  return `org_${slug === '' ? randomBytes(8).toString('hex') : slug}`;
}
