import type pg from 'pg';
import type {
  CampaignConfig,
  ConfigurationChange,
  DomainConfig,
  KeyConfig,
  OrganizationConfig,
  RedirectAction,
  Scope,
} from '../../../core/configuration.ts';
import { SCOPES } from '../../../core/configuration.ts';

/**
 * Everything that changed after a version, in one consistent snapshot.
 *
 * @param pool lends one connection for the time of the call
 * @param afterVersion what the reader has already; 0 for everything. When the database is behind
 *   it (a restored backup), everything is returned, with the database's lower version.
 * @returns rows in no particular order, removed ones included; `version` is what the reader has then
 * @throws the driver's errors; see `isConnectionError`
 */
export async function readChanges(
  pool: pg.Pool,
  afterVersion: number,
): Promise<ConfigurationChange> {
  const client = await pool.connect();
  let broken = true;
  try {
    const change = await readChangesOn(client, afterVersion);
    broken = false;
    return change;
  } finally {
    client.release(broken);
  }
}

/** As `readChanges`, on a connection that does nothing else meanwhile. */
export async function readChangesOn(
  client: pg.ClientBase,
  afterVersion: number,
): Promise<ConfigurationChange> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const version = await readVersion(client);
  const after = version < afterVersion ? 0 : afterVersion;
  const change: ConfigurationChange = {
    version,
    organizations: (await client.query<OrganizationConfig>(ORGANIZATIONS, [after])).rows,
    domains: (await client.query<DomainConfig>(DOMAINS, [after])).rows,
    keys: (await client.query<KeyRow>(KEYS, [after])).rows.map(toKey),
    campaigns: (await client.query<CampaignRow>(CAMPAIGNS, [after])).rows.map(toCampaign),
  };
  await client.query('COMMIT');
  return change;
}

/** The version that the configuration has now; it rises with every committed change. */
export async function readVersion(client: pg.ClientBase | pg.Pool): Promise<number> {
  const { rows } = await client.query<{ version: string }>(
    'SELECT version FROM configuration_version',
  );
  const row = rows[0];
  if (row === undefined) {
    throw new Error('configuration_version has lost its only row');
  }
  return Number(row.version);
}

const ORGANIZATIONS = `SELECT organization_id, name, cookies, fallback_url, currency
  FROM organizations WHERE version > $1`;

const DOMAINS = 'SELECT hostname, organization_id, removed FROM domains WHERE version > $1';

const KEYS = `SELECT key_id, organization_id, key_hash, scopes, expires_at,
    revoked_at IS NOT NULL AS revoked
  FROM api_keys WHERE version > $1`;

const CAMPAIGNS = `SELECT organization_id, campaign_id, name, status, default_action
  FROM campaigns WHERE version > $1`;

type KeyRow = Omit<KeyConfig, 'scopes' | 'expires_at_ms'> & {
  scopes: string[];
  expires_at: Date | null;
};

type CampaignRow = Omit<CampaignConfig, 'default_action'> & { default_action: RedirectAction };

function toKey({ expires_at, scopes, ...row }: KeyRow): KeyConfig {
  // A newer release may have given scopes that this one does not know; they allow nothing here.
  return { ...row, scopes: scopes.filter(isScope), expires_at_ms: expires_at?.getTime() ?? null };
}

/** The table's check constraint guarantees the action's shape; fields of newer releases are left out. */
function toCampaign({ default_action, ...row }: CampaignRow): CampaignConfig {
  const { destination, passthrough, tags } = default_action;
  return { ...row, default_action: { type: 'redirect', destination, passthrough, tags } };
}

/** Whether this is the name of a scope that this release knows. */
export function isScope(name: string): name is Scope {
  return (SCOPES as readonly string[]).includes(name);
}
