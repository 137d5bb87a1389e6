import { expect, it } from 'vitest';
import { Random } from '../../../core/rules/testing/random.ts';
import { KeyTable } from './key-table.ts';

const HOUR_MS = 3_600_000;
const NOON_MS = 1_718_452_800_000;

it('finds exactly the keys that were put in and not taken out', () => {
  const random = new Random(11);
  const table = new KeyTable(64, HOUR_MS);
  const model = new Map<string, number>();
  const taken = (slot: number) => {
    for (const [name, at] of model) {
      if (at === slot) {
        model.delete(name);
      }
    }
    table.remove(slot);
  };
  for (let round = 0; round < 20_000; round++) {
    const [place, high, low] = [random.below(3), random.below(2) * 0xffff_fff0, random.below(40)];
    const name = `${place} ${high} ${low}`;
    const slot = table.find(place, high, low);
    expect(slot, name).toBe(model.get(name) ?? -1);
    if (slot >= 0 && random.chance(0.5)) {
      taken(slot);
    } else if (slot < 0) {
      const inserted = table.insert(place, high, low, NOON_MS + round, taken);
      if (inserted >= 0) {
        model.set(name, inserted);
      }
    }
    expect(table.pool.used).toBe(model.size);
  }
});

it('a key’s age outlives the turn of its 32 bits, and a clock that went back makes it new', () => {
  const table = new KeyTable(8, HOUR_MS);
  const turnMs = Math.ceil(NOON_MS / 2 ** 32) * 2 ** 32;
  const slot = table.insert(0, 1, 2, turnMs - 1_000, () => undefined);
  expect(table.idleMs(slot, turnMs + 1_000)).toBe(2_000);
  expect(table.isExpired(slot, turnMs - 1_000 + HOUR_MS)).toBe(true);
  expect(table.isExpired(slot, turnMs - 1_000 + HOUR_MS - 1)).toBe(false);
  expect(table.idleMs(slot, turnMs - 5_000)).toBe(0);
});

it('an organisation above its share of a full table makes room by itself', () => {
  const table = new KeyTable(100, HOUR_MS);
  const held = [0, 0];
  const evict = (slot: number) => {
    const place = table.shorts[slot * 16 + 7] as number;
    held[place] = (held[place] ?? 0) - 1;
    table.remove(slot);
  };
  const insert = (place: number, low: number) => {
    if (table.insert(place, 0, low, NOON_MS + low, evict) >= 0) {
      held[place] = (held[place] ?? 0) + 1;
    }
  };
  for (let low = 0; low < 20; low++) {
    insert(1, low);
  }
  for (let low = 0; low < 5_000; low++) {
    insert(0, low);
  }
  expect(held).toEqual([80, 20]);
  for (let low = 5_000; low < 5_060; low++) {
    insert(1, low);
  }
  expect(held[1]).toBeGreaterThan(60);
});
