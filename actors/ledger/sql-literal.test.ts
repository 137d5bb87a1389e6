import { expect, test } from 'vitest';
import { arrayLiteral, sqlLiteral } from './sql-literal.ts';

test.each([
  ["it's", "'it\\'s'"],
  ['a\\', "'a\\\\'"],
  ["\\' OR 1=1 --", "'\\\\\\' OR 1=1 --'"],
  ['', "''"],
  [null, 'NULL'],
  [true, 'true'],
  [0.5, '0.5'],
  [['a', "'"], "['a', '\\'']"],
  [{ "k'": 'v' }, "map('k\\'', 'v')"],
  [{}, 'map()'],
])('%j is written as %s', (value, literal) => {
  expect(sqlLiteral(value)).toBe(literal);
});

test('an array says the type of its elements', () => {
  expect(arrayLiteral([null], 'Nullable(String)')).toBe("CAST([NULL], 'Array(Nullable(String))')");
});

test.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY], [1n], [() => 1]])(
  '%s has no literal',
  (value) => {
    expect(() => sqlLiteral(value)).toThrow('There is no SQL literal');
  },
);
