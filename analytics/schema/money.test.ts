import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  convertAmount,
  divideDecimals,
  moneyToJson,
  revenueExpression,
  roundDecimal,
} from './money.ts';

describe('decimal amounts', () => {
  it('round half away from zero', () => {
    expect(roundDecimal('2.345', 2)).toBe('2.35');
    expect(roundDecimal('-2.345', 2)).toBe('-2.35');
    expect(roundDecimal('2.3449999', 2)).toBe('2.34');
    expect(roundDecimal('7', 2)).toBe('7.00');
    expect(roundDecimal('999.995', 2)).toBe('1000.00');
  });

  it('are divided and added exactly', () => {
    expect(divideDecimals('127840.5', '468', 2)).toBe('273.16');
    expect(divideDecimals('46800', '15420', 2)).toBe('3.04');
    expect(divideDecimals('1', '0', 2)).toBe('0.00');
    expect(divideDecimals('-1', '8', 2)).toBe('-0.13');
    expect(addDecimals(['0.1', '0.2', '99999999999999.9999'])).toBe('100000000000000.2999');
  });

  it('are converted exactly, or not at all', () => {
    const rates = { reportingCurrency: 'USD', rates: new Map([['EUR', '1.0834']]) };
    expect(convertAmount('0.30', 'EUR', rates)).toBe('0.325020');
    expect(convertAmount('7', 'USD', rates)).toBe('7');
    expect(convertAmount('7', 'CHF', rates)).toBeUndefined();
  });

  it('become JSON numbers that print what was meant', () => {
    expect(JSON.stringify(moneyToJson('127840.50000000000000'))).toBe('127840.5');
    expect(JSON.stringify(moneyToJson('99999999999.99990000'))).toBe('99999999999.9999');
    expect(JSON.stringify(moneyToJson('13.33324999'))).toBe('13.3332');
  });
});

describe('the SQL of revenue', () => {
  it('holds no text but currencies and numbers', () => {
    const rates = (currency: string, rate: string) => ({
      reportingCurrency: 'USD',
      rates: new Map([[currency, rate]]),
    });
    for (const wrong of [rates("E'R", '1'), rates('EUR', "1') OR ('"), rates('EUR', '1e5')]) {
      expect(() => revenueExpression(wrong)).toThrow(
        expect.objectContaining({ code: 'invalid_rate' }),
      );
    }
  });
});
