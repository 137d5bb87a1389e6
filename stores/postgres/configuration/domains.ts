import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import { isConstraint } from './constraints.ts';

export type Domain = {
  /** Lower case, without port. */
  hostname: string;
  organization_id: string;
  removed: boolean;
  created_at: Date;
};

const COLUMNS = 'hostname, organization_id, removed, created_at';

/** Letters, digits, hyphens and dots, or an IPv6 address; longer than 253 is no DNS name. */
const HOSTNAME_PATTERN =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.(?!$)|$))+$|^\[[0-9a-f:.]+\]$/;

/**
 * Gives a host name to an organisation; doing so again changes nothing. A name that another
 * organisation removed is free.
 *
 * @param hostname in any case, without port; other scripts than Latin as Punycode
 * @throws TrellisError `domain_invalid`, `domain_taken`, `organization_unknown`
 */
export async function addDomain(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  hostname: string,
): Promise<Domain> {
  const name = hostname.toLowerCase();
  if (!HOSTNAME_PATTERN.test(name)) {
    throw new TrellisError('domain_invalid', `${hostname} is no host name`);
  }
  try {
    const { rows } = await pool.query<Domain>(
      `INSERT INTO domains (hostname, organization_id) VALUES ($1, $2)
        ON CONFLICT (hostname) DO UPDATE
          SET organization_id = excluded.organization_id, removed = false
          WHERE domains.removed OR domains.organization_id = excluded.organization_id
        RETURNING ${COLUMNS}`,
      [name, organizationId],
    );
    const domain = rows[0];
    if (domain === undefined) {
      throw new TrellisError('domain_taken', `${name} belongs to another organisation`);
    }
    return domain;
  } catch (error) {
    if (isConstraint(error, 'foreignKey')) {
      throw new TrellisError('organization_unknown', `There is no organisation ${organizationId}`);
    }
    throw error;
  }
}

/**
 * @param after the last host name of the page before; '' for the first page
 * @returns the organisation's host names in order, without the removed ones
 */
export async function listDomains(
  pool: pg.Pool,
  organizationId: string,
  { after = '', limit = 1_000 }: { after?: string; limit?: number } = {},
): Promise<Domain[]> {
  const { rows } = await pool.query<Domain>(
    `SELECT ${COLUMNS} FROM domains
      WHERE organization_id = $1 AND NOT removed AND hostname > $2 ORDER BY hostname LIMIT $3`,
    [organizationId, after, limit],
  );
  return rows;
}

/** @returns whether the organisation had this host name */
export async function removeDomain(
  pool: pg.Pool,
  organizationId: string,
  hostname: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE domains SET removed = true
      WHERE organization_id = $1 AND hostname = $2 AND NOT removed`,
    [organizationId, hostname.toLowerCase()],
  );
  return rowCount === 1;
}
