import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLANTED_RANGE, scorePatterns } from '../../bench/discovery/evaluate.ts';
import { PLANTED_GROUPS } from '../../bench/discovery/planted-groups.ts';
import { insertPlantedTraffic } from '../../bench/discovery/planted-traffic.ts';
import { campaignBodySchema } from '../../core/rules/definition.ts';
import { conditionsToSql } from '../../core/rules/to-sql.ts';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import { timeRangeParams } from '../schema/time-range.ts';
import { insertSeedHistory } from '../testing/seed-history.ts';
import { type DiscoverOptions, type Discovery, discoverPatterns } from './discover.ts';
import { UNATTRIBUTED } from './sample.ts';

const NOISE_SEEDS = [11, 12, 13];
const MIN_TRAFFIC = 60;

let store: TestClickHouse;
let planted: Discovery;

const discover = (organizationId: string, options: Partial<DiscoverOptions> = {}) =>
  discoverPatterns(store.client, {
    organizationId,
    range: PLANTED_RANGE,
    minTraffic: MIN_TRAFFIC,
    minConfidence: 0.8,
    limit: 50,
    rates: { reportingCurrency: 'USD', rates: new Map() },
    destination: 'https://shop.example/',
    ...options,
  });

const countRows = async (where: string, params: Record<string, unknown> = {}) => {
  const result = await store.client.query({
    query: `SELECT count() AS n FROM events WHERE ${where}`,
    query_params: params,
    format: 'JSONEachRow',
  });
  return Number((await result.json<{ n: string }>())[0]?.n);
};

beforeAll(async () => {
  store = await createTestClickHouse();
  const common = { noiseEvents: 30_000, groupEventsMin: MIN_TRAFFIC };
  await insertPlantedTraffic(store.client, {
    ...common,
    organizationId: 'org_planted',
    seed: 1,
    groups: PLANTED_GROUPS,
  });
  for (const seed of NOISE_SEEDS) {
    const organizationId = `org_noise_${seed}`;
    await insertPlantedTraffic(store.client, { ...common, organizationId, seed, groups: [] });
  }
  planted = await discover('org_planted');
});
afterAll(() => store.drop());

describe('on planted data', () => {
  test('finds the groups and nothing else', async () => {
    const score = await scorePatterns(
      store.client,
      'org_planted',
      planted.patterns,
      PLANTED_GROUPS,
    );
    expect(score).toMatchObject({ missed: [], invented: [] });
    expect(score.precision).toBeGreaterThanOrEqual(0.95);
    expect(score.recall).toBeGreaterThanOrEqual(0.95);
  });

  test('describes the example of the product as the product does', () => {
    const tiktok = planted.patterns.find(({ characteristics }) =>
      characteristics.source.includes('tiktok.com'),
    );
    expect(tiktok).toMatchObject({
      sample_size: 40 * MIN_TRAFFIC,
      characteristics: {
        source: ['tiktok.com', 'vm.tiktok.com'],
        device_types: ['mobile'],
        countries: ['CA', 'GB', 'US'],
        time_patterns: {
          peak_hours: [18, 19, 20, 21],
          peak_days: ['thursday', 'friday', 'saturday'],
        },
      },
    });
  });

  test('its rules match exactly the events that it counted', async () => {
    for (const { sample_size, suggested_campaign } of planted.patterns) {
      const conditions = suggested_campaign.rules[0]?.conditions ?? [];
      const { sql, params } = conditionsToSql(conditions, { timezone: 'UTC' });
      const matched = await countRows(`${UNATTRIBUTED} AND ${sql}`, {
        organization_id: 'org_planted',
        ...timeRangeParams(PLANTED_RANGE),
        ...params,
      });
      expect([suggested_campaign.name, matched]).toEqual([suggested_campaign.name, sample_size]);
    }
  });

  test('each pattern is a campaign as it is, and has a name of its own', () => {
    const bodies = planted.patterns.map(({ suggested_campaign }) => suggested_campaign.campaign);
    expect(bodies.map((body) => campaignBodySchema.safeParse(body).error)).toEqual(
      bodies.map(() => undefined),
    );
    expect(new Set(bodies.map(({ campaign_id }) => campaign_id)).size).toBe(bodies.length);
  });

  test('the same traffic gives the same answer, and leaves no table behind', async () => {
    expect(await discover('org_planted')).toEqual(planted);
    const result = await store.client.query({
      query:
        "SELECT name FROM system.tables WHERE startsWith(name, 'discovery_') AND database = currentDatabase()",
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([]);
  });

  test('a sample of a third finds most of them, with counts of the whole', async () => {
    const sampled = await discover('org_planted', { sampleEventsMax: 15_000, minTraffic: 150 });
    expect(sampled.searched.one_in).toBeGreaterThan(1);
    const large = PLANTED_GROUPS.filter(({ size }) => size >= 5);
    const found = sampled.patterns.map(
      ({ suggested_campaign }) => suggested_campaign.campaign.campaign_id,
    );
    const known = new Set(
      planted.patterns.map(({ suggested_campaign }) => suggested_campaign.campaign.campaign_id),
    );
    expect(found.filter((id) => known.has(id)).length).toBeGreaterThanOrEqual(large.length - 2);
  });
});

test.each(NOISE_SEEDS)('noise of seed %i holds nothing, at whatever confidence', async (seed) => {
  expect((await discover(`org_noise_${seed}`, { minConfidence: 0 })).patterns).toEqual([]);
});

test('one visitor who comes hundreds of times is no group', async () => {
  const insertVisits = (userIds: string) =>
    store.client.command({
      query: `INSERT INTO events (event_id, organization_id, event_type, user_id, referer, source,
          device_type, country, event_time)
        SELECT concat('evt_', toString(number)), 'org_noise_13', 'click', ${userIds},
          'https://busy.example/', 'busy.example', 'tablet', 'NZ',
          toDateTime64('2024-03-05 03:00:00', 3, 'UTC') + INTERVAL number MINUTE
        FROM numbers(600) WHERE number % 60 < 30`,
    });
  await insertVisits("'usr_busy'");
  expect((await discover('org_noise_13')).patterns).toEqual([]);
  await insertVisits('toString(number)');
  expect((await discover('org_noise_13')).patterns).toHaveLength(1);
});

test('clicks that were blocked are not searched', async () => {
  await store.client.command({
    query: `INSERT INTO events SELECT * REPLACE ('org_blocked' AS organization_id, true AS is_blocked)
      FROM (SELECT * FROM events WHERE organization_id = 'org_planted')`,
  });
  expect(await countRows("organization_id = 'org_blocked'")).toBeGreaterThan(30_000);
  expect(await discover('org_blocked')).toEqual({
    patterns: [],
    searched: { events: 0, one_in: 1 },
  });
});

test('an organisation without traffic has no patterns', async () => {
  expect(await discover('org_nobody')).toEqual({
    patterns: [],
    searched: { events: 0, one_in: 1 },
  });
});

test('traffic that comes by one site alone is a pattern with nothing to compare it with', async () => {
  await insertSeedHistory(store.client, { organizationId: 'org_seed', backgroundClicks: 0 });
  const { patterns } = await discover('org_seed', {
    range: { startMs: Date.UTC(2024, 2, 1), endMs: Date.UTC(2024, 5, 1), timezone: 'UTC' },
  });
  expect(patterns).toHaveLength(1);
  expect(patterns[0]).toMatchObject({
    pattern_id: expect.stringMatching(/^pat_tiktok_com_/),
    sample_size: 15_420,
    suggested_campaign: { estimated_conversions: 468, estimated_value: 127_840.5 },
  });
});
