import { expect, it } from 'vitest';
import { Random } from '../../../core/rules/testing/random.ts';
import { AgentWindows } from './agent-windows.ts';

const NOON_MS = 1_718_452_800_000;
const MINUTE_MS = 60_000;
const AGENT = [0x1234_5678, 0x9abc_def0] as const;

function note(windows: AgentWindows, address: number, atMs: number, place = 0, counts = true) {
  windows.note(place, ...AGENT, 0, address, counts, atMs);
  return windows.stats;
}

it('estimates how many addresses a user agent came from to a fifth', () => {
  for (const addresses of [50, 100, 300, 1_000, 20_000]) {
    const windows = new AgentWindows(16);
    const clicks = Math.max(2 * addresses, 500);
    for (let index = 0; index < clicks; index++) {
      note(windows, 0x0a00_0000 + (index % addresses), NOON_MS + index);
    }
    expect(windows.stats.clicks).toBe(clicks);
    expect(Math.abs(windows.stats.addresses / addresses - 1)).toBeLessThan(0.25);
  }
});

it('forgets clicks and addresses after an hour, and counts those of 50 minutes', () => {
  const windows = new AgentWindows(16);
  for (let index = 0; index < 1_000; index++) {
    note(windows, index % 100, NOON_MS);
  }
  note(windows, 7, NOON_MS + 50 * MINUTE_MS);
  expect(windows.stats.clicks).toBe(1_001);
  const before = windows.stats.addresses;
  for (let index = 0; index < 600; index++) {
    note(windows, 5_000 + (index % 300), NOON_MS + 59 * MINUTE_MS);
  }
  expect(windows.stats.addresses).toBeGreaterThan(before + 200);
  note(windows, 7, NOON_MS + 60 * MINUTE_MS);
  expect(windows.stats.clicks).toBe(602);
  expect(Math.abs(windows.stats.addresses / 301 - 1)).toBeLessThan(0.25);
});

it('counts each organisation by itself, and nothing of a click that does not count', () => {
  const windows = new AgentWindows(16);
  note(windows, 1, NOON_MS, 0);
  expect(note(windows, 1, NOON_MS, 1).clicks).toBe(1);
  expect(note(windows, 2, NOON_MS, 1, false).clicks).toBe(1);
  expect(note(windows, 2, NOON_MS, 2, false)).toEqual({ addresses: 0, clicks: 0 });
});

it('keeps agents in use while others flood its table', () => {
  const windows = new AgentWindows(64);
  const random = new Random(5);
  for (let index = 0; index < 5_000; index++) {
    windows.note(1, random.below(2 ** 32), random.below(2 ** 32), 0, 1, true, NOON_MS + index);
    note(windows, index, NOON_MS + index);
  }
  expect(windows.stats.clicks).toBe(5_000);
  expect(windows.evictions).toBe(5_001 - 64);
});
