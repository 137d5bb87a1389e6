import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from '../../../core/logger.ts';
import type { StoredWindow } from '../../pool/messages.ts';
import { WindowRebuild } from './window-rebuild.ts';

const ROW: StoredWindow = {
  ...{ organizationId: 'org_one', address: '198.51.100.1', clicks: 8, agents: 1, clickIds: 8 },
  ...{ firstMs: 0, lastMs: 1, intervalVariation: 0 },
};

let asked: number[];
let told: [shard: number | null, rows: number][];
/** How many of the next reads fail. */
let failures: number;
let rows: number;
let rebuild: WindowRebuild;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  asked = [];
  told = [];
  failures = 0;
  rows = 1;
  rebuild = new WindowRebuild({
    read: async (beforeMs) => {
      asked.push(beforeMs);
      if (failures-- > 0) {
        throw new Error('ClickHouse is away');
      }
      return Array.from({ length: rows }, () => ROW);
    },
    onWindows: (shard, part) => told.push([shard, part.length]),
    clock: { nowMs: () => Date.now() },
    logger: createLogger('test', 'silent'),
  });
});
afterEach(async () => {
  await rebuild.stop();
  vi.useRealTimers();
});

it('what was stored before the start is read once, as soon as it has been shipped', async () => {
  rows = 12_000;
  rebuild.want(null, 1_000_000);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(200_000);
  expect(asked).toEqual([1_000_000]);
  expect(told).toEqual([
    [null, 5_000],
    [null, 5_000],
    [null, 2_000],
  ]);
});

it('a thread that dies again in the meantime is answered once, for its last start', async () => {
  rebuild.want(1, 1_000_000);
  await vi.advanceTimersByTimeAsync(1_000);
  rebuild.want(1, 1_001_000);
  rebuild.want(0, 1_001_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([1_001_000, 1_001_000]);
  expect(told).toEqual([
    [1, 1],
    [0, 1],
  ]);
});

it('it is tried again while ClickHouse is away, for a minute', async () => {
  failures = 3;
  rebuild.want(null, 1_000_000);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told).toEqual([[null, 1]]);
  failures = 1_000;
  rebuild.want(null, 1_030_000);
  await vi.advanceTimersByTimeAsync(80_000);
  const tried = asked.length;
  expect(tried).toBeGreaterThan(10);
  failures = 0;
  await vi.advanceTimersByTimeAsync(600_000);
  expect([asked.length, told.length]).toEqual([tried, 1]);
});
