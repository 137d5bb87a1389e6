import { expect, test } from 'vitest';
import { parseCurrency } from './currencies.ts';

test.each(['USD', 'usd', 'Eur', 'jpy', 'KWD'])('knows %s in any case', (code) => {
  expect(parseCurrency(code)).toBe(code.toUpperCase());
});

test.each(['', 'US', 'USDT', 'XXX', 'ZZZ', 'ıNR', 'us d', ' USD'])('refuses %j', (code) => {
  expect(parseCurrency(code)).toBeUndefined();
});
