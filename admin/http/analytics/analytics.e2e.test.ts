import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  campaignOfSeed,
  insertSeedHistory,
  SEED_ANSWER,
  SEED_CAMPAIGN_ID,
} from '../../../analytics/testing/seed-history.ts';
import { createCampaign } from '../../../stores/postgres/configuration/campaigns.ts';
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
  key = await admin.keyFor('org_acme', ['analytics:read', 'campaigns:write']);
  foreignKey = await admin.keyFor('org_other');
  await insertSeedHistory(store.client, {
    organizationId: 'org_acme',
    backgroundClicks: 2_000,
    campaignOf: campaignOfSeed,
  });
  for (const [campaign_id, cost] of [
    [SEED_CAMPAIGN_ID, undefined],
    ['with_cost', { amount: '63920.25', currency: 'USD' }],
  ] as const) {
    await createCampaign(database.pool, {
      organization_id: 'org_acme',
      campaign_id,
      name: campaign_id,
      default_action: null,
      definition: cost === undefined ? {} : { cost },
    });
  }
});
afterAll(async () => {
  await admin.app.close();
  await Promise.all([database.drop(), store.drop()]);
});

const report = (body: unknown) => admin.ask(key, 'POST /api/v1/analytics/report', body);
const RANGE = { start: '2024-03-01', end: '2024-06-01' };

describe('GET /api/v1/analytics/campaigns', () => {
  it('answers the question of the example as the example does', async () => {
    const path = `GET /api/v1/analytics/campaigns?campaign_id=${SEED_CAMPAIGN_ID}&metrics=clicks,conversions,revenue`;
    expect(await admin.ask(key, path)).toMatchObject({
      status: 200,
      body: { ...SEED_ANSWER, currency: 'USD', unconverted: [] },
    });
    const asked = await admin.ask(key, `${path}&start=2024-03-01&end=2024-06-01&exact=true`);
    expect(asked.body).toMatchObject(SEED_ANSWER);
  });

  it('counts what lies in the period, and days and hours of the time zone', async () => {
    const path = `GET /api/v1/analytics/campaigns?campaign_id=${SEED_CAMPAIGN_ID}`;
    const day = await admin.ask(key, `${path}&start=2024-03-02&end=2024-03-03`);
    expect(day.body).toMatchObject({ period: '2024-03-02 to 2024-03-03' });
    const { metrics } = day.body as { metrics: { clicks: number } };
    expect(metrics.clicks).toBeGreaterThan(0);
    expect(metrics.clicks).toBeLessThan(1_000);
    const tokyo = await admin.ask(key, `${path}&timezone=Asia/Tokyo`);
    expect(tokyo.body).toMatchObject({
      metrics: {
        top_converting_hours: [4, 5, 6],
        top_converting_days: ['friday', 'saturday', 'sunday'],
      },
    });
  });

  it('answers several campaigns, or all, as a list', async () => {
    const both = await admin.ask(
      key,
      `GET /api/v1/analytics/campaigns?campaign_id=with_cost&campaign_id=${SEED_CAMPAIGN_ID}`,
    );
    expect(both.body).toMatchObject({
      campaigns: [
        { campaign_id: 'with_cost', period: '', metrics: { clicks: 0, conversion_rate: 0 } },
        SEED_ANSWER,
      ],
    });
    const all = await admin.ask(key, 'GET /api/v1/analytics/campaigns?limit=1');
    expect(all.body).toMatchObject({ campaigns: [SEED_ANSWER], next_cursor: expect.any(String) });
    const { next_cursor } = all.body as { next_cursor: string };
    const rest = await admin.ask(key, `GET /api/v1/analytics/campaigns?cursor=${next_cursor}`);
    expect(rest.body).toMatchObject({ campaigns: [{ campaign_id: 'with_cost' }] });
  });

  it('divides revenue by cost', async () => {
    await store.client.command({
      query: `INSERT INTO events (organization_id, event_id, event_time, event_type, campaign_id,
        conversion_event, conversion_value, conversion_currency)
        VALUES ('org_acme', 'evt_c', '2024-03-05 10:00:00', 'sale', 'with_cost', 'sale', 127840.5, 'USD')`,
    });
    const answer = await admin.ask(key, 'GET /api/v1/analytics/campaigns?campaign_id=with_cost');
    expect(answer.body).toMatchObject({ metrics: { roas: 2, revenue: 127_840.5 } });
  });

  it('knows nothing of other organisations and of campaigns that are nowhere', async () => {
    const path = `GET /api/v1/analytics/campaigns?campaign_id=${SEED_CAMPAIGN_ID}`;
    expect((await admin.ask(foreignKey, path)).status).toBe(404);
    expect(await admin.ask(foreignKey, 'GET /api/v1/analytics/campaigns')).toMatchObject({
      body: { campaigns: [], next_cursor: null },
    });
  });

  it('refuses what it cannot understand with the place of the fault', async () => {
    for (const [query, path] of [
      ['start=yesterday', '/querystring/start'],
      ['start=2024-06-01&end=2024-06-01', '/querystring/end'],
      ['timezone=Nowhere/Atall', '/querystring/timezone'],
      ['metrics=clicks,happiness', '/querystring/metrics'],
      ['exact=maybe', '/querystring/exact'],
      ["campaign_id=a'b", '/querystring/campaign_id'],
      ['cursor=x', '/querystring/cursor'],
    ]) {
      expect(await admin.ask(key, `GET /api/v1/analytics/campaigns?${query}`)).toMatchObject({
        status: 400,
        body: { errors: [{ path }] },
      });
    }
  });
});

describe('GET /api/v1/analytics/realtime', () => {
  it('has every field, and an entry for each of 60 minutes', async () => {
    const answer = await admin.ask(key, 'GET /api/v1/analytics/realtime?org_id=org_acme');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        clicks_last_hour: 0,
        clicks_change: 0,
        conversions_today: 0,
        revenue_today: 0,
        last_updated: expect.any(String),
      },
    });
    const { traffic_timeline } = answer.body as { traffic_timeline: unknown[] };
    expect(traffic_timeline).toHaveLength(60);
  });

  it('is for the own organisation only', async () => {
    const answer = await admin.ask(foreignKey, 'GET /api/v1/analytics/realtime?org_id=org_acme');
    expect(answer.status).toBe(403);
  });
});

describe('GET /api/v1/analytics/journey', () => {
  it('shows the events of a user in order, page by page', async () => {
    const user = `usr_${(0x51_0000_0000).toString(16).padStart(16, '0')}`;
    const path = `GET /api/v1/analytics/journey?user_id=${user}`;
    const whole = await admin.ask(key, path);
    const { events } = whole.body as { events: { timestamp: string; event_type: string }[] };
    expect(events.map((event) => event.event_type)).toContain('purchase');
    expect(events.map((event) => event.timestamp)).toEqual(
      events.map((event) => event.timestamp).sort(),
    );
    const first = await admin.ask(key, `${path}&limit=1`);
    const { next_cursor } = first.body as { next_cursor: string };
    const second = await admin.ask(key, `${path}&limit=200&cursor=${next_cursor}`);
    expect([first, second].flatMap(({ body }) => (body as { events: unknown[] }).events)).toEqual(
      events,
    );
    expect(await admin.ask(foreignKey, path)).toMatchObject({ status: 200, body: { events: [] } });
  });
});

describe('POST /api/v1/analytics/report', () => {
  it('groups by several dimensions, with totals', async () => {
    const answer = await report({
      range: RANGE,
      grouping: ['campaign_id', 'device_type'],
      metrics: ['clicks', 'conversions', 'revenue', 'unique_users', 'conversion_rate', 'epc'],
      filters: [{ field: 'campaign_id', operator: 'equals', value: SEED_CAMPAIGN_ID }],
    });
    expect(answer.status).toBe(200);
    const { rows } = answer.body as { rows: { device_type: string; clicks: number }[] };
    expect(rows.map(({ device_type, clicks }) => [device_type, clicks])).toEqual([
      ['mobile', 14_200],
      ['tablet', 1_100],
      ['desktop', 120],
    ]);
    expect(answer.body).toMatchObject({
      currency: 'USD',
      truncated: false,
      totals: {
        clicks: 15_420,
        conversions: 468,
        revenue: 127_840.5,
        conversion_rate: 3.04,
        epc: 8.2906,
      },
    });
  });

  it('filters with the operators of rules, sorts and limits', async () => {
    const answer = await report({
      range: RANGE,
      grouping: ['weekday', 'hour'],
      metrics: ['conversions'],
      filters: [
        { field: 'referer', operator: 'contains', value: 'TikTok.com' },
        { field: 'hour', operator: 'between', value: [19, 21] },
        { field: 'weekday', operator: 'in', value: ['friday', 'saturday'] },
      ],
      sort: [{ field: 'conversions', direction: 'desc' }],
      limit: 2,
    });
    const { rows, truncated } = answer.body as { rows: unknown[]; truncated: boolean };
    expect(rows).toHaveLength(2);
    expect(truncated).toBe(true);
  });

  it('counts a row under each of its tags, and once in the totals', async () => {
    await store.client.command({
      query: `INSERT INTO events (organization_id, event_id, event_time, event_type, tags) VALUES
        ('org_acme', 'evt_t1', '2023-01-01 10:00:00', 'click', ['a', 'b']),
        ('org_acme', 'evt_t2', '2023-01-01 10:00:00', 'click', ['a']),
        ('org_acme', 'evt_t3', '2023-01-01 10:00:00', 'click', [])`,
    });
    const body = { range: { start: '2023-01-01', end: '2023-01-02' }, metrics: ['clicks'] };
    for (const grouping of [['tag'], ['tag', 'source']]) {
      const answer = await report({ ...body, grouping });
      expect(answer.body).toMatchObject({
        rows: [
          { tag: 'a', clicks: 2 },
          { tag: '', clicks: 1 },
          { tag: 'b', clicks: 1 },
        ],
        totals: { clicks: 3 },
      });
    }
  });

  it('knows days and hours of zones with daylight saving', async () => {
    const times = ['2022-10-29 22:30:00', '2022-10-30 00:30:00', '2022-10-30 01:30:00'];
    await store.client.command({
      query: `INSERT INTO events (organization_id, event_id, event_time, event_type) VALUES ${times
        .map((time, index) => `('org_acme', 'evt_d${index}', '${time}', 'click')`)
        .join(', ')}, ('org_acme', 'evt_d9', '2022-10-30 22:59:59.999', 'click')`,
    });
    // In Berlin 30 October has 25 hours: 02:00 to 03:00 comes twice.
    const range = { start: '2022-10-30', end: '2022-10-31', timezone: 'Europe/Berlin' };
    const sort = { field: 'clicks' };
    const body = { range, metrics: ['clicks'], sort };
    expect((await report({ ...body, grouping: ['day'] })).body).toMatchObject({
      rows: [{ day: '2022-10-30', clicks: 4 }],
    });
    expect((await report({ ...body, grouping: ['hour'] })).body).toMatchObject({
      rows: [
        { hour: 2, clicks: 2 },
        { hour: 0, clicks: 1 },
        { hour: 23, clicks: 1 },
      ],
    });
    const hourly = await report({ ...body, grouping: ['hourly', 'week', 'month'] });
    expect(hourly.body).toMatchObject({
      rows: [
        { hourly: '2022-10-29T22:00:00Z', week: '2022-10-24', month: '2022-10-01' },
        { hourly: '2022-10-30T00:00:00Z' },
        { hourly: '2022-10-30T01:00:00Z' },
        { hourly: '2022-10-30T22:00:00Z' },
      ],
    });
  });

  it('streams CSV that no spreadsheet takes for formulas', async () => {
    await store.client.insert({
      table: 'events',
      format: 'JSONEachRow',
      values: ['=1+1', 'a,"b"', '@x'].map((source, index) => ({
        organization_id: 'org_acme',
        event_id: `evt_f${index}`,
        event_time: '2021-01-01 10:00:00',
        event_type: 'click',
        source,
        query_params: { 'sub"1': `-${index}` },
      })),
    });
    const answer = await admin.app.inject({
      method: 'POST',
      url: '/api/v1/analytics/report',
      headers: { authorization: `Bearer ${key}`, accept: 'text/csv' },
      payload: {
        range: { start: '2021-01-01', end: '2021-01-02' },
        grouping: ['source', 'param.sub"1', 'campaign_id'],
        metrics: ['clicks', 'revenue', 'conversion_rate'],
        sort: { field: 'source', direction: 'asc' },
      },
    });
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.body.split('\r\n')).toEqual([
      'source,"param.sub""1",campaign_id,clicks,revenue,conversion_rate',
      `"'=1+1","'-0",,1,0.00,0.00`,
      `"'@x","'-2",,1,0.00,0.00`,
      `"a,""b""","'-1",,1,0.00,0.00`,
      '',
    ]);
  });

  it('refuses what it cannot do with the place of the fault', async () => {
    for (const [body, path] of [
      [{ grouping: ['1; DROP TABLE events'] }, '/body/grouping/0'],
      [{ metrics: ['profit'] }, '/body/metrics/0'],
      [{ filters: [{ field: 'ip', operator: 'in_cidr', value: 'x' }] }, '/body/filters/0/value'],
      [
        { filters: [{ field: 'campaign_id', operator: 'matches', value: 'x' }] },
        '/body/filters/0/operator',
      ],
      [
        { filters: [{ field: 'nothing', operator: 'equals', value: 'x' }] },
        '/body/filters/0/field',
      ],
      [{ sort: { field: 'city' } }, '/body/sort/0/field'],
      [{ limit: 20_000 }, '/body/limit'],
      [{ range: { start: '2024-01-01', end: '2023-01-01' } }, '/body/range/end'],
    ] as const) {
      expect(await report(body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    }
  });
});

describe('currency rates', () => {
  it('convert revenue exactly, and show beside it what they do not cover', async () => {
    await store.client.command({
      query: `INSERT INTO events (organization_id, event_id, event_time, event_type, campaign_id,
        conversion_event, conversion_value, conversion_currency) VALUES
        ('org_acme', 'evt_m1', '2020-01-01 10:00:00', 'sale', 'money', 'sale', 0.1, 'EUR'),
        ('org_acme', 'evt_m2', '2020-01-01 10:00:00', 'sale', 'money', 'sale', 0.2, 'EUR'),
        ('org_acme', 'evt_m3', '2020-01-01 10:00:00', 'sale', 'money', 'sale', 10, 'USD'),
        ('org_acme', 'evt_m4', '2020-01-01 10:00:00', 'sale', 'money', 'sale', 5.55, 'CHF')`,
    });
    const put = await admin.ask(key, 'PUT /api/v1/currency-rates', { rates: { EUR: '1.1' } });
    expect(put).toMatchObject({
      status: 200,
      body: { reporting_currency: 'USD', rates: { EUR: '1.1' } },
    });
    expect((await admin.ask(key, 'GET /api/v1/currency-rates')).body).toEqual(put.body);
    const campaign = await admin.ask(key, 'GET /api/v1/analytics/campaigns?campaign_id=money');
    const money = {
      currency: 'USD',
      unconverted: [{ currency: 'CHF', value: 5.55 }],
    };
    expect(campaign.body).toMatchObject({
      ...money,
      metrics: { revenue: 10.33, conversions: 4, average_order_value: 2.58 },
    });
    const range = { start: '2020-01-01', end: '2020-01-02' };
    const built = await report({
      range,
      grouping: ['campaign_id', 'source'],
      metrics: ['revenue', 'average_order_value'],
    });
    expect(built.body).toMatchObject({
      ...money,
      rows: [{ campaign_id: 'money', revenue: 10.33, average_order_value: 2.58 }],
      totals: { revenue: 10.33 },
    });
  });

  it('are refused when they cannot be', async () => {
    for (const [rates, path] of [
      [{ USD: '1' }, '/body/rates/USD'],
      [{ EUR: '-1' }, '/body/rates/EUR'],
      [{ EUR: 0 }, '/body/rates/EUR'],
      [{ EURO: '1' }, '/body/rates/EURO'],
    ] as const) {
      expect(await admin.ask(key, 'PUT /api/v1/currency-rates', { rates })).toMatchObject({
        status: 400,
        body: { errors: [{ path }] },
      });
    }
    const reader = await admin.keyFor('org_acme', ['analytics:read']);
    expect((await admin.ask(reader, 'PUT /api/v1/currency-rates', { rates: {} })).status).toBe(403);
  });
});
