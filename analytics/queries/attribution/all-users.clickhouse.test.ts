import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { markovRemovalEffects, type Transition } from '../../attribution/markov.ts';
import { DAY_MS, RULE_MODELS } from '../../attribution/models.ts';
import {
  creditUser,
  isInLookback,
  type Touchpoint,
  type UserConversion,
} from '../../attribution/user-attribution.ts';
import { type AllUsersOptions, attributeAllUsers } from './all-users.ts';
import { JOURNEY_TOUCHES_MAX } from './events.ts';
import {
  conversionRow,
  exampleJourney,
  insertEvents,
  ORGANIZATION,
  touchRow,
} from './test-journeys.ts';

let store: TestClickHouse;
beforeEach(async () => {
  store = await createTestClickHouse();
});
afterEach(() => store.drop());

const START_MS = Date.parse('2024-05-01');
const END_MS = Date.parse('2024-06-15');

const OPTIONS: AllUsersOptions = {
  organizationId: ORGANIZATION,
  model: 'linear',
  groupBy: 'source',
  range: { startMs: START_MS, endMs: END_MS, timezone: 'UTC' },
  lookbackDays: 30,
  halfLifeDays: 7,
  directWeight: 1,
  rates: { reportingCurrency: 'USD', rates: new Map() },
};

function attribute(changes: Partial<AllUsersOptions> = {}) {
  return attributeAllUsers(store.client, { ...OPTIONS, ...changes });
}

/** The same numbers on each run: a linear congruential generator. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type User = { touchpoints: Touchpoint[]; conversions: UserConversion[] };

const SOURCES = ['facebook', 'google', 'email', 'direct', 'tiktok'];
const MEDIUMS = ['cpc', 'organic', null];

/** Users with up to 12 touchpoints and 3 conversions, partly outside of the range and the lookback. */
async function insertRandomUsers(seed: number, count: number): Promise<User[]> {
  const random = randomNumbers(seed);
  const rows: Array<Record<string, unknown>> = [];
  const anyTime = () => START_MS - 40 * DAY_MS + random(90 * 86_400) * 1000;
  const users = Array.from({ length: count }, (_, number) => {
    const user_id = `usr_${number}`;
    const touchpoints = Array.from({ length: random(13) }, () => {
      const atMs = anyTime();
      const source = SOURCES[random(SOURCES.length)] ?? '';
      const medium = MEDIUMS[random(MEDIUMS.length)] ?? null;
      const row = touchRow(atMs, { user_id, source, medium });
      rows.push(row);
      return { atMs, source, medium, campaign: null };
    });
    // Clicks that were blocked are no touchpoints, neither at the beginning nor at the end of a journey.
    for (const atMs of [START_MS, END_MS - 1]) {
      rows.push(touchRow(atMs, { user_id, source: 'attacker', is_blocked: true }));
    }
    const conversions = Array.from({ length: random(4) }, () => {
      const atMs = anyTime();
      const units = random(3) === 0 ? random(1_000_000) : random(10_000) * 100;
      const row = conversionRow(atMs, (units / 10_000).toFixed(4), { user_id });
      rows.push(row);
      return { atMs, name: 'purchase', units: BigInt(units) };
    }).filter(({ atMs }) => atMs >= START_MS && atMs < END_MS);
    return { touchpoints, conversions };
  });
  await insertEvents(store.client, rows);
  return users;
}

function naiveCredits(
  users: User[],
  options: AllUsersOptions,
  group: (touch: Touchpoint) => string,
) {
  const units = new Map<string, bigint>();
  for (const { touchpoints, conversions } of users) {
    const { model } = options;
    if (model === 'markov' || model === 'shapley') throw new Error('Not a model of rules');
    for (const touch of creditUser(touchpoints, conversions, { ...options, model }).touchpoints) {
      units.set(group(touch), (units.get(group(touch)) ?? 0n) + touch.units);
    }
  }
  return units;
}

/** What happened to each journey: its channels in order, and whether it converted. */
function naiveJourneys(users: User[], lookbackDays: number) {
  return users.flatMap(({ touchpoints, conversions }) => {
    const sorted = [...touchpoints].sort((a, b) => a.atMs - b.atMs);
    const lastMs = Math.max(0, ...conversions.map(({ atMs }) => atMs));
    const converted = conversions.map((conversion) => ({
      units: Number(conversion.units),
      isConverted: true,
      channels: sorted
        .filter(({ atMs }) => isInLookback(atMs, conversion.atMs, lookbackDays))
        .map(({ source }) => source),
    }));
    const rest = sorted.filter(({ atMs }) => atMs > lastMs && atMs >= START_MS && atMs < END_MS);
    const unconverted = {
      units: 0,
      isConverted: false,
      channels: rest.map(({ source }) => source),
    };
    return [...converted, unconverted].filter(({ channels }) => channels.length > 0);
  });
}

describe('all users', () => {
  it.each(RULE_MODELS)('are credited by %s as each of them alone is', async (model) => {
    const users = await insertRandomUsers(7, 120);
    const options = { model, directWeight: 0.5, lookbackDays: 12.5, halfLifeDays: 3 };
    const answer = await attribute(options);
    const naive = naiveCredits(users, { ...OPTIONS, ...options }, ({ source }) => source);
    expect(new Map(answer.groups.map(({ group, units }) => [group, units]))).toEqual(naive);
    const all = users.flatMap(({ conversions }) => conversions);
    expect(answer.conversions).toBe(all.length);
    expect(answer.totalUnits).toBe(all.reduce((sum, { units }) => sum + units, 0n));
    const attributed = answer.groups.reduce((sum, { units }) => sum + units, 0n);
    expect(attributed + answer.unattributedUnits).toBe(answer.totalUnits);
    expect(answer.unattributedConversions).toBeGreaterThan(0);
    const percent = answer.groups.reduce((sum, group) => sum + group.percent, 0);
    expect(percent).toBeCloseTo(100, 9);
  });

  it('are credited by markov as the chain of their journeys says', async () => {
    const users = await insertRandomUsers(8, 150);
    const answer = await attribute({ model: 'markov' });
    const transitions: Transition[] = naiveJourneys(users, 30).flatMap(
      ({ channels, isConverted }) => {
        const states = channels.map((source) => SOURCES.indexOf(source));
        return [...states, isConverted ? ('conversion' as const) : ('null' as const)].map(
          (to, index) => ({ from: states[index - 1] ?? ('start' as const), to, count: 1 }),
        );
      },
    );
    const { removalEffects } = markovRemovalEffects(transitions, SOURCES.length);
    const total = removalEffects.reduce((sum, effect) => sum + effect, 0);
    for (const { group, percent } of answer.groups) {
      const effect = removalEffects[SOURCES.indexOf(group ?? '')] ?? 0;
      expect(percent).toBeCloseTo((100 * effect) / total, 1);
    }
    expect(answer.groups).toHaveLength(SOURCES.length);
    const attributed = answer.groups.reduce((sum, { units }) => sum + units, 0n);
    expect(attributed + answer.unattributedUnits).toBe(answer.totalUnits);
  });

  it('are credited by shapley: each journey in equal parts to its different channels', async () => {
    const users = await insertRandomUsers(9, 150);
    const answer = await attribute({ model: 'shapley' });
    const value = new Map<string, number>();
    for (const { channels, isConverted, units } of naiveJourneys(users, 30)) {
      const different = [...new Set(channels)];
      for (const channel of isConverted ? different : []) {
        value.set(channel, (value.get(channel) ?? 0) + units / different.length);
      }
    }
    for (const { group, units } of answer.groups) {
      expect(Math.abs(Number(units) - (value.get(group ?? '') ?? 0))).toBeLessThan(101);
    }
    expect(answer.groups).toHaveLength(value.size);
  });

  it('are grouped by medium and campaign too, with a group for those without', async () => {
    await insertEvents(store.client, exampleJourney());
    const byMedium = await attribute({ groupBy: 'medium' });
    expect(new Map(byMedium.groups.map(({ group, units }) => [group, units]))).toEqual(
      new Map([
        ['cpc', 375_000n],
        ['organic', 375_000n],
        ['newsletter', 375_000n],
        [null, 374_900n],
      ]),
    );
    const byCampaign = await attribute({ groupBy: 'campaign', model: 'last_non_direct' });
    const [best] = byCampaign.groups;
    expect(best).toMatchObject({ group: 'june_promo', units: 1_499_900n, percent: 100 });
    expect(byCampaign.groups.find(({ group }) => group === null)).toMatchObject({
      units: 0n,
      lastTouches: 1,
    });
  });

  it('stay apart by organisation', async () => {
    await insertEvents(store.client, exampleJourney());
    const answer = await attribute({ organizationId: 'org_other' });
    expect(answer).toMatchObject({ groups: [], conversions: 0, totalUnits: 0n });
  });

  it('include those whose conversion names only their click', async () => {
    await insertEvents(store.client, [
      touchRow('2024-06-01T00:00:00Z', { user_id: 'usr_a', click_id: 'fb_1', source: 'facebook' }),
      conversionRow('2024-06-02T00:00:00Z', '20', { user_id: '', click_id: 'fb_1' }),
      conversionRow('2024-06-02T00:00:00Z', '7', { user_id: '', click_id: 'unknown' }),
    ]);
    const answer = await attribute();
    expect(answer).toMatchObject({
      groups: [{ group: 'facebook', units: 200_000n, conversions: 1 }],
      totalUnits: 270_000n,
      unattributedUnits: 70_000n,
      unattributedConversions: 1,
    });
  });

  it('keep their latest touchpoints when they have too many', async () => {
    const click = (index: number, source: string) =>
      touchRow(START_MS + index * 1000, { user_id: 'usr_busy', source });
    const many = Array.from({ length: JOURNEY_TOUCHES_MAX }, (_, index) =>
      click(index + 1, 'late'),
    );
    await insertEvents(store.client, [
      click(0, 'early'),
      ...many,
      conversionRow(START_MS + DAY_MS, '5', { user_id: 'usr_busy' }),
    ]);
    const answer = await attribute({ model: 'first_touch' });
    expect(answer.groups.map(({ group }) => group)).toEqual(['late']);
    expect(answer.conversionsCut).toBe(1);
  });

  it('are pooled as other beyond the twelfth channel of shapley', async () => {
    const rows = Array.from({ length: 15 }, (_, channel) =>
      Array.from({ length: 30 - channel }, (_, index) => {
        const user_id = `usr_${channel}_${index}`;
        return [
          touchRow('2024-06-01T00:00:00Z', { user_id, source: `s${channel}` }),
          conversionRow('2024-06-02T00:00:00Z', '1', { user_id }),
        ];
      }),
    ).flat(2);
    await insertEvents(store.client, rows);
    const answer = await attribute({ model: 'shapley' });
    expect(answer.groups).toHaveLength(12);
    const other = answer.groups.find(({ group }) => group === 'other');
    // s11 to s14: 19 + 18 + 17 + 16 conversions of 1.00 each.
    expect(other).toMatchObject({ units: 700_000n, conversions: 70 });
  });
});
