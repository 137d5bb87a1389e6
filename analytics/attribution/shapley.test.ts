import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHAPLEY_CHANNELS_MAX, shapleyCredits, shapleyValues } from './shapley.ts';

describe('shapley values', () => {
  it('of the glove game are those of the textbooks', () => {
    /*
     * Wikipedia, "Shapley value", glove game: players 0 and 1 have left gloves, player 2 a right one;
     * a pair is worth 1. So v = 1 for {0,2}, {1,2}, {0,1,2}, else 0; values 1/6, 1/6, 4/6.
     */
    const worth = [0, 0, 0, 0, 0, 1, 1, 1];
    const values = shapleyValues(worth, 3);
    expect(values[0]).toBeCloseTo(1 / 6, 12);
    expect(values[1]).toBeCloseTo(1 / 6, 12);
    expect(values[2]).toBeCloseTo(4 / 6, 12);
  });

  it('of journeys by two channels are right, computed by hand', () => {
    /*
     * 2 conversions through A alone, 1 through B alone, 3 through both: v(A) = 2, v(B) = 1, v(AB) = 6.
     * A: half of v(A) − v() = 2, half of v(AB) − v(B) = 5: 3.5. B: half of 1, half of 6 − 2: 2.5.
     */
    const values = shapleyCredits(
      [
        { mask: 0b01, worth: 2 },
        { mask: 0b10, worth: 1 },
        { mask: 0b11, worth: 3 },
      ],
      2,
    );
    expect(values).toEqual([3.5, 2.5]);
  });

  it('give everything to the only channel, and nothing where there is nothing', () => {
    expect(shapleyCredits([{ mask: 1, worth: 7 }], 1)).toEqual([7]);
    expect(shapleyCredits([{ mask: 1, worth: 7 }], 2)).toEqual([7, 0]);
    expect(shapleyCredits([], 2)).toEqual([0, 0]);
    expect(shapleyCredits([], 0)).toEqual([]);
  });

  it('refuse games that are too large', () => {
    const players = SHAPLEY_CHANNELS_MAX + 1;
    expect(() => shapleyValues(new Float64Array(2 ** players), players)).toThrow();
  });
});

const CHANNELS = 6;
const sets = fc.array(
  fc.record({ mask: fc.integer({ min: 1, max: 2 ** CHANNELS - 1 }), worth: fc.nat(10_000) }),
  { maxLength: 40 },
);

describe('shapley credits of random journeys', () => {
  it('are each journey divided equally among its channels', () => {
    // Theorem of Zhao, Mahboobi, Bagheri 2018 (arXiv:1804.05327): φ_c = Σ over S with c of R(S) / |S|.
    fc.assert(
      fc.property(sets, (list) => {
        const expected = new Array<number>(CHANNELS).fill(0);
        for (const { mask, worth } of list) {
          const members = expected.map((_, channel) => channel).filter((c) => (mask >> c) & 1);
          for (const c of members) expected[c] = (expected[c] ?? 0) + worth / members.length;
        }
        for (const [channel, credit] of shapleyCredits(list, CHANNELS).entries()) {
          expect(credit).toBeCloseTo(expected[channel] ?? -1, 6);
        }
      }),
    );
  });

  it('are the average over all orders in which channels could have joined', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 16, maxLength: 16 }), (worth) => {
        const orders = permutations([0, 1, 2, 3]);
        const sums = [0, 0, 0, 0];
        for (const order of orders) {
          let mask = 0;
          for (const player of order) {
            const joined = mask | (1 << player);
            sums[player] = (sums[player] ?? 0) + (worth[joined] ?? 0) - (worth[mask] ?? 0);
            mask = joined;
          }
        }
        for (const [player, value] of shapleyValues(worth, 4).entries()) {
          expect(value).toBeCloseTo((sums[player] ?? 0) / orders.length, 9);
        }
      }),
    );
  });
});

function permutations(items: number[]): number[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
