import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashKey, isKeyShaped } from '../../../core/keys.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import {
  archiveCampaign,
  createCampaign,
  getCampaign,
  listCampaigns,
  updateCampaign,
} from './campaigns.ts';
import { addDomain, listDomains, removeDomain } from './domains.ts';
import { createApiKey, findUsableApiKey, listApiKeys, revokeApiKey } from './keys.ts';
import { createOrganization, listOrganizations } from './organizations.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const organization_id of ['org_one', 'org_two']) {
    await createOrganization(database.pool, { organization_id, name: organization_id });
  }
});
afterAll(async () => {
  await database.drop();
});

describe('organisations', () => {
  it('get an id from their name when none is given', async () => {
    const made = await createOrganization(database.pool, { name: 'Café & Söhne, Ltd.' });
    expect(made.organization_id).toBe('org_cafe_so_hne_ltd');
    const unnamed = await createOrganization(database.pool, { name: '株式会社' });
    expect(unnamed.organization_id).toMatch(/^org_[0-9a-f]{16}$/);
  });

  it('exist once per id', async () => {
    await expect(
      createOrganization(database.pool, { organization_id: 'org_one', name: 'Again' }),
    ).rejects.toMatchObject({ code: 'organization_exists' });
  });

  it('with an impossible id or currency are refused', async () => {
    for (const wrong of [{ organization_id: 'acme' }, { currency: 'dollars' }]) {
      await expect(
        createOrganization(database.pool, { name: 'Wrong', ...wrong }),
      ).rejects.toMatchObject({ code: 'organization_invalid' });
    }
  });

  it('are listed page by page', async () => {
    const all = (await listOrganizations(database.pool)).map((row) => row.organization_id);
    const first = await listOrganizations(database.pool, { limit: 1 });
    const rest = await listOrganizations(database.pool, { after: first[0]?.organization_id ?? '' });
    expect([...first, ...rest].map((row) => row.organization_id)).toEqual(all);
  });
});

describe('API keys in the database', () => {
  it('are returned once and stored as a hash only', async () => {
    const { key, key_id } = await createApiKey(database.pool, {
      organization_id: 'org_one',
      name: 'shop',
      scopes: ['traffic:write', 'traffic:write', 'admin'],
    });
    expect(isKeyShaped(key)).toBe(true);
    const { rows } = await database.pool.query('SELECT * FROM api_keys WHERE key_id = $1', [
      key_id,
    ]);
    expect(rows[0].key_hash).toBe(hashKey(key));
    expect(rows[0].scopes).toEqual(['traffic:write', 'admin']);
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(JSON.stringify(await listApiKeys(database.pool))).not.toContain(key);
  });

  it('stop being usable when they are revoked, and revoking again keeps the first time', async () => {
    const { key, key_id } = await createApiKey(database.pool, {
      organization_id: 'org_one',
      name: 'short-lived',
      scopes: ['admin'],
    });
    expect(await findUsableApiKey(database.pool, hashKey(key))).toMatchObject({ key_id });
    expect(await revokeApiKey(database.pool, key_id, 'org_two')).toBeUndefined();
    const first = await revokeApiKey(database.pool, key_id, 'org_one');
    expect(await findUsableApiKey(database.pool, hashKey(key))).toBeUndefined();
    expect(await revokeApiKey(database.pool, key_id)).toEqual(first);
  });

  it('stop being usable when they expire', async () => {
    const { key } = await createApiKey(database.pool, {
      organization_id: 'org_one',
      name: 'expired',
      scopes: ['admin'],
      expires_at: new Date(0),
    });
    expect(await findUsableApiKey(database.pool, hashKey(key))).toBeUndefined();
  });

  it('need a scope and an organisation', async () => {
    const wanted = { organization_id: 'org_one', name: 'x', scopes: [] };
    await expect(createApiKey(database.pool, wanted)).rejects.toMatchObject({
      code: 'key_without_scope',
    });
    await expect(
      createApiKey(database.pool, { ...wanted, organization_id: 'org_none', scopes: ['admin'] }),
    ).rejects.toMatchObject({ code: 'organization_unknown' });
  });

  it('are listed for one organisation only when asked so', async () => {
    await createApiKey(database.pool, { organization_id: 'org_two', name: 'x', scopes: ['admin'] });
    const keys = await listApiKeys(database.pool, { organization_id: 'org_two' });
    expect(keys.map((key) => key.organization_id)).toEqual(['org_two']);
  });
});

describe('domains', () => {
  it('belong to one organisation until it removes them', async () => {
    await addDomain(database.pool, 'org_one', 'Shared.Example');
    await expect(addDomain(database.pool, 'org_two', 'shared.example')).rejects.toMatchObject({
      code: 'domain_taken',
    });
    expect(await removeDomain(database.pool, 'org_two', 'shared.example')).toBe(false);
    expect(await removeDomain(database.pool, 'org_one', 'SHARED.example')).toBe(true);
    expect(await listDomains(database.pool, 'org_one')).toEqual([]);
    await addDomain(database.pool, 'org_two', 'shared.example');
    expect(await listDomains(database.pool, 'org_two')).toMatchObject([
      { hostname: 'shared.example', organization_id: 'org_two' },
    ]);
  });

  it('are host names', async () => {
    for (const name of ['localhost', '127.0.0.1', '[::1]', 'xn--bcher-kva.example']) {
      expect(await addDomain(database.pool, 'org_one', name)).toMatchObject({ hostname: name });
    }
    const wrong = ['', '.', 'a..b', 'a.', '-a.b', 'a b', 'a/b', 'a:80', `${'a'.repeat(64)}.b`];
    for (const name of [...wrong, `${'a.'.repeat(127)}a`, 'bücher.example', 'a\n']) {
      await expect(addDomain(database.pool, 'org_one', name)).rejects.toMatchObject({
        code: 'domain_invalid',
      });
    }
  });
});

describe('campaigns', () => {
  const campaign = {
    organization_id: 'org_one',
    campaign_id: 'spring.sale-2',
    name: 'Spring',
    default_action: {
      type: 'redirect' as const,
      destination: 'https://shop.example/',
      passthrough: 'all' as const,
      tags: ['spring'],
    },
  };

  const definition = { timezone: 'Europe/Berlin', rules: [] };

  it('are stored with their definition and exist once per id and organisation', async () => {
    await createCampaign(database.pool, { ...campaign, definition });
    await createCampaign(database.pool, { ...campaign, organization_id: 'org_two' });
    expect(await listCampaigns(database.pool, 'org_one')).toMatchObject([
      { ...campaign, status: 'active', definition },
    ]);
    await expect(createCampaign(database.pool, campaign)).rejects.toMatchObject({
      code: 'campaign_exists',
    });
  });

  it('may have rules only, a split or a block as their default action', async () => {
    const tags: string[] = [];
    const split = { url: 'https://a.example/', weight: 1 };
    for (const [index, default_action] of [
      null,
      { type: 'block' as const, tags },
      { type: 'redirect' as const, destinations: [split], passthrough: [], tags },
    ].entries()) {
      const campaign_id = `default_${index}`;
      const created = { ...campaign, campaign_id, default_action, definition };
      expect(await createCampaign(database.pool, created)).toMatchObject(created);
      expect(await getCampaign(database.pool, 'org_one', campaign_id)).toMatchObject(created);
    }
    expect(await getCampaign(database.pool, 'org_two', 'default_0')).toBeUndefined();
  });

  it('with a default action of another shape are refused', async () => {
    for (const wrong of ['null', '{}', '{"type":"redirect","tags":[],"passthrough":[]}', '[]']) {
      await expect(
        database.pool.query(
          `INSERT INTO campaigns (organization_id, campaign_id, name, default_action)
            VALUES ('org_one', 'wrong', '', $1)`,
          [wrong],
        ),
      ).rejects.toMatchObject({ code: '23514' });
    }
  });

  it('are changed by whoever has seen their last version', async () => {
    const created = await createCampaign(database.pool, { ...campaign, campaign_id: 'changing' });
    const change = (name: string, version?: number) =>
      updateCampaign(database.pool, 'org_one', 'changing', { name }, version);
    const first = await change('first', created.version);
    expect(first).toMatchObject({ name: 'first', default_action: campaign.default_action });
    expect(first.version).toBeGreaterThan(created.version);
    await expect(change('second', created.version)).rejects.toMatchObject({
      code: 'campaign_changed',
    });
    expect(await change('third')).toMatchObject({ name: 'third' });
    const cleared = { default_action: null, definition };
    expect(
      await updateCampaign(database.pool, 'org_one', 'changing', cleared, undefined),
    ).toMatchObject({ name: 'third', ...cleared });
    expect(await updateCampaign(database.pool, 'org_one', 'changing', {})).toMatchObject(cleared);
    await expect(
      updateCampaign(database.pool, 'org_one', 'missing', { name: '' }),
    ).rejects.toMatchObject({ code: 'campaign_unknown' });
  });

  it('stay as they are once they are archived, unless they are given another status', async () => {
    const { version } = await createCampaign(database.pool, { ...campaign, campaign_id: 'old' });
    await expect(
      archiveCampaign(database.pool, 'org_one', 'old', version + 1),
    ).rejects.toMatchObject({ code: 'campaign_changed' });
    expect(await archiveCampaign(database.pool, 'org_one', 'old', version)).toMatchObject({
      status: 'archived',
    });
    await expect(
      updateCampaign(database.pool, 'org_one', 'old', { name: 'new' }),
    ).rejects.toMatchObject({ code: 'campaign_archived' });
    const active = { statuses: ['active' as const] };
    const listed = await listCampaigns(database.pool, 'org_one', active);
    expect(listed.map(({ campaign_id }) => campaign_id)).not.toContain('old');
    expect(
      await updateCampaign(database.pool, 'org_one', 'old', { status: 'active' }),
    ).toMatchObject({ status: 'active' });
  });

  it('with an id that cannot stand in a path are refused', async () => {
    await expect(
      createCampaign(database.pool, { ...campaign, campaign_id: 'a/b' }),
    ).rejects.toMatchObject({ code: 'campaign_invalid' });
  });
});
