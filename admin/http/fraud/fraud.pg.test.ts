import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Detection } from '../../../core/fraud/detection.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../../core/fraud/settings.ts';
import { saveScores } from '../../../stores/postgres/fraud/scores.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;
let key: string;
let foreignKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database, { trustedProxies: ['127.0.0.1', '10.1.0.0/16'] });
  key = await admin.keyFor('org_acme', ['analytics:read', 'fraud:write']);
  foreignKey = await admin.keyFor('org_other', ['analytics:read', 'fraud:write']);
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

type Entry = { block_id: string; network: string };
const BLOCKS = '/api/v1/fraud/blocks';
const NEVER = '/api/v1/fraud/never-block';

async function add(path: string, body: object): Promise<Entry> {
  const answer = await admin.ask(key, `POST ${path}`, { reason: 'seen before', ...body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body as Entry;
}

async function networksOf(path: string, member: string): Promise<string[]> {
  const { body } = await admin.ask(key, `GET ${path}`);
  return ((body as Record<string, Entry[]>)[member] ?? []).map(({ network }) => network);
}

describe.each([
  [BLOCKS, 'blocks', NEVER],
  [NEVER, 'never_block', BLOCKS],
])('%s', (path, member, otherPath) => {
  it('adds addresses and networks with reason, who and until, lists and removes them', async () => {
    const until = '2099-01-01T00:00:00.000Z';
    const one = await add(path, { network: '198.51.100.7', until });
    expect(one).toMatchObject({
      block_id: expect.stringMatching(/^blk_/),
      network: '198.51.100.7/32',
      reason: 'seen before',
      created_by: expect.stringMatching(/^key_/),
      until,
    });
    await add(path, { network: '2001:DB8:1:2::7' });
    expect(await networksOf(path, member)).toEqual(['2001:db8:1:2::/64', '198.51.100.7/32']);
    expect((await admin.ask(key, `DELETE ${otherPath}/${one.block_id}`)).status).toBe(404);
    expect(await admin.ask(key, `DELETE ${path}/${one.block_id}`)).toMatchObject({
      status: 200,
      body: { removed_by: expect.stringMatching(/^key_/), removed_at: expect.any(String) },
    });
    expect(await networksOf(path, member)).toEqual(['2001:db8:1:2::/64']);
    expect((await admin.ask(key, `DELETE ${path}/${one.block_id}`)).status).toBe(404);
  });

  it('turns its pages', async () => {
    for (const network of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      await add(path, { network });
    }
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await admin.ask(key, `GET ${path}?limit=2${query}`);
      const page = body as Record<string, Entry[]> & { next_cursor: string | null };
      seen.push(...(page[member] ?? []).map(({ network }) => network));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(await networksOf(path, member));
    expect(new Set(seen).size).toBe(4);
  });

  it.each([
    ['0.0.0.0/0', 'is too wide'],
    ['10.0.0.0/7', 'is too wide'],
    ['::/0', 'is too wide'],
    ['2001:db8::/31', 'is too wide'],
    ['::ffff:0:0/96', 'is too wide'],
    ['198.51.100', 'must be an address or a network'],
    ['198.51.100.7/33', 'must be an address or a network'],
    ['example.com', 'must be an address or a network'],
  ])('refuses %s', async (network, message) => {
    const answer = await admin.ask(key, `POST ${path}`, { network, reason: 'x' });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/body/network', message: expect.stringContaining(message) }] },
    });
  });

  it('names all faults of an entry', async () => {
    const answer = await admin.ask(key, `POST ${path}`, { until: 'soon', organization_id: 'x' });
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map((error) => error.path).sort()).toEqual([
      '/body/network',
      '/body/organization_id',
      '/body/reason',
      '/body/until',
    ]);
    const past = { network: '192.0.2.9', reason: 'x', until: '2020-01-01T00:00:00Z' };
    expect(await admin.ask(key, `POST ${path}`, past)).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/body/until', message: 'has passed already' }] },
    });
  });

  it('is read with one scope, changed with another, and shows nothing of another organisation', async () => {
    const reader = await admin.keyFor('org_acme', ['analytics:read']);
    expect((await admin.ask(reader, `GET ${path}`)).status).toBe(200);
    const body = { network: '192.0.2.9', reason: 'x' };
    expect((await admin.ask(reader, `POST ${path}`, body)).status).toBe(403);
    expect(await admin.ask(foreignKey, `GET ${path}`)).toMatchObject({ body: { [member]: [] } });
    const own = await add(path, { network: '192.0.2.10' });
    expect((await admin.ask(foreignKey, `DELETE ${path}/${own.block_id}`)).status).toBe(404);
  });
});

it.each(['127.0.0.1', '127.0.0.0/8', '10.1.2.3', '10.0.0.0/8', '::ffff:10.1.2.3'])(
  'a block of %s, which holds a trusted proxy, is refused, but it may be never blocked',
  async (network) => {
    const body = { network, reason: 'x' };
    expect(await admin.ask(key, `POST ${BLOCKS}`, body)).toMatchObject({
      status: 400,
      body: { errors: [{ message: expect.stringContaining('TRELLIS_TRUSTED_PROXIES') }] },
    });
    expect((await admin.ask(key, `POST ${NEVER}`, body)).status).toBe(201);
  },
);

describe('settings about fraud', () => {
  const PATH = '/api/v1/fraud/settings';

  it('are complete from the start, and change member by member', async () => {
    expect(await admin.ask(key, `GET ${PATH}`)).toMatchObject({ body: DEFAULT_FRAUD_SETTINGS });
    const changes = {
      click_flood_clicks: 500,
      blocked_answer: 'safe_url',
      safe_url: 'https://a.example/',
    };
    const changed = { ...DEFAULT_FRAUD_SETTINGS, ...changes };
    expect(await admin.ask(key, `PUT ${PATH}`, changes)).toMatchObject({
      status: 200,
      body: changed,
    });
    expect((await admin.ask(key, `GET ${PATH}`)).body).toEqual(changed);
    expect((await admin.ask(foreignKey, `GET ${PATH}`)).body).toEqual(DEFAULT_FRAUD_SETTINGS);
  });

  it.each([
    [{ alert_above: 0.4 }, '/body/alert_above'],
    [{ block_above: 1.1 }, '/body/block_above'],
    [{ click_flood_clicks: 0 }, '/body/click_flood_clicks'],
    [{ block_hours: 1.5 }, '/body/block_hours'],
    [{ blocked_answer: 'shout' }, '/body/blocked_answer'],
    [{ safe_url: 'javascript:alert(1)' }, '/body/safe_url'],
    [{ version: 2 }, '/body/version'],
  ])('refuse %j', async (body, path) => {
    expect(await admin.ask(key, `PUT ${PATH}`, body)).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    });
  });
});

it('the audit trail tells who changed what, newest first, by pages', async () => {
  const one = await add(BLOCKS, { network: '203.0.113.1' });
  await admin.ask(key, `DELETE ${BLOCKS}/${one.block_id}`);
  await admin.ask(key, 'PUT /api/v1/fraud/settings', { block_hours: 48 });
  const { body } = await admin.ask(key, 'GET /api/v1/fraud/audit?limit=2');
  expect(body).toMatchObject({
    entries: [
      { action: 'settings_changed', subject: '', detail: { block_hours: { from: 24, to: 48 } } },
      { action: 'block_removed', subject: '203.0.113.1/32', actor: expect.stringMatching(/^key_/) },
    ],
  });
  const { next_cursor } = body as { next_cursor: string };
  const next = await admin.ask(key, `GET /api/v1/fraud/audit?limit=2&cursor=${next_cursor}`);
  expect(next).toMatchObject({ body: { entries: [{ action: 'block_added' }, {}] } });
  const forged = Buffer.from('audit:1;x').toString('base64url');
  expect((await admin.ask(key, `GET /api/v1/fraud/audit?cursor=${forged}`)).status).toBe(400);
  const foreign = await admin.ask(foreignKey, 'GET /api/v1/fraud/audit');
  expect(foreign).toMatchObject({ body: { entries: [] } });
});

/** A detection of now. */
function detection(address: string, confidence: number): Detection {
  return {
    ...{ organizationId: 'org_acme', address, confidence, country: 'DE', userAgent: 'curl/8' },
    patterns: [{ pattern: 'single_agent', confidence }],
    window: { clicks: 150, agents: 1, clickIds: 150, meanIntervalMs: 300, intervalVariation: 0 },
    ...{ detectedAtMs: Date.now(), version: 1 },
  };
}

describe('scores', () => {
  it('are listed by address, and asked for one by one', async () => {
    await saveScores(database.pool, [
      detection('198.51.100.1', 0.99),
      detection('198.51.100.2', 0.6),
      detection('2001:db8:1:2::/64', 0.9),
    ]);
    const { body } = await admin.ask(key, 'GET /api/v1/fraud/scores?min_confidence=0.8');
    const { scores } = body as { scores: { address: string }[] };
    expect(scores.map(({ address }) => address)).toEqual(['198.51.100.1', '2001:db8:1:2::/64']);
    expect(scores[0]).toMatchObject({
      confidence: expect.closeTo(0.99),
      patterns: [{ pattern: 'single_agent' }],
      window: { clicks: 150, agents: 1, click_ids: 150, mean_interval_ms: 300 },
      expires_at: expect.any(String),
    });
    const ask = (query: string) => admin.ask(key, `GET /api/v1/fraud/scores?address=${query}`);
    expect(await ask('2001:db8:1:2::99')).toMatchObject({ body: { scores: [{ country: 'DE' }] } });
    expect(await ask('198.51.100.2')).toMatchObject({ body: { scores: [{}] } });
    expect(await ask('198.51.100.2&min_confidence=0.8')).toMatchObject({ body: { scores: [] } });
    expect((await ask('198.51.100.0/24')).status).toBe(400);
    const foreign = await admin.ask(foreignKey, 'GET /api/v1/fraud/scores');
    expect(foreign).toMatchObject({ body: { scores: [] } });
  });
});
