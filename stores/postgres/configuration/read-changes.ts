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
import type { BlockConfig } from '../../../core/fraud/block.ts';
import { type FraudSettings, fraudSettings } from '../../../core/fraud/settings.ts';

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
  const all = emptyChange(afterVersion);
  for await (const { change } of readChangeParts(client, afterVersion)) {
    all.version = change.version;
    all.organizations.push(...change.organizations);
    all.domains.push(...change.domains);
    all.keys.push(...change.keys);
    all.campaigns.push(...change.campaigns);
    all.blocks.push(...change.blocks);
  }
  return all;
}

/** A part of what changed; the rest follows when there is `more`. */
export type ChangePart = { change: ConfigurationChange; more: boolean };

/** Campaigns and blocks in one part: keeps what is in memory at once small, and short the pause to apply it. */
const ROWS_PER_PART = 500;

/**
 * As `readChanges`, in parts, on a connection that does nothing else meanwhile. The parts are of one
 * snapshot, to be applied in order; campaigns come by organisation, then blocks by age of their change.
 * Only the last has the new version: whoever has seen less asks again for all of them.
 */
export async function* readChangeParts(
  client: pg.ClientBase,
  afterVersion: number,
): AsyncGenerator<ChangePart> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // The cursors are read to their end, so their plan should be the best one for that.
  await client.query('SET LOCAL cursor_tuple_fraction = 1');
  const version = await readVersion(client);
  const after = version < afterVersion ? 0 : afterVersion;
  let change: ConfigurationChange = {
    ...emptyChange(after),
    organizations: (await client.query<OrganizationRow>(ORGANIZATIONS, [after])).rows.map(
      toOrganization,
    ),
    domains: (await client.query<DomainConfig>(DOMAINS, [after])).rows,
    keys: (await client.query<KeyRow>(KEYS, [after])).rows.map(toKey),
  };
  for await (const { campaigns, blocks } of readLists(client, after)) {
    const rows = change.campaigns.length + change.blocks.length;
    if (rows + campaigns.length + blocks.length > ROWS_PER_PART) {
      yield { change, more: true };
      change = emptyChange(after);
    }
    change.campaigns.push(...campaigns);
    change.blocks.push(...blocks);
  }
  await client.query('COMMIT');
  yield { change: { ...change, version }, more: false };
}

/** What there may be much of, some rows at a time. */
async function* readLists(
  client: pg.ClientBase,
  after: number,
): AsyncGenerator<Pick<ConfigurationChange, 'campaigns' | 'blocks'>> {
  for await (const rows of readInParts<CampaignRow>(client, CAMPAIGNS, after)) {
    yield { campaigns: rows.map(toCampaign), blocks: [] };
  }
  for await (const rows of readInParts<BlockRow>(client, BLOCKS, after)) {
    yield { campaigns: [], blocks: rows.map(toBlock) };
  }
}

async function* readInParts<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  query: string,
  after: number,
): AsyncGenerator<Row[]> {
  await client.query(`DECLARE changed NO SCROLL CURSOR FOR ${query}`, [after]);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${ROWS_PER_PART} FROM changed`);
    if (rows.length > 0) {
      yield rows;
    }
    if (rows.length < ROWS_PER_PART) {
      break;
    }
  }
  await client.query('CLOSE changed');
}

function emptyChange(version: number): ConfigurationChange {
  return { version, organizations: [], domains: [], keys: [], campaigns: [], blocks: [] };
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

const ORGANIZATIONS = `SELECT organization_id, name, cookies, fallback_url, currency, fraud
  FROM organizations WHERE version > $1`;

const DOMAINS = 'SELECT hostname, organization_id, removed FROM domains WHERE version > $1';

const KEYS = `SELECT key_id, organization_id, key_hash, scopes, expires_at,
    revoked_at IS NOT NULL AS revoked
  FROM api_keys WHERE version > $1`;

const CAMPAIGNS = `SELECT organization_id, campaign_id, name, status, default_action,
    definition ->> 'timezone' AS timezone, definition -> 'rules' AS rules
  FROM campaigns WHERE version > $1 ORDER BY organization_id, campaign_id`;

// Whoever begins anew has nothing that could be removed. Among changes of one transaction a removal comes
// first: what follows it is another entry of the same network.
const BLOCKS = `SELECT block_id, organization_id, kind, network::text AS network, until,
    removed_at IS NOT NULL AS removed
  FROM fraud_blocks
  WHERE version > $1
    AND ($1 > 0 OR (removed_at IS NULL AND (until IS NULL OR until > now())))
  ORDER BY version, removed_at IS NULL, block_id`;

type OrganizationRow = Omit<OrganizationConfig, 'fraud'> & { fraud: Partial<FraudSettings> };

type BlockRow = Omit<BlockConfig, 'until_ms'> & { until: Date | null };

type KeyRow = Omit<KeyConfig, 'scopes' | 'expires_at_ms'> & {
  scopes: string[];
  expires_at: Date | null;
};

type CampaignRow = Omit<CampaignConfig, 'timezone' | 'rules'> & {
  timezone: string | null;
  rules: Rule[] | null;
};

function toOrganization({ fraud, ...row }: OrganizationRow): OrganizationConfig {
  return { ...row, fraud: fraudSettings(fraud) };
}

function toBlock({ until, ...row }: BlockRow): BlockConfig {
  return { ...row, until_ms: until?.getTime() ?? null };
}

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
