import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeJourney, shownDays } from './insights.ts';
import { DAY_MS, RULE_MODELS } from './models.ts';
import { toUnits, unitsToDecimal } from './money-units.ts';
import { type CreditOptions, creditUser, type Touchpoint } from './user-attribution.ts';

const HOW: CreditOptions = { model: 'linear', halfLifeDays: 7, directWeight: 1, lookbackDays: 30 };

function touch(days: number, source = 'google'): Touchpoint {
  const atMs = days * DAY_MS;
  return { atMs, source, medium: null, campaign: null };
}

function conversion(days: number, value = '10.00') {
  const atMs = days * DAY_MS;
  return { atMs, name: 'purchase', units: toUnits(value) };
}

describe("a user's conversions", () => {
  it('are credited to touchpoints up to the last millisecond of the lookback', () => {
    const edge = { ...touch(70), atMs: 70 * DAY_MS };
    const beyond = { ...touch(69, 'late'), atMs: 70 * DAY_MS - 1 };
    const same = touch(100, 'same');
    const after = { ...touch(101, 'after'), atMs: 100 * DAY_MS + 1 };
    const { touchpoints } = creditUser([edge, beyond, same, after], [conversion(100)], HOW);
    expect(touchpoints.map(({ source }) => source)).toEqual(['google', 'same']);
  });

  it('each have their own journey, and a touchpoint adds up what it gets of them', () => {
    const answer = creditUser(
      [touch(100, 'a'), touch(120, 'b')],
      [conversion(125, '10.00'), conversion(110, '5.00'), conversion(140, '1.00')],
      HOW,
    );
    expect(answer.touchpoints).toMatchObject([
      { source: 'a', units: 100_000n, beforeConversionMs: 10 * DAY_MS },
      { source: 'b', units: 60_000n, beforeConversionMs: 5 * DAY_MS },
    ]);
    expect(answer.touchpoints.map(({ percent }) => percent)).toEqual([62.5, 37.5]);
    expect(answer.conversions.map(({ touchpoints }) => touchpoints)).toEqual([1, 2, 1]);
  });

  it('without touchpoints are credited to nobody', () => {
    const answer = creditUser([touch(1)], [conversion(100, '5.00'), conversion(2, '1.00')], HOW);
    expect(answer).toMatchObject({ totalUnits: 60_000n, unattributedUnits: 50_000n });
    expect(answer.touchpoints).toMatchObject([{ units: 10_000n, percent: 100 }]);
  });

  it('worth nothing still say who led to them', () => {
    const answer = creditUser([touch(1), touch(2)], [conversion(3, '0')], HOW);
    expect(answer.touchpoints.map(({ percent, units }) => [percent, units])).toEqual([
      [50, 0n],
      [50, 0n],
    ]);
  });

  it('may not exist, nor touchpoints', () => {
    const nothing = { touchpoints: [], totalUnits: 0n, unattributedUnits: 0n };
    expect(creditUser([], [], HOW)).toEqual({ ...nothing, conversions: [] });
    expect(creditUser([touch(1)], [], HOW)).toEqual({ ...nothing, conversions: [] });
  });

  it('are divided into whole cents when they are whole cents', () => {
    const touches = [touch(1), touch(2), touch(3)];
    const parts = (value: string) =>
      creditUser(touches, [conversion(4, value)], HOW).touchpoints.map(({ units }) =>
        unitsToDecimal(units),
      );
    expect(parts('100.00')).toEqual(['33.3400', '33.3300', '33.3300']);
    expect(parts('100.0001')).toEqual(['33.3334', '33.3334', '33.3333']);
  });

  it('add up exactly, whatever the model and the journey, in any order', () => {
    const day = fc.double({ min: 0, max: 100, noNaN: true });
    const source = fc.constantFrom('google', 'direct', 'email');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(day, source), { maxLength: 12 }),
        fc.array(fc.tuple(day, fc.bigInt(0n, 10n ** 13n)), { maxLength: 4 }),
        fc.constantFrom(...RULE_MODELS),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (days, orders, model, directWeight) => {
          const touches = days.map(([at, name]) => ({
            ...touch(0, name),
            atMs: Math.floor(at * DAY_MS),
          }));
          const list = orders.map(([at, units]) => ({
            ...conversion(0),
            atMs: Math.floor(at * DAY_MS),
            units,
          }));
          const how = { ...HOW, model, directWeight };
          const answer = creditUser(touches, list, how);
          const credited = answer.touchpoints.reduce((sum, { units }) => sum + units, 0n);
          expect(credited + answer.unattributedUnits).toBe(answer.totalUnits);
          const percent = answer.touchpoints.reduce(
            (sum, one) => sum + Math.round(one.percent * 100),
            0,
          );
          expect([0, 10_000]).toContain(percent);
          expect(answer.touchpoints.length === 0 || percent === 10_000 || credited === 0n).toBe(
            true,
          );
          const reversed = creditUser(touches.toReversed(), list.toReversed(), how);
          expect(reversed.totalUnits - reversed.unattributedUnits).toBe(credited);
        },
      ),
    );
  });
});

describe('amounts', () => {
  it('are read and written exactly', () => {
    expect(toUnits('149.99')).toBe(1_499_900n);
    expect(toUnits('0.0001')).toBe(1n);
    expect(toUnits('99999999999999.9999')).toBe(999_999_999_999_999_999n);
    expect(unitsToDecimal(toUnits('-3.5'))).toBe('-3.5000');
    expect(() => toUnits('1.00001')).toThrow();
  });
});

describe('what is said of a journey', () => {
  it('names the one that began it, the last one that was not direct and the strongest', () => {
    const answer = creditUser(
      [touch(1, 'facebook'), touch(3, 'google'), touch(5, 'email'), touch(5.2, 'direct')],
      [conversion(5.4)],
      { ...HOW, model: 'time_decay', directWeight: 0.5 },
    );
    expect(describeJourney(answer)).toEqual([
      'Email was the final major touchpoint before conversion',
      'Customer journey spanned 4.4 days with 4 touchpoints',
      'Facebook initiated awareness, email drove conversion',
    ]);
  });

  it('is fit for short journeys, several conversions and none', () => {
    const short = creditUser([touch(1, 'direct')], [conversion(1.05)], HOW);
    expect(describeJourney(short)).toEqual([
      'Direct was the final major touchpoint before conversion',
      'Customer journey spanned 1 hour with 1 touchpoint',
      'Direct both initiated awareness and drove conversion',
    ]);
    const several = creditUser([touch(1)], [conversion(1.5), conversion(2), conversion(90)], HOW);
    expect(describeJourney(several).slice(3)).toEqual([
      'The journey led to 3 conversions',
      '1 of 3 conversions had no touchpoint within the lookback',
    ]);
    expect(describeJourney(creditUser([touch(1)], [], HOW))).toHaveLength(1);
    expect(describeJourney(creditUser([], [conversion(1)], HOW))).toHaveLength(1);
  });

  it('shows days as people read them', () => {
    const minute = DAY_MS / 1440;
    expect([4.403, 2.231, 0.0833].map((days) => shownDays(days * DAY_MS))).toEqual([
      4.4, 2.2, 0.083,
    ]);
    expect([10, 3, 0].map((minutes) => shownDays(minutes * minute))).toEqual([0.0069, 0.0021, 0]);
  });
});
