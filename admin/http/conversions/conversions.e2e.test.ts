import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findClicks } from '../../../actors/ledger/find-clicks.ts';
import { findClick } from '../../../analytics/queries/events/find-click.ts';
import { conversionEventId } from '../../../core/postback/conversion-key.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let store: TestClickHouse;
let admin: TestAdmin;
let key: string;
let foreignKey: string;

beforeAll(async () => {
  [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  admin = await createTestAdmin({ pool: database.pool, clickhouse: store.client });
  key = await admin.keyFor('org_acme', ['analytics:read']);
  foreignKey = await admin.keyFor('org_other');
});
afterAll(async () => {
  await admin.app.close();
  await Promise.all([database.drop(), store.drop()]);
});
beforeEach(async () => {
  await database.pool.query('DELETE FROM conversions');
});

type Body = Record<string, unknown>;

/** Puts a row into the ledger as its columns say; the rest has its defaults. */
async function enter(row: Body): Promise<void> {
  const all = { organization_id: 'org_acme', click_id: 'clk_1', event_id: 'evt_1', ...row };
  const names = Object.keys(all);
  await database.pool.query(
    `INSERT INTO conversions (${names.join(', ')})
      VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(all),
  );
}

async function ask(query = '', as = key): Promise<{ rows: Body[]; next: string | null }> {
  const { status, body } = await admin.ask(as, `GET /api/v1/conversions?${query}`);
  expect([query, status]).toEqual([query, 200]);
  const { conversions, next_cursor } = body as { conversions: Body[]; next_cursor: string | null };
  return { rows: conversions, next: next_cursor };
}

const clicksOf = ({ rows }: { rows: Body[] }) => rows.map(({ click_id }) => click_id);

async function insertClick(click: Body): Promise<void> {
  const row = { organization_id: 'org_acme', event_type: 'click', source: 'google', ...click };
  await store.client.insert({ table: 'events', values: [row], format: 'JSONEachRow' });
}

describe('the list of conversions', () => {
  it('has the newest first, each once, also where microseconds decide', async () => {
    for (let number = 0; number < 7; number++) {
      const created_at = `2024-03-01T10:00:00.12345${Math.floor(number / 2)}Z`;
      await enter({ click_id: `clk_${number}`, created_at });
    }
    const seen: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await ask(`limit=2${cursor}`);
      seen.push(...clicksOf(page));
      if (page.next === null) {
        break;
      }
      cursor = `&cursor=${page.next}`;
    }
    expect(seen).toEqual(['clk_6', 'clk_5', 'clk_4', 'clk_3', 'clk_2', 'clk_1', 'clk_0']);
  });

  it('shows what was sent, as a number where it is an amount', async () => {
    await enter({
      ...{ conversion_value: '12345678901.2345', currency: 'EUR', order_id: 'A-1' },
      ...{ conversion_event: 'sale', metadata: { sub1: 'x' }, created_at: '2024-03-01T10:00:00Z' },
    });
    expect((await ask()).rows).toMatchObject([
      {
        ...{ conversion_value: 12_345_678_901.2345, currency: 'EUR', order_id: 'A-1' },
        ...{ conversion_event: 'sale', metadata: { sub1: 'x' }, user_id: null, campaign_id: null },
        created_at: '2024-03-01T10:00:00.000Z',
      },
    ]);
  });

  it('says why a conversion has no click, and when it is looked for', async () => {
    await enter({ click_id: 'fresh' });
    const next_match_at = new Date(Date.now() + 60_000).toISOString();
    await enter({ click_id: 'waiting', match_attempts: 3, next_match_at });
    await enter({ click_id: 'old', match_attempts: 99, next_match_at: null });
    await enter({
      ...{ click_id: 'found', matched_at: '2024-03-01T10:00:00Z', next_match_at: null },
      ...{ click_event_id: 'evt_click', match_attempts: 1 },
    });
    const { rows } = await ask();
    expect(rows).toMatchObject([
      { click_id: 'found', matched: true, unmatched_reason: null, click_event_id: 'evt_click' },
      { click_id: 'old', matched: false, unmatched_reason: 'search_ended', next_look_at: null },
      { click_id: 'waiting', unmatched_reason: 'click_unknown', next_look_at: next_match_at },
      { click_id: 'fresh', unmatched_reason: 'not_looked_for', next_look_at: null },
    ]);
    expect(clicksOf(await ask('matched=true'))).toEqual(['found']);
    expect(clicksOf(await ask('matched=false'))).toEqual(['old', 'waiting', 'fresh']);
  });

  it('says whether reports have a conversion', async () => {
    const { rows } = await database.pool.query<{ id: string }>(
      `INSERT INTO conversion_batches (row_count, acknowledged_at)
        VALUES (1, NULL), (1, now()) RETURNING id`,
    );
    const [underWay, acknowledged] = rows.map(({ id }) => id);
    await enter({ click_id: 'waiting' });
    await enter({ click_id: 'sent', batch_id: underWay });
    await enter({ click_id: 'published', batch_id: acknowledged });
    await enter({ click_id: 'correcting', batch_id: acknowledged, correction_pending: true });
    await enter({ click_id: 'refused', publish_error: 'ClickHouse refuses the row' });
    const answer = await ask();
    expect(answer.rows.map((row) => [row.click_id, row.publication])).toEqual([
      ['refused', 'refused'],
      ['correcting', 'correcting'],
      ['published', 'published'],
      ['sent', 'waiting'],
      ['waiting', 'waiting'],
    ]);
  });

  it('has exactly what is asked for', async () => {
    await enter({ click_id: 'a', conversion_event: 'sale', campaign_id: 'summer', order_id: '1' });
    await enter({ click_id: 'b', conversion_event: 'lead', campaign_id: '', order_id: '1' });
    await enter({ click_id: 'c', created_at: '2024-03-01T10:00:00Z' });
    for (const [query, wanted] of [
      ['event=sale', ['a']],
      ['campaign_id=summer', ['a']],
      ['campaign_id=none', ['b', 'c']],
      ['campaign_id=', ['b', 'c']],
      ['click_id=b', ['b']],
      ['order_id=1', ['b', 'a']],
      ['order_id=', ['c']],
      ['order_id=1&event=lead', ['b']],
      ['start=2024-03-01&end=2024-03-02', ['c']],
      ['start=2024-03-01T10:00:00Z&end=2024-03-01T10:00:01Z', ['c']],
      ['end=2024-03-01T10:00:00Z', []],
    ] as const) {
      expect([query, clicksOf(await ask(query))]).toEqual([query, wanted]);
    }
  });

  it.each([
    ['cursor=x', '/querystring/cursor'],
    [`cursor=${Buffer.from('conversions:1 2 3').toString('base64url')}`, '/querystring/cursor'],
    ['matched=maybe', '/querystring/matched'],
    ['start=soon', '/querystring/start'],
  ])('refuses %s with the place of the fault', async (query, path) => {
    expect(await admin.ask(key, `GET /api/v1/conversions?${query}`)).toMatchObject({
      ...{ status: 400, body: { errors: [{ path }] } },
    });
  });

  it('is of one organisation, and so is its summary', async () => {
    await enter({});
    expect((await ask('', foreignKey)).rows).toEqual([]);
    const summary = await admin.ask(foreignKey, 'GET /api/v1/conversions/summary');
    expect(summary.body).toMatchObject({ unmatched: 0, oldest_unmatched: null });
  });
});

it('the summary counts the last day, the last week, and what waits for a click', async () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  await enter({ click_id: 'now' });
  await enter({ click_id: 'found', created_at: hoursAgo(2), matched_at: hoursAgo(1) });
  await enter({ click_id: 'bad', created_at: hoursAgo(25), publish_error: 'no' });
  await enter({ click_id: 'old', event_id: 'evt_old', created_at: hoursAgo(24 * 8) });
  expect(await admin.ask(key, 'GET /api/v1/conversions/summary')).toMatchObject({
    status: 200,
    body: {
      last_24_hours: { conversions: 2, matched: 1, unmatched: 1, refused: 0 },
      last_7_days: { conversions: 3, matched: 1, unmatched: 2, refused: 1 },
      unmatched: 3,
      oldest_unmatched: { click_id: 'old', event_id: 'evt_old' },
    },
  });
});

describe('a postback that is tried out', () => {
  const tryOut = (body: unknown, as = key) =>
    admin.ask(as, 'POST /api/v1/conversions/test', body, { 'content-type': 'application/json' });

  it('is accepted with the click that it belongs to, and stored nowhere', async () => {
    await insertClick({
      ...{ event_id: 'evt_known', click_id: 'gg_1', event_time: '2024-03-01 10:00:00.5' },
      ...{ campaign_id: 'summer', user_id: 'usr_1', country: 'DE' },
    });
    const body = { click_id: 'gg_1', event: 'sale', payout: 12.5, txid: 'A-1', sub1: 'x' };
    const click = { event_id: 'evt_known', event_time: '2024-03-01T10:00:00.500Z', country: 'DE' };
    const answer = await tryOut(body);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ...{ status: 'accepted', http_status: 200, errors: [], duplicate_of: null },
        reason: expect.stringMatching(/2024-03-01T10:00:00.500Z, of the campaign summer/),
        event_id: conversionEventId('org_acme', 'gg_1', 'sale', 'A-1'),
        conversion: {
          ...{ click_id: 'gg_1', conversion_event: 'sale', conversion_value: 12.5 },
          ...{ currency: 'USD', order_id: 'A-1', metadata: { sub1: 'x' } },
        },
        click: { ...click, campaign_id: 'summer', source: 'google' },
      },
    });
    expect(await tryOut({ click_id: 'evt_known' })).toMatchObject({ body: { click } });
    expect((await ask()).rows).toEqual([]);
  });

  it('whose click nobody knows is accepted all the same, and says so', async () => {
    expect(await tryOut({ click_id: 'never_seen' })).toMatchObject({
      body: { status: 'accepted', click: null, reason: expect.stringContaining('90 days') },
    });
    expect(await tryOut({ click_id: 'gg_1' }, foreignKey)).toMatchObject({ body: { click: null } });
  });

  it('is a duplicate of the conversion that was first', async () => {
    await enter({
      ...{ click_id: 'gg_2', conversion_event: 'sale', order_id: 'A-1', event_id: 'evt_first' },
      created_at: '2024-03-01T10:00:00Z',
    });
    const body = { click_id: 'gg_2', event: 'sale', order_id: 'A-1' };
    expect(await tryOut(body)).toMatchObject({
      body: {
        ...{ status: 'duplicate', http_status: 200, event_id: 'evt_first' },
        duplicate_of: { event_id: 'evt_first', created_at: '2024-03-01T10:00:00.000Z' },
        reason: expect.stringContaining('same click_id, event and order_id'),
      },
    });
    expect(await tryOut({ ...body, order_id: 'A-2' })).toMatchObject({
      body: { status: 'accepted' },
    });
    expect(await tryOut(body, foreignKey)).toMatchObject({ body: { status: 'accepted' } });
  });

  it('is judged as it is written, with every fault', async () => {
    const faults = await tryOut({ value: -1, currency: 'XYZ', click_id: '{click_id}' });
    expect(faults).toMatchObject({
      status: 200,
      body: { ...{ status: 'invalid', http_status: 400, event_id: null, conversion: null } },
    });
    const { errors } = faults.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual(['click_id', 'currency', 'value']);
    // As JavaScript's numbers these would be 1 and 0.1235, and nobody would see a fault.
    for (const [value, message] of [
      ['1.00000000000000001', 'more than 4 decimals'],
      ['1e0', 'exponent'],
    ] as const) {
      const answer = await admin.app.inject({
        ...{ method: 'POST', url: '/api/v1/conversions/test' },
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        payload: `{"click_id":"a","value":${value}}`,
      });
      expect(answer.json()).toMatchObject({
        ...{
          status: 'invalid',
          errors: [{ path: 'value', message: expect.stringContaining(message) }],
        },
      });
    }
  });

  it('is refused when it is larger than the engine takes, or no object', async () => {
    expect((await tryOut({ click_id: 'a', note: 'x'.repeat(66_000) })).status).toBe(413);
    expect((await tryOut([{ click_id: 'a' }])).status).toBe(400);
    expect((await tryOut('{"click_id":')).status).toBe(400);
  });
});

describe('the click of a conversion', () => {
  it('is the one that the ledger would choose', async () => {
    const noon = Date.UTC(2024, 5, 15, 12);
    for (const [event_id, click_id, hour] of [
      ['evt_a', 'same', 9],
      ['evt_b', 'same', 10],
      ['evt_c', 'same', 10],
      ['evt_d', 'same', 14],
      ['evt_e', 'evt_a', 11],
      ['evt_f', 'later', 15],
      ['evt_g', 'later', 16],
    ] as const) {
      await insertClick({ event_id, click_id, event_time: `2024-06-15 ${hour}:00:00` });
    }
    for (const clickId of ['same', 'evt_a', 'evt_d', 'later', 'none']) {
      for (const hours of [-4, -3, -2, 0, 2, 9]) {
        const convertedAtMs = noon + hours * 3_600_000;
        const search = { organization_id: 'org_acme', click_id: clickId, convertedAtMs };
        const [expected] = await findClicks(store.client, [search]);
        const question = { organizationId: 'org_acme', clickId, convertedAtMs };
        const found = await findClick(store.client, question);
        expect([clickId, hours, found?.event_id]).toEqual([clickId, hours, expected?.event_id]);
      }
    }
  });
});
