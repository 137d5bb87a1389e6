/**
 * Examples 2, 3 and 4 on a product that was started as `npm start` starts it, over its HTTP interface
 * alone: traffic that no campaign claimed is discovered, claimed by a retroactive campaign, measured
 * and given back; a journey is attributed; a dashboard polls. The steps are numbered; read them as a
 * tutorial.
 */
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  insertSeedHistory,
  SEED_ANSWER,
  SEED_CAMPAIGN_ID,
} from '../analytics/testing/seed-history.ts';
import { HttpConnection } from '../bench/support/http-connection.ts';
import { type Product, startProduct } from '../bench/support/product.ts';

type Json = Record<string, unknown>;

let product: Product;
let clickhouse: ClickHouseClient;

beforeAll(async () => {
  product = await startProduct();
  clickhouse = createClient({ url: product.credentials.clickhouse_url, database: 'trellis' });
  await insertSeedHistory(clickhouse, { organizationId: 'org_acmecorp', backgroundClicks: 20_000 });
}, 60_000);
afterAll(async () => {
  await clickhouse.close();
  await product.dispose();
});

async function call(method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await fetch(`${product.credentials.admin_url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${product.credentials.api_key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as Json;
  if (!answer.ok) {
    throw new Error(`${method} ${path} answers ${answer.status}: ${JSON.stringify(json)}`);
  }
  return json;
}

async function insertEvents(rows: readonly Json[]): Promise<void> {
  await clickhouse.insert({ table: 'events', values: rows, format: 'JSONEachRow' });
}

describe('example 2', () => {
  const range = { start: '2024-03-01', end: '2024-06-01' };
  let run = '';

  it('1. the pattern is discovered', async () => {
    const { patterns } = (await call('POST', '/api/v1/patterns/discover', {
      time_range: range,
      min_traffic: 100,
      min_confidence: 0.8,
    })) as { patterns: Json[] };
    const tiktok = patterns.find((pattern) => JSON.stringify(pattern).includes('tiktok.com'));
    expect(tiktok).toMatchObject({
      pattern_id: expect.any(String),
      confidence: expect.any(Number),
      sample_size: expect.any(Number),
      characteristics: {
        source: expect.arrayContaining(['tiktok.com']),
        device_types: expect.any(Array),
        countries: expect.any(Array),
        time_patterns: { peak_hours: expect.any(Array), peak_days: expect.any(Array) },
      },
      suggested_campaign: {
        name: expect.any(String),
        estimated_value: expect.any(Number),
        estimated_conversions: expect.any(Number),
        confidence: expect.any(Number),
        rules: expect.any(Array),
      },
    });
  });

  it('2. the campaign is created retroactively', async () => {
    const created = await call('POST', '/api/v1/campaigns', {
      campaign_id: SEED_CAMPAIGN_ID,
      name: 'TikTok Organic Q2 2024',
      status: 'active',
      retroactive: true,
      time_range: range,
      rules: [
        {
          type: 'custom',
          priority: 100,
          conditions: [{ field: 'referer', operator: 'contains', value: 'tiktok.com' }],
          action: {
            type: 'redirect',
            destination: 'https://shop.acmecorp.com/tiktok-landing',
            tags: ['tiktok', 'organic', 'social'],
          },
        },
      ],
    });
    expect(created).toMatchObject({ campaign_id: SEED_CAMPAIGN_ID, status: 'active' });
    run = String((created.retroactive_run as Json | undefined)?.run_id);
  });

  it('3. the run attributes 15,420 events', async () => {
    const path = `/api/v1/campaigns/${SEED_CAMPAIGN_ID}/retroactive/runs/${run}`;
    await expect
      .poll(() => call('GET', path), { timeout: 30_000, interval: 100 })
      .toMatchObject({
        status: 'done',
        events_attributed: 15_420,
        events_total_estimate: expect.any(Number),
        progress: 1,
      });
  });

  it('4. the performance is exactly that of the example', async () => {
    const metrics = 'metrics=clicks,conversions,revenue';
    const path = `/api/v1/analytics/campaigns?campaign_id=${SEED_CAMPAIGN_ID}`;
    const answer = await call('GET', `${path}&start=${range.start}&end=${range.end}&exact=true`);
    expect(answer).toMatchObject(SEED_ANSWER);
    const asWritten = await call('GET', `${path}&${metrics}`);
    expect(asWritten).toMatchObject({
      campaign_id: SEED_CAMPAIGN_ID,
      metrics: { clicks: 15_420, conversions: 468, revenue: 127_840.5 },
    });
  });

  it('5. the campaign redirects the very next click from TikTok', async () => {
    const connection = new HttpConnection('127.0.0.1', product.ports.engine);
    const answer = await connection.request(
      `GET /in/${SEED_CAMPAIGN_ID} HTTP/1.1\r\nHost: track.acmecorp.com\r\nReferer: https://vm.tiktok.com/x\r\n\r\n`,
    );
    connection.close();
    expect(answer.status).toBe(302);
    expect(answer.headers).toContain('Location: https://shop.acmecorp.com/tiktok-landing');
  });

  it('6. the run is undone, and nothing belongs to the campaign', async () => {
    const path = `/api/v1/campaigns/${SEED_CAMPAIGN_ID}/retroactive/runs/${run}`;
    await call('POST', `${path}/undo`);
    await expect
      .poll(() => call('GET', path), { timeout: 30_000, interval: 100 })
      .toMatchObject({ status: 'undone' });
    const report = await call(
      'GET',
      `/api/v1/analytics/campaigns?campaign_id=${SEED_CAMPAIGN_ID}&start=${range.start}&end=${range.end}`,
    );
    expect(report).toMatchObject({ metrics: { clicks: 0, conversions: 0, revenue: 0 } });
  });
});

describe('example 3', () => {
  const USER = 'usr_customer123';
  const touch = (
    event_time: string,
    source: string,
    medium: string | null,
    campaign: string | null,
  ) => ({
    organization_id: 'org_acmecorp',
    event_id: `evt_${event_time.replace(/\D/g, '')}00`.slice(0, 20),
    event_type: 'click',
    user_id: USER,
    event_time,
    source,
    medium,
    campaign_id: campaign,
  });

  it('1. the journey is that of the example', async () => {
    await insertEvents([
      touch('2024-06-01 10:15:00', 'facebook', 'cpc', 'summer_awareness'),
      touch('2024-06-03 14:22:00', 'google', 'organic', null),
      touch('2024-06-05 19:45:00', 'email', 'newsletter', 'june_promo'),
      touch('2024-06-05 19:52:00', 'direct', null, null),
      {
        ...touch('2024-06-05 19:55:00', 'direct', null, null),
        event_type: 'purchase',
        conversion_event: 'purchase',
        conversion_value: '149.99',
        conversion_currency: 'USD',
        conversion_time: '2024-06-05 19:55:00',
      },
    ]);
    const journey = await call('GET', `/api/v1/analytics/journey?user_id=${USER}`);
    const events = journey.events as Json[];
    expect(events.map(({ source, event_type }) => [source, event_type])).toEqual([
      ['facebook', 'click'],
      ['google', 'click'],
      ['email', 'click'],
      ['direct', 'click'],
      ['direct', 'purchase'],
    ]);
  });

  it('2. time decay gives 15, 25, 35 and 25 percent, to the cent', async () => {
    const answer = await call(
      'GET',
      `/api/v1/analytics/attribution?user_id=${USER}&model=time_decay&half_life_days=3.6&direct_weight=0.714`,
    );
    expect(answer).toMatchObject({
      user_id: USER,
      total_value: 149.99,
      attribution_model: 'time_decay',
      insights: expect.any(Array),
    });
    const touchpoints = answer.touchpoints as Array<Record<string, number>>;
    expect(touchpoints.map((point) => point.days_before_conversion)).toEqual([
      4.4, 2.2, 0.0069, 0.0021,
    ]);
    const expected = [15, 25, 35, 25];
    for (const [index, point] of touchpoints.entries()) {
      const difference = Number(point.attribution_percent) - Number(expected[index]);
      expect(Math.abs(difference)).toBeLessThanOrEqual(2);
    }
    const cents = touchpoints.reduce(
      (sum, p) => sum + Math.round(Number(p.attributed_value) * 100),
      0,
    );
    expect(cents).toBe(14_999);
  });
});

describe('example 4', () => {
  it('the dashboard polls the last hour', async () => {
    const answer = await call('GET', '/api/v1/analytics/realtime?org_id=org_acmecorp');
    expect(answer).toMatchObject({
      clicks_last_hour: expect.any(Number),
      clicks_change: expect.any(Number),
      conversions_today: expect.any(Number),
      revenue_today: expect.any(Number),
      last_updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect((answer.traffic_timeline as Json[]).length).toBe(60);
  });

  it('and is refused another organisation', async () => {
    const answer = await fetch(
      `${product.credentials.admin_url}/api/v1/analytics/realtime?org_id=org_other`,
      { headers: { authorization: `Bearer ${product.credentials.api_key}` } },
    );
    expect(answer.status).toBe(403);
  });
});
