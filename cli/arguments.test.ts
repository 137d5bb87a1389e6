import { describe, expect, it } from 'vitest';
import { countArgument, expiryArgument, httpUrlArgument, scopesArgument } from './arguments.ts';
import { table } from './table.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 12);

describe('the argument of --expires', () => {
  it('is a time from now, a date or a moment', () => {
    const parse = expiryArgument(NOW_MS);
    expect(parse('30m').toISOString()).toBe('2026-01-31T12:30:00.000Z');
    expect(parse('12h').toISOString()).toBe('2026-02-01T00:00:00.000Z');
    expect(parse('1d').toISOString()).toBe('2026-02-01T12:00:00.000Z');
    expect(parse('2028-02-29').toISOString()).toBe('2028-02-29T00:00:00.000Z');
    expect(parse('2026-06-01T10:00:00+02:00').toISOString()).toBe('2026-06-01T08:00:00.000Z');
  });

  it('is nothing else, and nothing past', () => {
    const parse = expiryArgument(NOW_MS);
    const wrong = ['', 'never', '0d', '-1d', '1w', '2027-02-29', '2027-13-01', '2027', '1e9'];
    for (const text of [...wrong, '2027-01-01T10:00', '2026-01-31T12:00:00Z', '9999999d']) {
      expect(() => parse(text)).toThrow();
    }
  });
});

describe('other arguments', () => {
  it('name scopes in any order and once each', () => {
    expect(scopesArgument('admin, traffic:write,admin')).toEqual(['traffic:write', 'admin']);
    expect(() => scopesArgument('')).toThrow('No such scope');
    expect(() => scopesArgument('admin,')).toThrow('No such scope');
  });

  it('are web addresses only with http or https', () => {
    expect(httpUrlArgument('https://shop.example')).toBe('https://shop.example/');
    for (const text of ['shop.example', 'javascript:alert(1)', 'ftp://shop.example', '']) {
      expect(() => httpUrlArgument(text)).toThrow();
    }
  });

  it('count within their limits', () => {
    expect(countArgument(10)('10')).toBe(10);
    for (const text of ['0', '11', '-1', '1.5', '1e1', '']) {
      expect(() => countArgument(10)(text)).toThrow();
    }
  });
});

describe('a table', () => {
  it('is as wide as its widest cells and prints no control characters', () => {
    expect(
      table(
        ['id', 'name'],
        [
          ['a', 'first'],
          ['bcd', 'red \u001b[31m'],
        ],
      ),
    ).toEqual(['ID   NAME', 'a    first', 'bcd  red ?[31m']);
  });
});
