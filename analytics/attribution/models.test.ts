import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion, percentages } from './apportion.ts';
import { DAY_MS, RULE_MODELS, type Touch, touchWeights } from './models.ts';

const touches = fc
  .array(fc.record({ atMs: fc.nat(400 * DAY_MS), isDirect: fc.boolean() }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((journey) => journey.sort((a, b) => a.atMs - b.atMs));
const options = fc.record({
  model: fc.constantFrom(...RULE_MODELS),
  halfLifeDays: fc.double({ min: 0.001, max: 3650, noNaN: true }),
  directWeight: fc.double({ min: 0, max: 100, noNaN: true }),
});

/** Shares in percent, of touchpoints so many days before the newest; `d` marks direct ones. */
function shares(
  model: (typeof RULE_MODELS)[number],
  journey: string,
  { halfLifeDays = 7, directWeight = 1 } = {},
): number[] {
  const days = journey.split(' ');
  const list: Touch[] = days.map((text) => ({
    atMs: 1000 * DAY_MS - Number(text.replace('d', '')) * DAY_MS,
    isDirect: text.endsWith('d'),
  }));
  return percentages(touchWeights(list, { model, halfLifeDays, directWeight }));
}

describe('weights of touchpoints', () => {
  it('first_touch and last_touch choose an end', () => {
    expect(shares('first_touch', '5 3d 0')).toEqual([100, 0, 0]);
    expect(shares('last_touch', '5 3 0d')).toEqual([0, 0, 100]);
  });

  it('last_non_direct passes direct touchpoints over unless there is nothing else', () => {
    expect(shares('last_non_direct', '5 3 1d 0d')).toEqual([0, 100, 0, 0]);
    expect(shares('last_non_direct', '1d 0d')).toEqual([0, 100]);
  });

  it('linear divides equally', () => {
    expect(shares('linear', '5 3 1 0')).toEqual([25, 25, 25, 25]);
    expect(shares('linear', '2 1 0')).toEqual([33.34, 33.33, 33.33]);
  });

  it('position_based gives 40 to each end and 20 to those between', () => {
    expect(shares('position_based', '0')).toEqual([100]);
    expect(shares('position_based', '1 0')).toEqual([50, 50]);
    expect(shares('position_based', '2 1 0')).toEqual([40, 20, 40]);
    expect(shares('position_based', '4 3 2 1 0')).toEqual([40, 6.67, 6.67, 6.66, 40]);
  });

  it('time_decay halves the weight with each half-life', () => {
    // Weights 1/4, 1/2 and 1: 1/7, 2/7 and 4/7 of the whole.
    expect(shares('time_decay', '14 7 0')).toEqual([14.29, 28.57, 57.14]);
    expect(shares('time_decay', '4 2 0', { halfLifeDays: 2 })).toEqual([14.29, 28.57, 57.14]);
  });

  it('the direct factor weakens direct touchpoints and leaves the others in proportion', () => {
    expect(shares('linear', '2 1 0d', { directWeight: 0.5 })).toEqual([40, 40, 20]);
    expect(shares('linear', '2 1 0d', { directWeight: 0 })).toEqual([50, 50, 0]);
  });

  it('the direct factor is left out when nothing but direct touchpoints could be credited', () => {
    expect(shares('linear', '1d 0d', { directWeight: 0 })).toEqual([50, 50]);
    expect(shares('last_touch', '1 0d', { directWeight: 0 })).toEqual([0, 100]);
  });

  it('survive journeys so old that their weights would vanish', () => {
    expect(shares('time_decay', '4000 3999 0', { halfLifeDays: 0.001 })).toEqual([0, 0, 100]);
    expect(shares('time_decay', '4000 4000', { halfLifeDays: 0.001 })).toEqual([50, 50]);
  });

  it('are finite, not negative and never all zero', () => {
    fc.assert(
      fc.property(touches, options, (journey, how) => {
        const weights = touchWeights(journey, how);
        expect(weights).toHaveLength(journey.length);
        expect(weights.every((weight) => weight >= 0 && weight <= 100)).toBe(true);
        expect(weights.some((weight) => weight > 0)).toBe(true);
      }),
    );
  });

  it('depend on ages only, not on the date', () => {
    fc.assert(
      fc.property(touches, options, fc.nat(10_000), (journey, how, days) => {
        const later = journey.map((touch) => ({ ...touch, atMs: touch.atMs + days * DAY_MS }));
        expect(touchWeights(later, how)).toEqual(touchWeights(journey, how));
      }),
    );
  });

  it('of first_touch are those of last_touch with the journey turned round', () => {
    fc.assert(
      fc.property(touches, (journey) => {
        const how = { halfLifeDays: 7, directWeight: 1 };
        const first = touchWeights(journey, { ...how, model: 'first_touch' });
        const last = touchWeights(journey.toReversed(), { ...how, model: 'last_touch' });
        expect(first).toEqual(last.toReversed());
      }),
    );
  });

  it('of linear and position_based are the same in both directions', () => {
    fc.assert(
      fc.property(touches, fc.constantFrom('linear', 'position_based'), (journey, model) => {
        const how = { model, halfLifeDays: 7, directWeight: 0.5 } as const;
        expect(touchWeights(journey.toReversed(), how).toReversed()).toEqual(
          touchWeights(journey, how),
        );
      }),
    );
  });

  it('of time_decay never fall towards the conversion', () => {
    fc.assert(
      fc.property(
        touches,
        fc.double({ min: 0.001, max: 3650, noNaN: true }),
        (journey, halfLifeDays) => {
          const weights = touchWeights(journey, {
            model: 'time_decay',
            halfLifeDays,
            directWeight: 1,
          });
          expect(weights).toEqual(weights.toSorted((a, b) => a - b));
        },
      ),
    );
  });
});

const weightLists = fc
  .array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 })
  .filter((weights) => weights.some((weight) => weight > 1e-9));

describe('apportioning', () => {
  it('gives what rounding leaves to those that lost most, the earlier of equal ones first', () => {
    expect(apportion(100n, [1, 1, 1])).toEqual([34n, 33n, 33n]);
    expect(apportion(10n, [5, 3.3, 1.7])).toEqual([5n, 3n, 2n]);
    expect(apportion(1_499_900n, [0.15, 0.25, 0.35, 0.25], 100n).map(String)).toEqual([
      '225000',
      '375000',
      '524900',
      '375000',
    ]);
  });

  it('adds up to the amount exactly, and no part is off by a unit or more', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), weightLists, (amount, weights) => {
        const parts = apportion(amount, weights);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        const scaled = weights.map((weight) => BigInt(Math.floor(weight * 2 ** 52)));
        const total = scaled.reduce((sum, weight) => sum + weight, 0n);
        for (const [index, part] of parts.entries()) {
          const difference = part * total - amount * (scaled[index] ?? 0n);
          expect(difference < total && difference > -total).toBe(true);
        }
      }),
    );
  });

  it('gives nothing to weights of zero', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), weightLists, (amount, weights) => {
        expect(apportion(amount, [0, ...weights, 0])).toEqual([
          0n,
          ...apportion(amount, weights),
          0n,
        ]);
      }),
    );
  });

  it('of percentages adds up to 100.00', () => {
    fc.assert(
      fc.property(weightLists, (weights) => {
        const hundredths = percentages(weights).map((percent) => Math.round(percent * 100));
        expect(hundredths.reduce((sum, part) => sum + part, 0)).toBe(10_000);
      }),
    );
    expect(percentages([0, 0])).toEqual([0, 0]);
    expect(percentages([])).toEqual([]);
  });

  it('refuses what cannot be split', () => {
    expect(() => apportion(1n, [0])).toThrow();
    expect(() => apportion(1n, [])).toThrow();
    expect(() => apportion(101n, [1], 100n)).toThrow();
    expect(() => apportion(-1n, [1])).toThrow();
    expect(() => apportion(1n, [Number.NaN])).toThrow();
    expect(() => apportion(1n, [Number.POSITIVE_INFINITY])).toThrow();
  });
});
