/** The failure tests of bench/failure with small numbers; `npm run bench -- crash` and others run more. */
import { describe, expect, it } from 'vitest';
import { runCrashTest } from '../bench/failure/crash.ts';
import { runDiskFullTest } from '../bench/failure/disk-full.ts';
import { runHostileTest } from '../bench/failure/hostile.ts';
import { runOutageTest } from '../bench/failure/outage.ts';
import { isExactlyOnce } from '../bench/failure/stored.ts';

const report = () => undefined;
const LONG = 240_000;

describe('nothing acknowledged is lost or counted twice', () => {
  it('when processes and threads are killed at random under load', { timeout: LONG }, async () => {
    const result = await runCrashTest({
      rounds: 5,
      clicksPerSecond: 500,
      postbacksPerSecond: 20,
      // This seed kills each of the four within five rounds.
      seed: 7,
      report,
    });
    expect(Object.values(result.rounds).every((count) => count > 0)).toBe(true);
    expect(result.difference).toSatisfy(isExactlyOnce);
    expect(result.difference.clicksAcknowledged).toBeGreaterThan(500);
    expect(result.difference.ordersAcknowledged).toBeGreaterThan(20);
    expect(result.failedWhileActorDied).toBe(0);
    expect(result.failedWhileStoreDied).toBe(0);
  });

  it.each(['clickhouse', 'postgres'] as const)(
    'when %s is away and the engine is restarted meanwhile',
    { timeout: LONG },
    async (store) => {
      const result = await runOutageTest({
        store,
        beforeSeconds: 1,
        outageSeconds: 6,
        restartEngine: true,
        clicksPerSecond: 300,
        postbacksPerSecond: 20,
        report,
      });
      expect(result.during.failures).toEqual({});
      expect(result.difference).toSatisfy(isExactlyOnce);
      expect(result.difference.ordersAcknowledged).toBeGreaterThan(20);
    },
  );
});

it('hostile requests crash nothing, inject nothing and are sent nowhere else', {
  timeout: LONG,
}, async () => {
  const result = await runHostileTest({ requests: 3_000, seed: 7, report });
  expect(result.faults).toEqual({});
  expect(result.statuses[302]).toBeGreaterThan(500);
});

it.runIf(process.getuid?.() === 0)(
  'on a full disk clicks are redirected and counted, postbacks refused, and all recovers by itself',
  { timeout: LONG },
  async () => {
    const result = await runDiskFullTest({ report });
    expect(result).toMatchObject({
      redirectedWhileFull: 500,
      failedWhileFull: 0,
      unaccounted: 0,
      postbacksRefused: 5,
      postbacksLost: 0,
    });
    expect(result.countedAsDropped).toBeGreaterThan(0);
  },
);
