import { describe, expect, test } from 'vitest';
import { confidenceOf, logChoose, relativeEntropy, signedEvidence } from './statistics.ts';

test('relative entropy is nothing for equal coins and n·ln 2 for n fair tosses that all agree', () => {
  expect(relativeEntropy(0.3, 0.3)).toBe(0);
  expect(relativeEntropy(1, 0.5)).toBeCloseTo(Math.LN2, 12);
  expect(relativeEntropy(0, 1)).toBe(Number.POSITIVE_INFINITY);
});

test('ways to choose are those of Pascal', () => {
  expect(Math.exp(logChoose(7, 3))).toBeCloseTo(35, 9);
  expect(logChoose(24, 0)).toBe(0);
  expect(logChoose(24, 24)).toBe(0);
});

test('evidence is half of G², negative when the first proportion is the smaller', () => {
  // Observed 30/70 against 10/90: G² = 2 Σ O ln(O/E) with E = 20 and 80 is 12.98699…
  const more = { hits: 30, total: 100 };
  const less = { hits: 10, total: 100 };
  const g =
    2 * (30 * Math.log(1.5) + 70 * Math.log(0.875) + 10 * Math.log(0.5) + 90 * Math.log(1.125));
  expect(2 * signedEvidence(more, less)).toBeCloseTo(g, 9);
  expect(2 * signedEvidence(less, more)).toBeCloseTo(-g, 9);
  expect(signedEvidence({ hits: 0, total: 0 }, less)).toBe(0);
});

describe('confidence', () => {
  const chance = { hits: 100_000, total: 1_000_000 };

  test('is 0 for what chance gives, and for what so many candidates give by chance', () => {
    expect(confidenceOf({ hits: 100, total: 1_000 }, chance, 0)).toBe(0);
    expect(confidenceOf({ hits: 130, total: 1_000 }, chance, 0)).toBeGreaterThan(0);
    expect(confidenceOf({ hits: 130, total: 1_000 }, chance, 20)).toBe(0);
  });

  test('is Yules Q of the odds ratio when there is so much traffic that the bounds are tight', () => {
    const huge = 1e12;
    const odds = 0.5 / 0.5 / (0.1 / 0.9);
    expect(
      confidenceOf({ hits: 0.5 * huge, total: huge }, { hits: 0.1 * huge, total: huge }, 10),
    ).toBeCloseTo((odds - 1) / (odds + 1), 3);
  });

  test('stays small for a trifle, however much traffic there is', () => {
    expect(confidenceOf({ hits: 110_000_000, total: 1_000_000_000 }, chance, 10)).toBeLessThan(0.1);
  });

  test('grows with the traffic of the group and never exceeds 1', () => {
    const values = [10, 30, 100, 1_000, 1e9].map((total) =>
      confidenceOf({ hits: total, total }, chance, 10),
    );
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values[0]).toBeLessThan(0.9);
    expect(values.at(-1)).toBeLessThanOrEqual(1);
  });
});
