import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEED_ANSWER, SEED_CAMPAIGN_ID } from '../../../analytics/testing/seed-history.ts';
import { createSeededAdmin, type SeededAdmin } from '../testing/seeded-admin.ts';

let seeded: SeededAdmin;
let store: SeededAdmin['store'];
let admin: SeededAdmin['admin'];
let key: SeededAdmin['key'];
let foreignKey: SeededAdmin['foreignKey'];

beforeAll(async () => {
  seeded = await createSeededAdmin();
  ({ store, admin, key, foreignKey } = seeded);
});
afterAll(async () => {
  await seeded.dispose();
});

const report = (body: unknown) => admin.ask(key, 'POST /api/v1/analytics/report', body);

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
