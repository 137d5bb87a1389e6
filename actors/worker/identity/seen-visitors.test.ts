import { expect, it } from 'vitest';
import { SeenVisitors } from './seen-visitors.ts';
import { Fingerprint } from './visitor.ts';

const DAY_SECONDS = 86_400;
const NOON_MS = Date.UTC(2026, 0, 15, 12);

function visitor(high: number, low: number): Fingerprint {
  return Object.assign(new Fingerprint(), { high, low });
}

it('a visitor is new the first time and again after a day without a visit', () => {
  const seen = new SeenVisitors(1_024, DAY_SECONDS);
  const one = visitor(-1, 7);
  expect(seen.note(one, NOON_MS)).toBe(true);
  expect(seen.note(one, NOON_MS)).toBe(false);
  expect(seen.note(one, NOON_MS + (DAY_SECONDS - 1) * 1_000)).toBe(false);
  expect(seen.note(one, NOON_MS + (2 * DAY_SECONDS - 2) * 1_000)).toBe(false);
  expect(seen.note(one, NOON_MS + (3 * DAY_SECONDS - 2) * 1_000)).toBe(true);
});

it('fingerprints that differ in one half only are different visitors', () => {
  const seen = new SeenVisitors(1_024, DAY_SECONDS);
  expect(seen.note(visitor(1, 7), NOON_MS)).toBe(true);
  expect(seen.note(visitor(2, 7), NOON_MS)).toBe(true);
  expect(seen.note(visitor(1, 8), NOON_MS)).toBe(true);
  expect(seen.note(visitor(0, 0), NOON_MS)).toBe(true);
  expect(seen.note(visitor(0, 0), NOON_MS)).toBe(false);
});

it('a full set forgets the visitor that was seen longest ago', () => {
  const seen = new SeenVisitors(4, DAY_SECONDS);
  for (const high of [1, 2, 3, 4]) {
    seen.note(visitor(high, 0), NOON_MS + high * 1_000);
  }
  seen.note(visitor(1, 0), NOON_MS + 10_000);
  expect(seen.note(visitor(5, 0), NOON_MS + 11_000)).toBe(true);
  expect(seen.note(visitor(2, 0), NOON_MS + 12_000)).toBe(true);
  expect(seen.note(visitor(1, 0), NOON_MS + 13_000)).toBe(false);
});
