import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invert } from './linear-system.ts';
import { markovRemovalEffects, type Transition } from './markov.ts';

type Journey = { path: number[]; conversions: number; nulls: number };

/** Transitions of whole journeys, one by one. */
function transitionsOf(journeys: readonly Journey[]): Transition[] {
  return journeys.flatMap(({ path, conversions, nulls }) => {
    const last = path.at(-1) ?? 0;
    return [
      ...path.map((to, index) => ({
        from: path[index - 1] ?? ('start' as const),
        to,
        count: conversions + nulls,
      })),
      { from: last, to: 'conversion' as const, count: conversions },
      { from: last, to: 'null' as const, count: nulls },
    ];
  });
}

function effects(journeys: readonly Journey[], channels: number) {
  return markovRemovalEffects(transitionsOf(journeys), channels);
}

describe('removal effects', () => {
  it('are those of a published example', () => {
    /*
     * S. Puzyrov, "Markov Chain Attribution – Simple Explanation Of Removal Effect", July 2019,
     * serhiipuzyrov.com/2019/07/markov-chain-attribution-simple-explanation-of-removal-effect.
     * Google Ads 2 conversions and 1 null, Mailing 1 conversion, Google Ads > Mailing 1 conversion:
     * start > google 4/5, start > mailing 1/5, google > conversion 2/4, google > mailing 1/4,
     * google > null 1/4, mailing > conversion 2/2.
     * Conversion: 4/5 · (2/4 + 1/4 · 1) + 1/5 · 1 = 0.8. Without google 1/5 = 0.2: effect 0.75.
     * Without mailing 4/5 · 2/4 = 0.4: effect 0.5.
     */
    const { conversionProbability, removalEffects } = effects(
      [
        { path: [0], conversions: 2, nulls: 1 },
        { path: [1], conversions: 1, nulls: 0 },
        { path: [0, 1], conversions: 1, nulls: 0 },
      ],
      2,
    );
    expect(conversionProbability).toBeCloseTo(0.8, 12);
    expect(removalEffects[0]).toBeCloseTo(0.75, 12);
    expect(removalEffects[1]).toBeCloseTo(0.5, 12);
  });

  it('are right in a chain with a loop, computed by hand', () => {
    /*
     * A > B > A > conversion once, B > null once. Transitions: start > A 1/2, start > B 1/2;
     * A > B 1/2, A > conversion 1/2; B > A 1/2, B > null 1/2.
     * a = 1/2 + b/2 and b = a/2 give a = 2/3, b = 1/3; conversion = (a + b)/2 = 1/2.
     * Without B: start > A > conversion = 1/2 · 1/2 = 1/4: effect 1/2. Without A nothing: effect 1.
     */
    const { conversionProbability, removalEffects } = effects(
      [
        { path: [0, 1, 0], conversions: 1, nulls: 0 },
        { path: [1], conversions: 0, nulls: 1 },
      ],
      2,
    );
    expect(conversionProbability).toBeCloseTo(1 / 2, 12);
    expect(removalEffects[0]).toBeCloseTo(1, 12);
    expect(removalEffects[1]).toBeCloseTo(1 / 2, 12);
  });

  it('are not changed by touchpoints that follow one of the same channel', () => {
    const once = [
      { path: [0, 1], conversions: 3, nulls: 2 },
      { path: [1], conversions: 1, nulls: 4 },
    ];
    const repeated = [
      { path: [0, 0, 0, 1, 1], conversions: 3, nulls: 2 },
      { path: [1, 1], conversions: 1, nulls: 4 },
    ];
    expect(effects(repeated, 2)).toEqual(effects(once, 2));
  });

  it('are 1 for the only channel, and 0 for channels that never lead to a conversion', () => {
    expect(effects([{ path: [0], conversions: 1, nulls: 9 }], 1).removalEffects).toEqual([1]);
    const { removalEffects } = effects(
      [
        { path: [0], conversions: 1, nulls: 0 },
        { path: [1], conversions: 0, nulls: 5 },
      ],
      3,
    );
    expect(removalEffects).toEqual([1, 0, 0]);
  });

  it('are 0 when nobody converted, or there is nobody', () => {
    expect(effects([{ path: [0, 1], conversions: 0, nulls: 5 }], 2).removalEffects).toEqual([0, 0]);
    expect(markovRemovalEffects([], 0)).toEqual({ conversionProbability: 0, removalEffects: [] });
    expect(markovRemovalEffects([], 2).removalEffects).toEqual([0, 0]);
  });

  it('survive conversions that are one in a thousand million', () => {
    const { conversionProbability, removalEffects } = effects(
      [
        { path: [0, 1, 0, 1, 0, 1], conversions: 1, nulls: 999_999_999 },
        { path: [0], conversions: 0, nulls: 1 },
      ],
      2,
    );
    expect(conversionProbability).toBeCloseTo(1e-9, 15);
    expect(removalEffects[0]).toBeCloseTo(1, 9);
    expect(removalEffects[1]).toBeCloseTo(1, 9);
  });
});

const CHANNELS = 5;
const journeys = fc
  .array(
    fc.record({
      path: fc.array(fc.nat(CHANNELS - 1), { minLength: 1, maxLength: 7 }),
      conversions: fc.nat(20),
      nulls: fc.nat(50),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .filter((list) => list.every(({ conversions, nulls }) => conversions + nulls > 0));

describe('removal effects of random journeys', () => {
  it('are what walking through the chain without the channel loses', () => {
    fc.assert(
      fc.property(journeys, (list) => {
        const { conversionProbability, removalEffects } = effects(list, CHANNELS);
        const whole = walk(list, -1);
        expect(conversionProbability).toBeCloseTo(whole, 9);
        for (const [channel, effect] of removalEffects.entries()) {
          const lost = whole === 0 ? 0 : 1 - walk(list, channel) / whole;
          expect(effect).toBeCloseTo(lost, 6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('do not depend on the order of journeys', () => {
    fc.assert(
      fc.property(journeys, (list) => {
        const forward = effects(list, CHANNELS).removalEffects;
        const backward = effects(list.toReversed(), CHANNELS).removalEffects;
        for (const [channel, effect] of forward.entries()) {
          expect(effect).toBeCloseTo(backward[channel] ?? -1, 9);
        }
      }),
    );
  });
});

/** The conversion probability by following the probability mass step by step until it is absorbed. */
function walk(list: readonly Journey[], removed: number): number {
  const counts = new Map<string, Map<string, number>>();
  for (const { path, conversions, nulls } of list) {
    const collapsed = path.filter((channel, index) => channel !== path[index - 1]);
    const states = ['start', ...collapsed.map(String)];
    const note = (from: string, to: string, count: number) => {
      const row = counts.get(from) ?? new Map<string, number>();
      counts.set(from, row.set(to, (row.get(to) ?? 0) + count));
    };
    for (const [index, state] of states.entries()) {
      const next = states[index + 1];
      if (next !== undefined) note(state, next, conversions + nulls);
    }
    const last = states.at(-1) ?? 'start';
    note(last, 'conversion', conversions);
    note(last, 'null', nulls);
  }
  let mass = new Map([['start', 1]]);
  let converted = 0;
  for (let step = 0; step < 20_000 && mass.size > 0; step++) {
    const next = new Map<string, number>();
    for (const [state, amount] of mass) {
      const row = counts.get(state) ?? new Map<string, number>();
      const total = [...row.values()].reduce((sum, count) => sum + count, 0);
      for (const [to, count] of row) {
        const moved = (amount * count) / total;
        if (to === 'conversion') converted += moved;
        else if (to !== 'null' && to !== String(removed) && moved > 1e-13) {
          next.set(to, (next.get(to) ?? 0) + moved);
        }
      }
    }
    mass = next;
  }
  return converted;
}

describe('inverting a matrix', () => {
  it('needs rows to be exchanged where the diagonal is zero', () => {
    expect(
      invert([
        [0, 2],
        [4, 0],
      ]).map((row) => [...row]),
    ).toEqual([
      [0, 0.25],
      [0.5, 0],
    ]);
  });

  it('refuses a singular one', () => {
    expect(() =>
      invert([
        [1, 2],
        [2, 4],
      ]),
    ).toThrow('singular');
  });
});
