import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_FRAUD_SETTINGS } from '../../../core/fraud/settings.ts';
import { Random } from '../../../core/rules/testing/random.ts';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { backtest } from './backtest.ts';
import { readFraudReport } from './report.ts';
import { insertClicks, type TestClick } from './test-clicks.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 18, 30);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const random = new Random(11);

const V6_AGENT = 'one device that changes its address';

let store: TestClickHouse;
let totalClicks: number;

beforeAll(async () => {
  store = await createTestClickHouse();
  const own = [
    ...clicks('198.51.100.1', 150, NOW_MS - 10 * MINUTE_MS, () => 300),
    ...clicks('198.51.100.2', 2_000, NOW_MS - 59 * MINUTE_MS, () => random.below(3_500), 400),
    ...clicks('198.51.100.3', 60, NOW_MS - 58 * MINUTE_MS, () => MINUTE_MS - 2_000),
    ...clicks('198.51.100.4', 3, NOW_MS - 5 * MINUTE_MS, () => 400),
    ...clicks('198.51.100.5', 1, NOW_MS - 5 * MINUTE_MS, () => 0),
    ...clicks('198.51.100.6', 150, NOW_MS - 30 * HOUR_MS, () => 300),
    // One agent on many addresses, each with little; and people of one browser on as many.
    ...Array.from({ length: 80 }, (_, n) =>
      clicks(
        `203.0.113.${n}`,
        15,
        NOW_MS - 50 * MINUTE_MS,
        () => random.below(300_000),
        1,
        'swarm',
      ),
    ).flat(),
    ...Array.from({ length: 80 }, (_, n) =>
      clicks(`192.0.2.${n}`, 1 + random.below(3), NOW_MS - HOUR_MS / 2, () => 30_000, 1, 'people'),
    ).flat(),
    ...clicks('2001:db8:1:2::1', 75, NOW_MS - 20 * MINUTE_MS, () => 600, 1, V6_AGENT),
    ...clicks('2001:db8:1:2:ffff::2', 75, NOW_MS - 20 * MINUTE_MS + 300, () => 600, 1, V6_AGENT),
    ...clicks('198.51.100.8', 1_800, NOW_MS - 40 * HOUR_MS, () => 6_000),
  ];
  totalClicks = own.length;
  await insertClicks(store.client, 'org_acme', own);
  await insertClicks(
    store.client,
    'org_other',
    clicks('198.51.100.7', 500, NOW_MS - HOUR_MS / 2, () => 10),
  );
});
afterAll(() => store.drop());

function clicks(
  ip: string,
  count: number,
  startMs: number,
  pauseMs: () => number,
  agents = 1,
  agent = `agent of ${ip}`,
): TestClick[] {
  let atMs = startMs;
  return Array.from({ length: count }, (_, n) => {
    atMs += n === 0 ? 0 : pauseMs();
    return { atMs, ip, agent: agents === 1 ? agent : `${agent} ${random.below(agents)}` };
  }).filter((click) => click.atMs < NOW_MS);
}

describe('the fraud report', () => {
  const ask = (changes: object = {}) =>
    readFraudReport(store.client, {
      ...{ organizationId: 'org_acme', hours: 1, nowMs: NOW_MS, limit: 1_000, confidenceMin: 0 },
      settings: DEFAULT_FRAUD_SETTINGS,
      ...changes,
    });

  it('has the columns of the example, busiest first, and counts IPv6 by /64', async () => {
    const rows = await ask();
    expect(rows.map((row) => row.ip)).toEqual([
      '198.51.100.2',
      '198.51.100.1',
      '2001:db8:1:2::/64',
      '198.51.100.3',
      '198.51.100.4',
    ]);
    expect(rows[1]).toMatchObject({
      country: 'DE',
      click_count: 150,
      ua_count: 1,
      unique_clicks: 150,
      avg_click_interval: 0.3,
      confidence: expect.closeTo(0.99, 1),
      first_click: new Date(NOW_MS - 10 * MINUTE_MS).toISOString(),
    });
    expect(rows[1]?.patterns.map(({ pattern }) => pattern).sort()).toEqual([
      'click_flood',
      'rapid_fire',
      'single_agent',
    ]);
    expect(rows[0]?.confidence).toBeLessThan(0.8);
    expect(rows[3]?.confidence).toBeGreaterThan(0.8);
    expect(rows[4]).toMatchObject({ click_count: 3, avg_click_interval: 0.4, confidence: 0 });
  });

  it('looks further back, by whole hours, when asked', async () => {
    const rows = await ask({ hours: 48, confidenceMin: 0.95 });
    expect(rows.map((row) => row.ip)).toEqual(
      expect.arrayContaining(['198.51.100.1', '198.51.100.6']),
    );
    expect(rows.find((row) => row.ip === '198.51.100.6')).toMatchObject({ click_count: 150 });
  });
});

describe('the backtest', () => {
  const ask = (changes: object = {}, neverBlocked: string[] = []) =>
    backtest(store.client, {
      organizationId: 'org_acme',
      startMs: NOW_MS - 2 * DAY_MS,
      endMs: NOW_MS,
      settings: { ...DEFAULT_FRAUD_SETTINGS, ...changes },
      isNeverBlocked: (address) => neverBlocked.includes(address),
    });

  it('tells what would have been flagged and blocked, by pattern and by address', async () => {
    const result = await ask();
    const swarm = result.first.filter(({ address }) => address.startsWith('203.0.113.'));
    const others = result.first.filter(({ address }) => !address.startsWith('203.0.113.'));
    expect(others.map(({ address }) => address).sort()).toEqual([
      '198.51.100.1',
      '198.51.100.3',
      '198.51.100.6',
      '198.51.100.8',
      '2001:db8:1:2::/64',
    ]);
    expect(swarm.length).toBeGreaterThan(60);
    expect(result).toMatchObject({
      clicks: totalClicks,
      addresses: 168,
      flagged: result.first.length,
      blocked: others.filter(({ blocked_at }) => blocked_at !== null).length,
      truncated: false,
    });
    expect(result.patterns.find(({ pattern }) => pattern === 'agent_swarm')).toEqual({
      pattern: 'agent_swarm',
      flagged: swarm.length,
      blocked: 0,
    });
  });

  it('counts the clicks that a block would have kept out, from the five minutes after', async () => {
    const { first, blocked_clicks } = await ask();
    const long = first.find(({ address }) => address === '198.51.100.8');
    expect(long?.blocked_at).toBe(new Date(NOW_MS - 40 * HOUR_MS + 10 * MINUTE_MS).toISOString());
    expect(long).toMatchObject({ clicks: 1_800, blocked_clicks: 1_700, suspicious_clicks: 1_800 });
    expect(blocked_clicks).toBe(1_700);
    const short = await ask({ block_hours: 1 });
    // One hour after each block the next five minutes get through.
    expect(short.blocked_clicks).toBe(1_800 - 100 - 50 - 50);
  });

  it('follows the thresholds, and leaves out what is never blocked', async () => {
    const lax = { click_flood_clicks: 5_000, single_agent_clicks: 5_000, rapid_fire_clicks: 5_000 };
    const flagged = (await ask(lax)).first.map(({ address }) => address);
    expect(flagged.every((address) => address.startsWith('203.0.113.'))).toBe(true);
    const { first, flagged: count } = await ask({}, ['198.51.100.1']);
    expect(first.map(({ address }) => address)).not.toContain('198.51.100.1');
    expect(count).toBe(first.length);
    expect(await ask({ enabled: false })).toMatchObject({
      clicks: totalClicks,
      flagged: 0,
      first: [],
    });
  });

  it('shows an organisation nothing of another', async () => {
    const result = await backtest(store.client, {
      ...{ organizationId: 'org_other', startMs: NOW_MS - DAY_MS, endMs: NOW_MS },
      ...{ settings: DEFAULT_FRAUD_SETTINGS, isNeverBlocked: () => false },
    });
    expect(result).toMatchObject({ clicks: 500, addresses: 1, flagged: 1 });
    expect(result.first[0]).toMatchObject({ address: '198.51.100.7' });
  });
});
