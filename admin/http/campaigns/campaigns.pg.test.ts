import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;
let acme: string;
let other: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database, { enginePort: 9999 });
  acme = await admin.keyFor('org_acme');
  other = await admin.keyFor('org_other');
  await admin.ask(acme, 'POST /api/v1/domains', { hostname: 'track.acme.example' });
  await admin.ask(acme, 'POST /api/v1/domains', { hostname: 'localhost' });
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

let number = 0;
let id = '';
beforeEach(() => {
  number += 1;
  id = `campaign_${number}`;
});

const RULE = {
  conditions: [{ field: 'source', operator: 'equals', value: 'tiktok' }],
  action: { type: 'redirect', destination: 'https://shop.example/a?c={click_id}' },
};

type Fields = Record<string, unknown>;

async function create(body: Fields): Promise<Fields> {
  const answer = await admin.ask(acme, 'POST /api/v1/campaigns', body);
  expect(answer.body).toMatchObject({ campaign_id: expect.any(String) });
  expect(answer.status).toBe(201);
  return answer.body as Fields;
}

async function faultsOf(body: Fields): Promise<string[]> {
  const answer = await admin.ask(acme, 'POST /api/v1/campaigns', { name: 'x', ...body });
  expect(answer.status).toBe(400);
  return (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
}

describe('a campaign', () => {
  it('is created with all that it was given, ids for its rules, and its links', async () => {
    const created = await create({
      campaign_id: id,
      name: 'Summer',
      timezone: 'Europe/Berlin',
      rules: [RULE, { ...RULE, rule_id: 'mine', priority: 5, caps: { clicks_per_day: 10 } }],
      default_action: {
        type: 'redirect',
        destination: 'https://shop.example/',
        passthrough: 'all',
      },
      cost: { amount: 12.5, currency: 'EUR' },
    });
    expect(created).toMatchObject({
      campaign_id: id,
      organization_id: 'org_acme',
      status: 'active',
      timezone: 'Europe/Berlin',
      rules: [
        { ...RULE, rule_id: expect.stringMatching(/^rule_[0-9a-f]{12}$/), priority: 0 },
        { rule_id: 'mine', priority: 5, caps: { clicks_per_day: 10, overflow: 'next' } },
      ],
      default_action: { destination: 'https://shop.example/', passthrough: 'all', tags: [] },
      cost: { amount: '12.5', currency: 'EUR' },
      retroactive_run: null,
      tracking_links: [
        { hostname: 'localhost', url: `http://localhost:9999/in/${id}` },
        { hostname: 'track.acme.example', url: `https://track.acme.example/in/${id}` },
      ],
    });
    const { retroactive_run: _, ...saved } = created;
    const read = await admin.ask(acme, `GET /api/v1/campaigns/${id}`);
    expect(read).toMatchObject({ status: 200, body: saved });
    expect(read.headers.etag).toBe(`"${created.version}"`);
  });

  it('gets an id from its name when it has none, and one of its own each time', async () => {
    expect(await create({ name: 'Été à Paris' })).toMatchObject({ campaign_id: 'ete_a_paris' });
    expect(await create({ name: 'Été à Paris' })).toMatchObject({ campaign_id: 'ete_a_paris_2' });
    expect((await create({ name: '夏' })).campaign_id).toMatch(/^campaign_[0-9a-f]{8}$/);
  });

  it('exists once by id in an organisation; another may use the id too', async () => {
    await create({ campaign_id: id, name: 'x' });
    const body = { campaign_id: id, name: 'y' };
    expect(await admin.ask(acme, 'POST /api/v1/campaigns', body)).toMatchObject({
      status: 409,
      body: {
        type: 'urn:trellis:problem:campaign_exists',
        errors: [{ path: '/body/campaign_id' }],
      },
    });
    expect((await admin.ask(other, 'POST /api/v1/campaigns', body)).status).toBe(201);
  });

  it('whose destinations could not work is refused with the place of each', async () => {
    const bad = { type: 'redirect', destination: 'https://{source}.example/' };
    const faults = await faultsOf({
      rules: [
        { ...RULE, action: bad },
        { ...RULE, caps: { clicks_per_day: 1, overflow: { url: 'ftp://x.example' } } },
        {
          ...RULE,
          action: {
            type: 'redirect',
            destinations: [
              { url: 'https://a.example/', weight: 1 },
              { url: 'https://b.example/{nothing}', weight: 1 },
            ],
          },
        },
      ],
      default_action: { type: 'redirect', destination: 'javascript:alert(1)' },
    });
    expect([...new Set(faults)]).toEqual([
      '/body/rules/0/action/destination',
      '/body/rules/1/caps/overflow/url',
      '/body/rules/2/action/destinations/1/url',
      '/body/default_action/destination',
    ]);
  });

  it('whose members are wrong is refused with the place of each', async () => {
    const faults = await faultsOf({
      campaign_id: 'a/b',
      timezone: 'Mars/Olympus',
      status: 'archived',
      surprise: 1,
      rules: [
        { ...RULE, conditions: [{ field: 'source', operator: 'equals' }] },
        { ...RULE, conditions: [{ any: [{ field: 'sauce', operator: 'equals', value: 'x' }] }] },
      ],
    });
    expect(faults).toEqual(
      expect.arrayContaining([
        '/body/campaign_id',
        '/body/timezone',
        '/body/status',
        '/body/surprise',
        '/body/rules/0/conditions/0/value',
        '/body/rules/1/conditions/0/any/0/field',
      ]),
    );
  });

  it('changes in the members that are given, and takes away what is null', async () => {
    await create({
      campaign_id: id,
      name: 'x',
      rules: [RULE],
      cost: { amount: '1', currency: 'USD' },
      default_action: { type: 'redirect', destination: 'https://a.example/' },
    });
    const path = `PATCH /api/v1/campaigns/${id}`;
    const changed = await admin.ask(acme, path, { status: 'paused', cost: null, rules: [] });
    expect(changed).toMatchObject({
      status: 200,
      body: { status: 'paused', cost: null, rules: [], name: 'x' },
    });
    expect(changed.body).toMatchObject({ default_action: { destination: 'https://a.example/' } });
    expect(await admin.ask(acme, path, { default_action: null })).toMatchObject({
      body: { default_action: null, status: 'paused' },
    });
    const bad = { rules: [{ ...RULE, action: { type: 'redirect', destination: 'x' } }] };
    expect(await admin.ask(acme, path, bad)).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/body/rules/0/action/destination' }] },
    });
    expect((await admin.ask(acme, 'PATCH /api/v1/campaigns/none', {})).status).toBe(404);
  });

  it('is not changed for whoever has seen an older version of it', async () => {
    const { version } = await create({ campaign_id: id, name: 'x' });
    const path = `PATCH /api/v1/campaigns/${id}`;
    const seen = { 'if-match': `"${version}"` };
    expect((await admin.ask(acme, path, { name: 'y' }, seen)).status).toBe(200);
    expect(await admin.ask(acme, path, { name: 'z' }, seen)).toMatchObject({
      status: 412,
      body: { type: 'urn:trellis:problem:campaign_changed' },
    });
    expect((await admin.ask(acme, path, { name: 'z' }, { 'if-match': 'x' })).status).toBe(400);
  });

  it('takes all of several changes that are made at once', async () => {
    await create({ campaign_id: id, name: 'x' });
    const path = `PATCH /api/v1/campaigns/${id}`;
    const changes = [
      ...[{ rules: [RULE] }, { timezone: 'Asia/Tokyo' }, { name: 'y' }],
      { cost: { amount: '7', currency: 'USD' } },
    ];
    // Opens as many connections as there are changes: else they would wait for each other.
    await Promise.all(changes.map(() => database.pool.query('SELECT pg_sleep(0.05)')));
    const answers = await Promise.all(changes.map((change) => admin.ask(acme, path, change)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await admin.ask(acme, `GET /api/v1/campaigns/${id}`)).toMatchObject({
      body: { name: 'y', timezone: 'Asia/Tokyo', rules: [RULE], cost: { amount: '7' } },
    });
  });

  it('is archived, keeps its data, and can come back', async () => {
    await create({ campaign_id: id, name: 'x', rules: [RULE] });
    const path = `/api/v1/campaigns/${id}`;
    const archived = await admin.ask(acme, `DELETE ${path}`);
    expect(archived).toMatchObject({ status: 200, body: { status: 'archived', rules: [RULE] } });
    expect((await admin.ask(acme, `DELETE ${path}`)).body).toEqual(archived.body);
    expect((await admin.ask(acme, `PATCH ${path}`, { name: 'y' })).status).toBe(409);
    expect(await admin.ask(acme, `PATCH ${path}`, { status: 'active' })).toMatchObject({
      body: { status: 'active', rules: [RULE] },
    });
    expect((await admin.ask(acme, 'DELETE /api/v1/campaigns/none')).status).toBe(404);
  });

  it('is copied without its traffic, paused', async () => {
    const original = await create({
      campaign_id: id,
      name: 'x',
      rules: [RULE],
      timezone: 'Asia/Tokyo',
    });
    const path = `POST /api/v1/campaigns/${id}/clone`;
    expect(await admin.ask(acme, path)).toMatchObject({
      status: 201,
      body: {
        campaign_id: `${id}_copy`,
        name: 'x (copy)',
        status: 'paused',
        rules: original.rules,
        timezone: 'Asia/Tokyo',
      },
    });
    const named = { campaign_id: `${id}_b`, name: 'b', status: 'active' };
    expect(await admin.ask(acme, path, named)).toMatchObject({ status: 201, body: named });
    expect(await admin.ask(acme, path, named)).toMatchObject({
      status: 409,
      body: { errors: [{ path: '/body/campaign_id' }] },
    });
    expect((await admin.ask(other, path)).status).toBe(404);
  });
});

describe('a retroactive campaign', () => {
  const RANGE = { start: '2024-03-01', end: '2024-06-01' };

  it('begins a run over the time that it names', async () => {
    const created = await create({
      campaign_id: id,
      name: 'x',
      retroactive: true,
      time_range: RANGE,
      timezone: 'Europe/Berlin',
      rules: [RULE],
    });
    expect(created).toMatchObject({
      retroactive: true,
      time_range: RANGE,
      retroactive_run: {
        run_id: expect.stringMatching(/^run_/),
        status: 'queued',
        url: expect.stringContaining(`/api/v1/campaigns/${id}/retroactive/runs/run_`),
      },
    });
    const { rows } = await database.pool.query(
      'SELECT campaign_id, range_start, range_end FROM retroactive_runs WHERE campaign_id = $1',
      [id],
    );
    expect(rows).toEqual([
      {
        campaign_id: id,
        range_start: new Date('2024-02-29T23:00:00Z'),
        range_end: new Date('2024-05-31T22:00:00Z'),
      },
    ]);
  });

  it('is refused without a time, rules, or with a time that there is not', async () => {
    const body = { retroactive: true, time_range: RANGE, rules: [RULE] };
    expect(await faultsOf({ ...body, time_range: undefined })).toEqual(['/body/time_range']);
    expect(await faultsOf({ ...body, rules: [] })).toEqual(['/body/rules']);
    const february = { start: '2024-02-30', end: '2024-06-01' };
    expect(await faultsOf({ ...body, time_range: february })).toEqual(['/body/time_range/start']);
    const backwards = { start: '2024-06-01', end: '2024-03-01' };
    expect(await faultsOf({ ...body, time_range: backwards })).toEqual(['/body/time_range/end']);
  });
});

describe('the list of campaigns', () => {
  it('has those of the organisation, page by page, archived ones only when asked', async () => {
    for (const name of ['list_a', 'list_b', 'list_c']) {
      await create({ campaign_id: name, name, rules: [RULE] });
    }
    await admin.ask(acme, 'DELETE /api/v1/campaigns/list_b');
    await admin.ask(acme, 'PATCH /api/v1/campaigns/list_c', { status: 'paused' });
    const ids = async (query: string) => {
      const seen: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const next = cursor === '' ? '' : `&cursor=${cursor}`;
        const { body } = await admin.ask(acme, `GET /api/v1/campaigns?limit=2${query}${next}`);
        const page = body as { campaigns: Fields[]; next_cursor: string | null };
        seen.push(...page.campaigns.map((entry) => entry.campaign_id));
        cursor = page.next_cursor;
      }
      return seen.filter((entry) => String(entry).startsWith('list_'));
    };
    expect(await ids('')).toEqual(['list_a', 'list_c']);
    expect(await ids('&status=archived')).toEqual(['list_b']);
    expect(await ids('&status=paused')).toEqual(['list_c']);
    const { body } = await admin.ask(other, 'GET /api/v1/campaigns');
    expect(JSON.stringify(body)).not.toContain('list_');
    expect((await admin.ask(acme, 'GET /api/v1/campaigns?status=gone')).status).toBe(400);
  });
});
