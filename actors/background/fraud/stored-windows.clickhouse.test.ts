import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { readStoredWindows } from './stored-windows.ts';

const NOW_MS = Date.parse('2024-06-15T12:00:00Z');
const HOUR_MS = 3_600_000;

let store: TestClickHouse;
let events = 0;

beforeAll(async () => {
  store = await createTestClickHouse();
});
afterAll(() => store.drop());

function click(ip: string, timeMs: number, changes: Record<string, unknown> = {}) {
  events += 1;
  const event_id = `evt_${events.toString(16).padStart(16, '0')}`;
  return {
    ...{ event_id, click_id: event_id, organization_id: 'org_one', event_type: 'click', ip },
    ...{ event_time: new Date(timeMs).toISOString().replace('Z', ''), user_agent: 'curl/8' },
    ...changes,
  };
}

function clicks(ip: string, count: number, everyMs: number, changes: Record<string, unknown> = {}) {
  return Array.from({ length: count }, (_, number) =>
    click(ip, NOW_MS - 1 - number * everyMs, changes),
  );
}

it('the last hour of each busy address comes back as its actor saw it', async () => {
  const other = { organization_id: 'org_other' };
  const uneven = [0, 100, 400, 500, 800, 900, 1_200, 1_300, 1_600];
  const rows = [
    ...clicks('198.51.100.1', 600, 6_000 + 1),
    click('198.51.100.1', NOW_MS - HOUR_MS - 1),
    click('198.51.100.1', NOW_MS),
    ...uneven.map((atMs, index) =>
      click('198.51.100.2', NOW_MS - 10_000 + atMs, {
        ...{ user_agent: `agent ${index % 3}`, click_id: `click_${index % 2}` },
      }),
    ),
    ...clicks('198.51.100.3', 7, 1_000),
    ...clicks('198.51.100.3', 8, 1_000, other),
    ...clicks('198.51.100.4', 8, 0, { is_blocked: true }),
    ...clicks('198.51.100.5', 20, 1_000, { event_type: 'visit' }),
    ...clicks('', 20, 1_000),
    ...clicks('2001:db8:1:2::1', 4, 1_000),
    ...clicks('2001:db8:1:2:ffff::2', 4, 1_000),
    ...clicks('2001:db8:1:3::1', 4, 1_000),
  ];
  await store.client.insert({ table: 'events', values: rows, format: 'JSONEachRow' });
  const windows = await readStoredWindows(store.client, NOW_MS);
  windows.sort((a, b) =>
    `${a.organizationId} ${a.address}` < `${b.organizationId} ${b.address}` ? -1 : 1,
  );
  const last = { lastMs: NOW_MS - 1, agents: 1 };
  expect(windows).toEqual([
    {
      ...{ organizationId: 'org_one', address: '198.51.100.1', ...last },
      // 600 clicks every 6.001 s begin 1.4 s before the hour.
      ...{ clicks: 600, clickIds: 600, firstMs: NOW_MS - 1 - 599 * 6_001 },
      intervalVariation: 0,
    },
    {
      ...{ organizationId: 'org_one', address: '198.51.100.2', clicks: 9, agents: 3, clickIds: 2 },
      ...{ firstMs: NOW_MS - 10_000, lastMs: NOW_MS - 8_400 },
      // Intervals of 100 and 300 in turn: deviation 100, mean 200.
      intervalVariation: 0.5,
    },
    {
      ...{ organizationId: 'org_one', address: '198.51.100.4', ...last, clicks: 8, clickIds: 8 },
      ...{ firstMs: NOW_MS - 1, intervalVariation: 0 },
    },
    {
      ...{
        organizationId: 'org_one',
        address: '2001:db8:1:2::/64',
        ...last,
        clicks: 8,
        clickIds: 8,
      },
      ...{ firstMs: NOW_MS - 3_001, intervalVariation: expect.closeTo(1.155, 3) },
    },
    {
      ...{ organizationId: 'org_other', address: '198.51.100.3', ...last, clicks: 8, clickIds: 8 },
      ...{ firstMs: NOW_MS - 7_001, intervalVariation: 0 },
    },
  ]);
});
