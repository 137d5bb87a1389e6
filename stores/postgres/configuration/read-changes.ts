import type pg from 'pg';
import type {
  CampaignConfig,
  ConfigurationChange,
  DomainConfig,
  KeyConfig,
  OrganizationConfig,
  Rule,
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

async function readChangesOn(
  client: pg.ClientBase,
  afterVersion: number,
): Promise<ConfigurationChange> {
  const all: ConfigurationChange = {
    version: afterVersion,
    organizations: [],
    domains: [],
    keys: [],
    campaigns: [],
  };
  for await (const { change } of readChangeParts(client, afterVersion)) {
    all.version = change.version;
    all.organizations.push(...change.organizations);
    all.domains.push(...change.domains);
    all.keys.push(...change.keys);
    all.campaigns.push(...change.campaigns);
  }
  return all;
}

/** A part of what changed; the rest follows when there is `more`. */
export type ChangePart = { change: ConfigurationChange; more: boolean };

/** Campaigns in one part: keeps what is in memory at once small, and short the pause to apply it. */
const CAMPAIGNS_PER_PART = 500;

/**
 * As `readChanges`, in parts, on a connection that does nothing else meanwhile. The parts are of one
 * snapshot, to be applied in order; campaigns come by organisation. Only the last has the new version:
 * whoever has seen less asks again for all of them.
 */
export async function* readChangeParts(
  client: pg.ClientBase,
  afterVersion: number,
): AsyncGenerator<ChangePart> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // The cursor is read to its end, so its plan should be the best one for that.
  await client.query('SET LOCAL cursor_tuple_fraction = 1');
  const version = await readVersion(client);
  const after = version < afterVersion ? 0 : afterVersion;
  let change: ConfigurationChange = {
    version,
    organizations: (await client.query<OrganizationConfig>(ORGANIZATIONS, [after])).rows,
    domains: (await client.query<DomainConfig>(DOMAINS, [after])).rows,
    keys: (await client.query<KeyRow>(KEYS, [after])).rows.map(toKey),
    campaigns: [],
  };
  await client.query(`DECLARE changed NO SCROLL CURSOR FOR ${CAMPAIGNS}`, [after]);
  for (;;) {
    const { rows } = await client.query<CampaignRow>(`FETCH ${CAMPAIGNS_PER_PART} FROM changed`);
    change.campaigns = rows.map(toCampaign);
    if (rows.length < CAMPAIGNS_PER_PART) {
      break;
    }
    yield { change: { ...change, version: after }, more: true };
    change = { version, organizations: [], domains: [], keys: [], campaigns: [] };
  }
  await client.query('COMMIT');
  yield { change, more: false };
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

const CAMPAIGNS = `SELECT organization_id, campaign_id, name, status, default_action,
    definition ->> 'timezone' AS timezone, definition -> 'rules' AS rules
  FROM campaigns WHERE version > $1 ORDER BY organization_id, campaign_id`;

type KeyRow = Omit<KeyConfig, 'scopes' | 'expires_at_ms'> & {
  scopes: string[];
  expires_at: Date | null;
};

type CampaignRow = Omit<CampaignConfig, 'timezone' | 'rules'> & {
  timezone: string | null;
  rules: Rule[] | null;
};

function toKey({ expires_at, scopes, ...row }: KeyRow): KeyConfig {
  // A newer release may have given scopes that this one does not know; they allow nothing here.
  return { ...row, scopes: scopes.filter(isScope), expires_at_ms: expires_at?.getTime() ?? null };
}

/** Campaigns of earlier releases have an empty definition. */
function toCampaign({ timezone, rules, ...row }: CampaignRow): CampaignConfig {
  return { ...row, timezone: timezone ?? 'UTC', rules: rules ?? [] };
}

/** Whether this is the name of a scope that this release knows. */
export function isScope(name: string): name is Scope {
  return (SCOPES as readonly string[]).includes(name);
}
