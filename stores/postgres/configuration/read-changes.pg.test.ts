import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FRAUD_SETTINGS } from '../../../core/fraud/settings.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { addBlock, removeBlock } from '../fraud/blocks.ts';
import { addDomain, removeDomain } from './domains.ts';
import { createApiKey, revokeApiKey } from './keys.ts';
import { createOrganization } from './organizations.ts';
import { readChangeParts, readChanges, readVersion } from './read-changes.ts';

let database: TestDatabase;
let organizationId: string;
let nextNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  organizationId = `org_test_${nextNumber++}`;
  await createOrganization(database.pool, { organization_id: organizationId, name: 'Test' });
});

const action = {
  type: 'redirect',
  destination: 'https://shop.example/',
  passthrough: ['click_id'],
  tags: [],
};

function insertCampaign(campaignId: string): [string, unknown[]] {
  return [
    `INSERT INTO campaigns (organization_id, campaign_id, name, default_action)
      VALUES ($1, $2, $2, $3)`,
    [organizationId, campaignId, JSON.stringify(action)],
  ];
}

describe('changes of the configuration', () => {
  it('after version 0 are everything there is', async () => {
    await addDomain(database.pool, organizationId, 'Track.Example');
    const key = await createApiKey(database.pool, {
      organization_id: organizationId,
      name: 'all',
      scopes: ['traffic:write'],
      expires_at: new Date(1_900_000_000_000),
    });
    await database.pool.query(...insertCampaign('summer'));
    const change = await readChanges(database.pool, 0);
    expect(change.version).toBe(await readVersion(database.pool));
    expect(change.organizations).toContainEqual({
      organization_id: organizationId,
      name: 'Test',
      cookies: true,
      fallback_url: null,
      currency: 'USD',
      fraud: DEFAULT_FRAUD_SETTINGS,
    });
    expect(change.domains).toContainEqual({
      hostname: 'track.example',
      organization_id: organizationId,
      removed: false,
    });
    expect(change.keys).toContainEqual({
      key_id: key.key_id,
      organization_id: organizationId,
      key_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      scopes: ['traffic:write'],
      expires_at_ms: 1_900_000_000_000,
      revoked: false,
    });
    expect(change.campaigns).toContainEqual({
      organization_id: organizationId,
      campaign_id: 'summer',
      name: 'summer',
      status: 'active',
      default_action: action,
      timezone: 'UTC',
      rules: [],
    });
  });

  it('after the newest version are none', async () => {
    const version = await readVersion(database.pool);
    expect(await readChanges(database.pool, version)).toEqual({
      version,
      organizations: [],
      domains: [],
      keys: [],
      campaigns: [],
      blocks: [],
    });
  });

  it('include what was removed and what was revoked', async () => {
    await addDomain(database.pool, organizationId, 'gone.example');
    const key = await createApiKey(database.pool, {
      organization_id: organizationId,
      name: 'gone',
      scopes: ['admin'],
    });
    const before = await readVersion(database.pool);
    expect(await removeDomain(database.pool, organizationId, 'gone.example')).toBe(true);
    await revokeApiKey(database.pool, key.key_id);
    const change = await readChanges(database.pool, before);
    expect(change.domains).toMatchObject([{ hostname: 'gone.example', removed: true }]);
    expect(change.keys).toMatchObject([{ key_id: key.key_id, revoked: true }]);
    expect(change.organizations).toEqual([]);
  });

  it('of a transaction that commits late are not missed', async () => {
    const before = await readVersion(database.pool);
    const slow = await database.pool.connect();
    const quick = await database.pool.connect();
    await slow.query('BEGIN');
    await slow.query(...insertCampaign('slow'));
    const quickDone = quick.query(...insertCampaign('quick'));
    // The quick one began later and has to wait: else its higher version would be seen first.
    await expect
      .poll(async () => {
        const { rows } = await database.pool.query(
          "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO campaigns%'",
        );
        return rows.length;
      })
      .toBe(1);
    const between = await readChanges(database.pool, before);
    expect(between.campaigns).toEqual([]);
    await slow.query('COMMIT');
    await quickDone;
    const after = await readChanges(database.pool, between.version);
    expect(after.campaigns.map((campaign) => campaign.campaign_id).sort()).toEqual([
      'quick',
      'slow',
    ]);
    slow.release();
    quick.release();
  });

  it('of one transaction share a version, and a rolled back savepoint takes nothing with it', async () => {
    const before = await readVersion(database.pool);
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('SAVEPOINT undone');
    await client.query(...insertCampaign('undone'));
    await client.query('ROLLBACK TO undone');
    await client.query(...insertCampaign('one'));
    await client.query(...insertCampaign('two'));
    await client.query('COMMIT');
    client.release();
    const change = await readChanges(database.pool, before);
    expect(change.version).toBe(before + 1);
    expect(change.campaigns.map((campaign) => campaign.campaign_id).sort()).toEqual(['one', 'two']);
  });

  it('that set what is set already are none', async () => {
    const before = await readVersion(database.pool);
    await database.pool.query('UPDATE organizations SET name = name WHERE organization_id = $1', [
      organizationId,
    ]);
    expect(await readVersion(database.pool)).toBe(before);
  });

  it('cannot be deletions, which nobody would notice', async () => {
    await expect(database.pool.query('DELETE FROM organizations')).rejects.toThrow('never deleted');
    await expect(database.pool.query('TRUNCATE organizations CASCADE')).rejects.toThrow(
      'never deleted',
    );
  });

  it('are everything again when the database is older than the reader', async () => {
    const version = await readVersion(database.pool);
    const change = await readChanges(database.pool, version + 1_000);
    expect(change.version).toBe(version);
    expect(change.organizations.length).toBeGreaterThan(0);
  });

  it('of two writers that change the same rows in opposite order cause no deadlock', async () => {
    await database.pool.query(...insertCampaign('left'));
    await database.pool.query(...insertCampaign('right'));
    const rename = async (order: string[]) => {
      const client = await database.pool.connect();
      for (let round = 0; round < 20; round++) {
        await client.query('BEGIN');
        for (const campaignId of order) {
          await client.query(
            `UPDATE campaigns SET name = name || 'x' WHERE organization_id = $1 AND campaign_id = $2`,
            [organizationId, campaignId],
          );
        }
        await client.query('COMMIT');
      }
      client.release();
    };
    await Promise.all([rename(['left', 'right']), rename(['right', 'left'])]);
    const { rows } = await database.pool.query(
      'SELECT length(name) AS length FROM campaigns WHERE organization_id = $1 ORDER BY campaign_id',
      [organizationId],
    );
    expect(rows).toEqual([{ length: 4 + 40 }, { length: 5 + 40 }]);
  });

  it('come in parts when they are many, and only the last one has the new version', async () => {
    const before = await readVersion(database.pool);
    await database.pool.query(
      `INSERT INTO campaigns (organization_id, campaign_id, name)
        SELECT $1, 'many_' || number, '' FROM generate_series(1, 1000) AS number`,
      [organizationId],
    );
    for (let number = 0; number < 3; number++) {
      const network = `10.0.0.${number}`;
      const block = { kind: 'block', network, reason: '', until: null } as const;
      await addBlock(database.pool, organizationId, block, 'key_1');
    }
    const client = await database.pool.connect();
    const seen: Array<[campaigns: number, blocks: number, version: number, more: boolean]> = [];
    for await (const { change, more } of readChangeParts(client, before)) {
      seen.push([change.campaigns.length, change.blocks.length, change.version, more]);
    }
    client.release();
    expect(seen).toEqual([
      [500, 0, before, true],
      [500, 0, before, true],
      [0, 3, before + 4, false],
    ]);
  });

  it('tell removals of blocks in their order: a network that is blocked anew is blocked at the end', async () => {
    const before = await readVersion(database.pool);
    const block = { kind: 'block', network: '10.0.0.1', reason: '', until: null } as const;
    const { pool } = database;
    const first = await addBlock(pool, organizationId, block, 'key_1');
    await removeBlock(pool, organizationId, 'block', first.block_id, 'key_1');
    const second = await addBlock(pool, organizationId, block, 'key_1');
    const told = (await readChanges(pool, before)).blocks;
    expect(told.map(({ block_id, removed }) => [block_id, removed])).toEqual([
      [first.block_id, true],
      [second.block_id, false],
    ]);
  });
});
