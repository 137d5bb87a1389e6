import { describe, expect, test } from 'vitest';
import { SIGNAL_WEIGHTS, SUSPICIOUS_ABOVE } from '../../core/fraud/definition.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { isQuickConversion, quickConversionColumns } from './quick-conversion.ts';

describe('a conversion is too quick', () => {
  test.each([
    ['in the last millisecond', 4_999, true],
    ['no more at the limit', 5_000, false],
    ['at the moment of its click', 0, true],
    ['a second before it, by the clock of another node', -1_000, true],
    ['never if its click came later still', -1_001, false],
  ])('%s (%d ms)', (_when, elapsedMs, expected) => {
    expect(isQuickConversion(elapsedMs, DEFAULT_FRAUD_SETTINGS)).toBe(expected);
  });

  test("by its organisation's setting", () => {
    const settings = { ...DEFAULT_FRAUD_SETTINGS, quick_conversion_ms: 60_000 };
    expect(isQuickConversion(59_999, settings)).toBe(true);
    expect(isQuickConversion(60_000, settings)).toBe(false);
  });

  test.each([{ quick_conversion_ms: 0 }, { enabled: false }])('never with %j', (changes) => {
    const settings = { ...DEFAULT_FRAUD_SETTINGS, ...changes };
    expect([-1_000, -1, 0, 1].map((ms) => isQuickConversion(ms, settings))).toEqual(
      Array(4).fill(false),
    );
  });
});

describe('its score', () => {
  const WEIGHT = SIGNAL_WEIGHTS.quick_conversion;
  const score = (fraud_score: number, fraud_reasons: string[] = []) =>
    quickConversionColumns({ fraud_score, fraud_reasons }, DEFAULT_FRAUD_SETTINGS);

  test('is the weight when the click is clean, and makes it suspicious', () => {
    expect(WEIGHT).toBeGreaterThan(SUSPICIOUS_ABOVE);
    expect(score(0)).toMatchObject({ fraud_score: WEIGHT, fraud_reasons: ['quick_conversion'] });
  });

  test("is above the click's, whose reasons it keeps", () => {
    const columns = score(0.5, ['rapid_fire', 'data_centre']);
    expect(columns.fraud_score).toBeCloseTo(0.925);
    expect(columns.fraud_reasons).toEqual(['rapid_fire', 'data_centre', 'quick_conversion']);
  });

  test('never passes the threshold for blocks by itself', () => {
    expect(score(0.9).fraud_score).toBe(0.95);
    expect(score(0.98).fraud_score).toBeCloseTo(0.997);
  });
});
