import { describe, expect, it } from 'vitest';
import { RowWriter } from './row-writer.ts';

/** A naive encoder of the same format, to compare with. */
function naiveString(value: string): number[] {
  const bytes = [...Buffer.from(value, 'utf8')];
  return [...naiveVarint(bytes.length), ...bytes];
}

function naiveVarint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...naiveVarint(Math.floor(value / 128))];
}

function written(write: (row: RowWriter) => void): number[] {
  const row = new RowWriter(200_000);
  write(row);
  return [...row.buffer.subarray(0, row.position)];
}

describe('strings', () => {
  const lengths = [0, 1, 23, 24, 25, 42, 43, 127, 128, 129, 5_461, 5_462, 16_383, 16_384, 40_000];
  it.each(['a', 'é', '€', '😀', '\u0000', '\ud800'])(
    'of %j are the same as from the naive encoder',
    (unit) => {
      for (const length of lengths) {
        const value = unit.repeat(length);
        expect(written((row) => row.string(value))).toEqual(naiveString(value));
      }
    },
  );

  it('that mix short ASCII and other characters do not leave bytes of the first attempt behind', () => {
    for (const value of ['aé', 'éa', 'abcdefghijklmnopqrstuvwé', `${'a'.repeat(126)}é`]) {
      expect(written((row) => row.string(value))).toEqual(naiveString(value));
    }
  });
});

it('64-bit integers are little-endian two’s complement', () => {
  for (const value of [
    0,
    1,
    255,
    1_750_000_000_123,
    2 ** 32,
    2 ** 53 - 1,
    -1,
    -1_750_000_000_123,
  ]) {
    const expected = Buffer.alloc(8);
    expected.writeBigInt64LE(BigInt(value));
    expect(written((row) => row.int64(value))).toEqual([...expected]);
  }
});

it('NULL is a flag, an empty string is not NULL', () => {
  expect(written((row) => row.nullableString(null))).toEqual([1]);
  expect(written((row) => row.nullableString(''))).toEqual([0, 0]);
  expect(written((row) => row.stringArray(['a', 'bc']))).toEqual([2, 1, 97, 2, 98, 99]);
});
