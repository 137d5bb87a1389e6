import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../core/rules/testing/random.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

let database: TestDatabase;
let store: TestClickHouse;
let admin: TestAdmin;
let key: string;
let foreignKey: string;
/** What was inserted before the tests, the newest first. */
let inserted: Row[];

type Row = {
  event_id: string;
  event_time: number;
  event_type: string;
  click_id: string;
  user_id: string;
  campaign_id: string | null;
  source: string;
  country: string;
  ip: string;
  is_bot: boolean;
  is_blocked: boolean;
};
type Page = { events: Record<string, unknown>[]; next_cursor: string | null; since: string };

beforeAll(async () => {
  [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  admin = await createTestAdmin({ pool: database.pool, clickhouse: store.client });
  key = await admin.keyFor('org_acme', ['analytics:read']);
  foreignKey = await admin.keyFor('org_other');
  const random = new Random(5);
  const nowMs = Date.now();
  inserted = Array.from({ length: 900 }, (_, number) => randomRow(random, number, nowMs)).sort(
    newestFirst,
  );
  await insert(inserted);
  await insert([{ ...randomRow(random, 901, nowMs), event_id: 'evt_foreign' }], 'org_other');
});
afterAll(async () => {
  await admin.app.close();
  await Promise.all([database.drop(), store.drop()]);
});

/** Most lie within seconds, some years apart, some in the future, and many at the same moment. */
function randomRow(random: Random, number: number, nowMs: number): Row {
  const ageMs = random.pick([
    ...[random.below(20_000), random.below(20_000), random.below(20_000)],
    ...[random.below(DAY_MS), random.below(30 * DAY_MS), random.below(6 * YEAR_MS), -3_600_000],
  ]);
  return {
    event_id: `evt_${String(number).padStart(16, '0')}`,
    event_time: nowMs - Math.floor(ageMs / 500) * 500,
    event_type: random.pick(['click', 'click', 'page', 'sale']),
    click_id: `clk_${random.below(300)}`,
    user_id: `usr_${random.below(300)}`,
    campaign_id: random.pick([null, 'summer', 'winter']),
    source: random.pick(['google', 'direct']),
    country: random.pick(['DE', 'FR', '']),
    ip: random.pick(['192.0.2.7', '192.0.2.8', '2001:db8::7', '']),
    is_bot: random.chance(0.2),
    is_blocked: random.chance(0.2),
  };
}

function newestFirst(a: Row, b: Row): number {
  return b.event_time - a.event_time || (a.event_id < b.event_id ? 1 : -1);
}

async function insert(rows: readonly Row[], organizationId = 'org_acme'): Promise<void> {
  await store.client.insert({
    table: 'events',
    values: rows.map(({ event_time, ...row }) => ({
      ...row,
      event_time: new Date(event_time).toISOString(),
      organization_id: organizationId,
    })),
    format: 'JSONEachRow',
  });
}

async function ask(query: string, as = key): Promise<Page> {
  const { status, body } = await admin.ask(as, `GET /api/v1/events?${query}`);
  expect([query, status]).toEqual([query, 200]);
  return body as Page;
}

async function askAll(query: string): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (let cursor = ''; ; ) {
    const { events, next_cursor } = await ask(`${query}${cursor}`);
    ids.push(...events.map(({ event_id }) => event_id));
    if (next_cursor === null) {
      return ids;
    }
    cursor = `&cursor=${next_cursor}`;
  }
}

const idsOf = (rows: readonly { event_id: unknown }[]) => rows.map(({ event_id }) => event_id);

describe('the list of events', () => {
  it.each([31, 200])('has every event once, the newest first, in pages of %i', async (limit) => {
    expect(await askAll(`limit=${limit}`)).toEqual(idsOf(inserted));
  });

  it.each<[string, (row: Row) => boolean]>([
    ['event_type=sale', (row) => row.event_type === 'sale'],
    ['campaign_id=winter', (row) => row.campaign_id === 'winter'],
    ['campaign_id=none', (row) => row.campaign_id === null],
    ['campaign_id=', (row) => row.campaign_id === null],
    ['user_id=usr_7', (row) => row.user_id === 'usr_7'],
    ['click_id=clk_7', (row) => row.click_id === 'clk_7'],
    ['event_id=evt_0000000000000007', (row) => row.event_id === 'evt_0000000000000007'],
    ['source=google&country=de', (row) => row.source === 'google' && row.country === 'DE'],
    ['ip=192.0.2.7', (row) => row.ip === '192.0.2.7'],
    ['ip=2001:DB8:0::7', (row) => row.ip === '2001:db8::7'],
    ['ip=192.0.2.0/29', (row) => row.ip === '192.0.2.7'],
    ['ip=2001:db8::/64', (row) => row.ip === '2001:db8::7'],
    ['is_bot=true&is_blocked=false', (row) => row.is_bot && !row.is_blocked],
    ['is_bot=0', (row) => !row.is_bot],
    ['source=nowhere', () => false],
  ])('has with %s exactly the events that are asked for', async (query, isWanted) => {
    expect(await askAll(`limit=40&${query}`)).toEqual(idsOf(inserted.filter(isWanted)));
  });

  it('begins at start and ends before end', async () => {
    const times = [...new Set(inserted.map(({ event_time }) => event_time))];
    const [end = 0, start = 0] = [times[20], times[times.length - 5]];
    const range = `start=${new Date(start).toISOString()}&end=${new Date(end).toISOString()}`;
    const wanted = inserted.filter(({ event_time }) => event_time >= start && event_time < end);
    expect(await askAll(`limit=100&${range}`)).toEqual(idsOf(wanted));
  });

  it('shows amounts, reasons and times as other routes do', async () => {
    await store.client.command({
      query: `INSERT INTO events (organization_id, event_id, event_time, event_type, user_id,
          fraud_score, fraud_reasons, conversion_event, conversion_value, conversion_currency,
          order_id, ingested_at)
        VALUES ('org_other', 'evt_sale', '2001-02-03 04:05:06.789', 'sale', 'usr_sale', 0.8,
          ['rapid_fire'], 'sale', 0.3, 'EUR', 'A-1', '2001-02-03 04:05:08')`,
    });
    const { events } = await ask('user_id=usr_sale', foreignKey);
    expect(events).toMatchObject([
      {
        ...{ event_time: '2001-02-03T04:05:06.789Z', ingested_at: '2001-02-03T04:05:08.000Z' },
        ...{ fraud_score: 0.8, fraud_reasons: ['rapid_fire'], campaign_id: null, medium: null },
        ...{ conversion_value: 0.3, conversion_currency: 'EUR', order_id: 'A-1' },
      },
    ]);
  });

  it('shows an organisation its own events only', async () => {
    const { events } = await ask('limit=200&start=2020-01-01', foreignKey);
    expect(idsOf(events as { event_id: unknown }[])).toEqual(['evt_foreign']);
  });

  it.each([
    ['cursor=x', '/querystring/cursor'],
    [`cursor=${Buffer.from('events:x').toString('base64url')}`, '/querystring/cursor'],
    [`since=${Buffer.from('arrivals:x').toString('base64url')}`, '/querystring/since'],
    ['ip=nowhere', '/querystring/ip'],
    ['ip=10.0.0.0/99', '/querystring/ip'],
    ['is_bot=maybe', '/querystring/is_bot'],
    ['start=2024-01-02&end=2024-01-01', '/querystring/end'],
    ['limit=201', '/querystring/limit'],
    ['colour=red', '/querystring/colour'],
  ])('refuses %s with the place of the fault', async (query, path) => {
    expect(await admin.ask(key, `GET /api/v1/events?${query}`)).toMatchObject({
      ...{ status: 400, body: { errors: [{ path }] } },
    });
  });

  it('takes a key with the scope analytics:read', async () => {
    const other = await admin.keyFor('org_acme', ['campaigns:read']);
    expect((await admin.ask(other, 'GET /api/v1/events')).status).toBe(403);
  });
});

describe('events that have arrived since an answer', () => {
  const random = new Random(6);
  const arriving = (number: number, changes: Partial<Row> = {}): Row => ({
    ...randomRow(random, 10_000 + number, Date.now()),
    ...{ event_time: Date.now(), source: 'live', ...changes },
  });

  it('are told, also those that happened before others that were told already', async () => {
    await insert([arriving(1)]);
    const first = await ask('source=live');
    expect(first.events).toHaveLength(1);
    await insert([arriving(2, { event_time: Date.now() - 30_000 })]);
    const second = await ask(`source=live&since=${first.since}`);
    const ids = idsOf(second.events as { event_id: unknown }[]);
    expect(ids).toContain('evt_0000000000010002');
    expect(second).toMatchObject({ next_cursor: null, is_complete: true });
  });

  it('are not told again later, and say when there were more than asked for', async () => {
    const { since } = await ask('limit=1');
    await insert([arriving(3), arriving(4), arriving(5)]);
    const few = await ask(`source=live&limit=1&since=${since}`);
    expect(few).toMatchObject({ events: [{}], is_complete: false });
    // As the store's clock will say in a minute.
    const seconds = Math.floor(Date.now() / 1_000) + 60;
    const later = Buffer.from(`arrivals:${seconds}`).toString('base64url');
    expect(await ask(`since=${later}`)).toMatchObject({ events: [], is_complete: true });
  });

  it('cannot be asked for together with a page or a range', async () => {
    const { since, next_cursor } = await ask('limit=1');
    const query = `since=${since}&cursor=${next_cursor}&start=2024-01-01`;
    expect(await admin.ask(key, `GET /api/v1/events?${query}`)).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/querystring/cursor' }, { path: '/querystring/start' }] },
    });
  });
});
