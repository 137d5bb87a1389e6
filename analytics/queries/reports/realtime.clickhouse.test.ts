import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { readRealtime } from './realtime.ts';

/** 10:30:30 in Berlin, where it is summer. */
const NOW = Date.UTC(2024, 5, 15, 8, 30, 30);
const MINUTE_MS = 60_000;

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse();
  const at = (minutesAgo: number, more: Record<string, unknown> = {}) => ({
    organization_id: 'org_acme',
    event_id: `evt_${Math.random()}`,
    event_time: new Date(NOW - minutesAgo * MINUTE_MS).toISOString(),
    event_type: 'click',
    ...more,
  });
  const sale = { event_type: 'sale', conversion_event: 'sale', conversion_currency: 'USD' };
  await store.client.insert({
    table: 'events',
    format: 'JSONEachRow',
    values: [
      ...[at(0.2), at(0.3), at(58, { fraud_score: 0.9 }), at(59)],
      // The hour before ends at the same second of its last minute: 60 minutes ago.
      ...[at(59.9), at(60.1), at(118)],
      at(1, { is_bot: true }),
      // Blocked: in columns of their own, and in no comparison.
      ...[at(2, { is_blocked: true, is_bot: true }), at(100, { is_blocked: true, fraud_score: 1 })],
      at(1, { event_type: 'visit' }),
      at(1, { organization_id: 'org_other' }),
      // The future: another machine's clock is ahead.
      at(-5),
      at(10, { ...sale, conversion_value: '19.99' }),
      at(10, { ...sale, conversion_value: '0.02' }),
      at(20, { ...sale, conversion_value: '5', conversion_currency: 'CHF' }),
      // 02:10 in Berlin, yesterday evening in New York.
      at(500, { ...sale, conversion_value: '100' }),
      // 23:50 of yesterday in Berlin.
      at(640, { ...sale, conversion_value: '1000' }),
    ],
  });
});
afterAll(async () => {
  await store.drop();
});

const read = (timezone: string) =>
  readRealtime(store.client, {
    organizationId: 'org_acme',
    timezone,
    rates: { reportingCurrency: 'USD', rates: new Map() },
    nowMs: NOW,
  });

describe('the real-time numbers', () => {
  it('have 60 minutes, the current one last, and compare with the hour before', async () => {
    const metrics = await read('Europe/Berlin');
    expect(metrics.traffic_timeline).toHaveLength(60);
    expect(metrics.traffic_timeline[0]).toEqual({
      minute: '2024-06-15T07:31:00.000Z',
      clicks: 1,
      clean_clicks: 1,
      suspicious_clicks: 0,
      blocked_clicks: 0,
      conversions: 0,
      revenue: 0,
    });
    expect(metrics.traffic_timeline.at(-1)).toMatchObject({
      minute: '2024-06-15T08:30:00.000Z',
      clicks: 2,
    });
    expect(metrics.traffic_timeline[49]).toMatchObject({
      clicks: 0,
      conversions: 2,
      revenue: 20.01,
    });
    expect(metrics.traffic_timeline[1]).toMatchObject({
      clicks: 1,
      clean_clicks: 0,
      suspicious_clicks: 1,
    });
    expect(metrics.traffic_timeline[57]).toMatchObject({ clicks: 0, blocked_clicks: 1 });
    expect(metrics).toMatchObject({
      clean_clicks_last_hour: 3,
      suspicious_clicks_last_hour: 1,
      blocked_clicks_last_hour: 1,
    });
    // 59.9 minutes ago lies between both spans: before the timeline, after the hour before it.
    expect(metrics).toMatchObject({ clicks_last_hour: 4, clicks_change: 100 });
    expect(metrics.last_updated).toBe('2024-06-15T08:30:30.000Z');
  });

  it('count today in the time zone, and leave money without a rate beside the sum', async () => {
    expect(await read('Europe/Berlin')).toMatchObject({
      conversions_today: 4,
      revenue_today: 120.01,
      currency: 'USD',
      unconverted: [{ currency: 'CHF', value: 5 }],
    });
    expect(await read('America/New_York')).toMatchObject({
      conversions_today: 3,
      revenue_today: 20.01,
    });
    expect(await read('Asia/Tokyo')).toMatchObject({
      conversions_today: 5,
      revenue_today: 1120.01,
    });
  });
});
