import { describe, expect, test } from 'vitest';
import { parseMoney } from './money.ts';

describe('parseMoney', () => {
  test.each([
    ['99.99', '99.99'],
    ['0', '0'],
    ['007.50', '7.50'],
    ['.5', '0.5'],
    ['-0.00', '0.00'],
    ['12345678901234.5678', '12345678901234.5678'],
    ['99999999999999.9999', '99999999999999.9999'],
    ['0.3000', '0.3000'],
    ['00000000000000000001', '1'],
  ])('keeps %s as %s', (text, value) => {
    expect(parseMoney(text)).toEqual({ kind: 'ok', value });
  });

  test.each([
    ['', 'not_a_number'],
    ['.', 'not_a_number'],
    ['5.', 'not_a_number'],
    ['-', 'not_a_number'],
    ['+5', 'not_a_number'],
    ['1,234.50', 'not_a_number'],
    ['0x10', 'not_a_number'],
    ['NaN', 'not_a_number'],
    ['Infinity', 'not_a_number'],
    ['1_000', 'not_a_number'],
    ['١٢', 'not_a_number'],
    ['1e3', 'has_exponent'],
    ['1.5E-2', 'has_exponent'],
    ['-0.01', 'negative'],
    ['-5', 'negative'],
    ['0.30000000000000004', 'too_many_decimals'],
    ['1.00000', 'too_many_decimals'],
    ['100000000000000', 'out_of_range'],
    ['99999999999999999999.9', 'out_of_range'],
  ])('refuses %s as %s', (text, fault) => {
    expect(parseMoney(text)).toEqual({ kind: 'refused', fault });
  });
});
