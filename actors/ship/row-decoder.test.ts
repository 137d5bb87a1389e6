import { describe, expect, it } from 'vitest';
import { decodeRow, isWellFormedRow } from './row-decoder.ts';
import { clickRow, encodeRow } from './testing/rows.ts';

describe('the row decoder', () => {
  it('gives back every value that was encoded', () => {
    const row = clickRow(7, {
      url: `https://track.acmecorp.com/in/a?text=${'ä'.repeat(200)}`,
      tags: ['a', 'b'],
      is_bot: true,
      query_params: {},
    });
    expect(decodeRow(encodeRow(row))).toEqual(row);
  });

  it('refuses a row cut off at any byte', () => {
    const bytes = encodeRow(clickRow(1));
    for (let length = 0; length < bytes.length; length += 1) {
      expect(isWellFormedRow(bytes.subarray(0, length)), `cut at ${length}`).toBe(false);
    }
  });

  it('refuses bytes after the last column and unknown versions', () => {
    const bytes = encodeRow(clickRow(1));
    expect(isWellFormedRow(Buffer.concat([bytes, Buffer.of(0)]))).toBe(false);
    expect(() => decodeRow(bytes, 99)).toThrow(/version 99/);
  });

  it('refuses an absurd length without allocating it', () => {
    const bytes = encodeRow(clickRow(1));
    bytes.fill(0xff, 0, 4);
    expect(isWellFormedRow(bytes)).toBe(false);
  });

  it('survives random damage', () => {
    const original = encodeRow(clickRow(3));
    let seed = 42;
    for (let round = 0; round < 2000; round += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const damaged = Buffer.from(original);
      damaged[seed % damaged.length] = (seed >> 8) & 0xff;
      expect(typeof isWellFormedRow(damaged)).toBe('boolean');
    }
  });
});
