import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import { Random } from '../rules/testing/random.ts';
import {
  type AgentStats,
  combinedConfidence,
  declaredBotConfidence,
  patternConfidence,
} from './definition.ts';
import { CONFIDENCE_SQL, definitionParams, PATTERN_SQL } from './definition-sql.ts';
import { FRAUD_PATTERNS, type WindowStats } from './detection.ts';
import { DEFAULT_FRAUD_SETTINGS, type FraudSettings } from './settings.ts';

const SETTINGS = 20;
const HOURS_PER_SETTINGS = 500;

let store: TestClickHouse;
const random = new Random(20_261_124);

beforeAll(async () => {
  store = await createTestClickHouse();
});
afterAll(() => store.drop());

type Hour = { stats: WindowStats; agent: AgentStats; bots: number };

/** Numbers of all sizes, thresholds and what lies beside them included. */
function randomHour(settings: FraudSettings): Hour {
  const { click_flood_clicks, single_agent_clicks, rapid_fire_clicks } = settings;
  const edge = random.pick([click_flood_clicks, single_agent_clicks, rapid_fire_clicks, 5, 6]);
  const clicks = random.chance(0.4)
    ? Math.max(1, edge - 1 + random.below(3))
    : 1 + random.below(random.pick([10, 100, 3_000]));
  const agents = Math.min(clicks, random.pick([1, 1, 1, 2, 3, 1 + random.below(500)]));
  const addresses = random.pick([0, 49, 50, 51, random.below(2_000)]);
  const clicksPerAddress = random.pick([1, 4.99, 5, 5.01, 32 * random.next()]);
  return {
    stats: {
      clicks,
      agents,
      clickIds: clicks,
      meanIntervalMs: random.pick([0, 1, 300, 999, 1_000, 1_001, random.next() * 100_000]),
      intervalVariation: random.pick([0, 0.1, 0.499, 0.5, 0.501, 1, 3 * random.next()]),
    },
    agent: { addresses, clicks: Math.floor(addresses * clicksPerAddress) },
    bots: random.pick([0, 0, clicks, Math.max(0, clicks - 1)]),
  };
}

function randomSettings(number: number): FraudSettings {
  if (number === 0) {
    return DEFAULT_FRAUD_SETTINGS;
  }
  return {
    ...DEFAULT_FRAUD_SETTINGS,
    click_flood_clicks: 1 + random.below(random.pick([10, 500])),
    single_agent_clicks: 1 + random.below(random.pick([10, 200])),
    rapid_fire_clicks: 2 + random.below(50),
    rapid_fire_interval_ms: 1 + random.below(5_000),
    block_above: random.pick([0.7, 0.95, 1]),
  };
}

/** All patterns and what they make together, as the actor has it. */
function ours({ stats, agent, bots }: Hour, settings: FraudSettings): number[] {
  const patterns = FRAUD_PATTERNS.map((pattern) =>
    patternConfidence(pattern, stats, settings, agent),
  );
  const together = combinedConfidence(patterns);
  const isBots = bots === stats.clicks;
  return [...patterns, isBots ? declaredBotConfidence(together, settings.block_above) : together];
}

async function theirs(hours: readonly Hour[], settings: FraudSettings): Promise<number[][]> {
  const patterns = FRAUD_PATTERNS.map((pattern) => `${PATTERN_SQL[pattern]} AS ${pattern}`);
  const answer = await store.client.query({
    query: `SELECT ${patterns.join(', ')}, ${CONFIDENCE_SQL} AS confidence
      FROM (
        SELECT arrayJoin(arrayZip({clicks:Array(UInt32)}, {agents:Array(UInt32)},
            {means:Array(Float64)}, {variations:Array(Float64)}, {bots:Array(UInt32)},
            {addresses:Array(UInt32)}, {agent_clicks:Array(UInt32)})) AS hour,
          hour.1 AS clicks, hour.2 AS agents, hour.3 AS mean_interval_ms,
          hour.4 AS interval_variation, hour.5 AS bots, hour.6 AS agent_addresses,
          hour.7 AS agent_clicks
      )`,
    query_params: {
      ...definitionParams(settings),
      clicks: hours.map(({ stats }) => stats.clicks),
      agents: hours.map(({ stats }) => stats.agents),
      means: hours.map(({ stats }) => stats.meanIntervalMs),
      variations: hours.map(({ stats }) => stats.intervalVariation),
      bots: hours.map(({ bots }) => bots),
      addresses: hours.map(({ agent }) => agent.addresses),
      agent_clicks: hours.map(({ agent }) => agent.clicks),
    },
    format: 'JSONCompactEachRow',
  });
  return answer.json<number[]>();
}

test('the definition and its SQL have the same confidence in every hour of an address', async () => {
  const seen = FRAUD_PATTERNS.map(() => 0);
  let certain = 0;
  for (let number = 0; number < SETTINGS; number++) {
    const settings = randomSettings(number);
    const hours = Array.from({ length: HOURS_PER_SETTINGS }, () => randomHour(settings));
    const answers = await theirs(hours, settings);
    expect(answers).toHaveLength(hours.length);
    for (const [at, hour] of hours.entries()) {
      const expected = ours(hour, settings);
      for (const [place, confidence] of expected.entries()) {
        const told = answers[at]?.[place] ?? Number.NaN;
        if (Math.abs(told - confidence) > 1e-9 || Number.isNaN(told)) {
          expect({ hour, settings, answers: answers[at] }).toEqual({
            hour,
            settings,
            answers: expected,
          });
        }
        if (place < seen.length && confidence > 0) seen[place] = (seen[place] ?? 0) + 1;
      }
      certain += (expected.at(-1) ?? 0) > 0.95 ? 1 : 0;
    }
  }
  // Each pattern must be common, or agreeing says little.
  expect(Math.min(...seen)).toBeGreaterThan(300);
  expect(certain).toBeGreaterThan(300);
});
