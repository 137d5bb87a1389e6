import { describe, expect, test } from 'vitest';
import { parseQuery, Query } from './query.ts';

function pairs(raw: string): Array<[string, string]> {
  const query = parseQuery(raw);
  return Array.from({ length: query.count }, (_, i) => [query.name(i), query.value(i)]);
}

describe('Query', () => {
  test.each<[raw: string, expected: Array<[string, string]>]>([
    ['', []],
    ['&&', []],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=b', [['', 'b']]],
    ['a=b=c', [['a', 'b=c']]],
    [
      'a=1&a=2&&b=3&',
      [
        ['a', '1'],
        ['a', '2'],
        ['b', '3'],
      ],
    ],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a%20b=%2B%26%3D', [['a b', '+&=']]],
    ['n=%C3%A9', [['n', 'é']]],
    ['n=é', [['n', 'é']]],
    ['n=é%41', [['n', 'éA']]],
    ['n=a:b/c?d@e', [['n', 'a:b/c?d@e']]],
  ])('%j is taken apart', (raw, expected) => {
    expect(pairs(raw)).toEqual(expected);
  });

  test.each(['%', '%4', '%zz', 'a+b%zz', '%E9', '%C3', '%ED%A0%80', '%C0%AF', '%F5%80%80%80'])(
    'the bad percent-encoding %j is kept as it was sent',
    (raw) => {
      expect(pairs(`${raw}=${raw}`)).toEqual([[raw, raw]]);
    },
  );

  test('agrees with URLSearchParams on well-formed queries', () => {
    let state = 9;
    const pieces = ['a', 'b', '&', '=', '+', '%20', '%41', '%C3%A9', '~', '%26', '/', '.', '%00'];
    for (let i = 0; i < 20_000; i++) {
      let raw = '';
      for (let n = 0; n < 12; n++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        raw += pieces[(state >>> 8) % pieces.length] ?? '';
      }
      expect(pairs(raw), raw).toEqual([...new URLSearchParams(raw)]);
    }
  });

  test('pairs beyond the hundredth are ignored, and it tells so', () => {
    const names = Array.from({ length: 101 }, (_, i) => `p${i}=${i}`);
    const full = parseQuery(`${names.slice(0, 100).join('&')}&&`);
    expect([full.count, full.truncated]).toEqual([100, false]);
    const over = parseQuery(names.join('&'));
    expect([over.count, over.truncated, over.get('p99'), over.get('p100')]).toEqual([
      100,
      true,
      '99',
      null,
    ]);
  });

  test('used again it remembers nothing', () => {
    const query = new Query();
    query.parse('a=%41&b=2&c');
    expect([query.get('a'), query.get('b'), query.get('c'), query.get('d')]).toEqual([
      'A',
      '2',
      '',
      null,
    ]);
    query.parse('a=x');
    expect([query.count, query.get('a'), query.get('b')]).toEqual([1, 'x', null]);
  });

  test('knows which values need no encoding', () => {
    const query = parseQuery('a=Az-09._~&b=x/y&c=x%20y&d=x+y&e=é&f/=ok&g');
    const flags = Array.from({ length: query.count }, (_, i) => query.isUnreserved(i));
    expect(flags).toEqual([true, false, false, false, false, true, true]);
  });
});
