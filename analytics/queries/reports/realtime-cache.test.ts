import { describe, expect, it } from 'vitest';
import { RealtimeCache } from './realtime-cache.ts';

function cacheAt(startMs: number) {
  const clock = { timeMs: startMs, nowMs: () => clock.timeMs };
  return { clock, cache: new RealtimeCache<{ number: number }>(clock) };
}

describe('the cache of real-time answers', () => {
  it('keeps an answer for 60 seconds, by organisation and question', async () => {
    const { clock, cache } = cacheAt(1_000_000);
    let asked = 0;
    const ask = async () => ({ number: ++asked });
    expect(await cache.get('org_a', 'UTC', ask)).toEqual({ number: 1 });
    clock.timeMs += 59_999;
    expect(await cache.get('org_a', 'UTC', ask)).toEqual({ number: 1 });
    expect(await cache.get('org_b', 'UTC', ask)).toEqual({ number: 2 });
    expect(await cache.get('org_a', 'Asia/Tokyo', ask)).toEqual({ number: 3 });
    clock.timeMs += 1;
    expect(await cache.get('org_a', 'UTC', ask)).toEqual({ number: 4 });
    // Set back, the clock would make answers live for ever.
    clock.timeMs -= 3_600_000;
    expect(await cache.get('org_a', 'UTC', ask)).toEqual({ number: 5 });
  });

  it('asks one question of an organisation at a time', async () => {
    const { cache } = cacheAt(0);
    let running = 0;
    let runningMax = 0;
    let asked = 0;
    const ask = async () => {
      runningMax = Math.max(runningMax, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { number: ++asked };
    };
    const zones = ['UTC', 'UTC', 'Asia/Tokyo', 'UTC', 'Asia/Tokyo'];
    const answers = await Promise.all(zones.map((zone) => cache.get('org_a', zone, ask)));
    expect(answers.map(({ number }) => number)).toEqual([1, 1, 2, 1, 2]);
    expect(runningMax).toBe(1);
  });

  it('does not keep failures, and asks again for those who waited', async () => {
    const { cache } = cacheAt(0);
    let asked = 0;
    const ask = async () => {
      if (++asked === 1) throw new Error('down');
      return { number: asked };
    };
    const results = await Promise.allSettled([
      cache.get('org_a', 'UTC', ask),
      cache.get('org_a', 'UTC', ask),
    ]);
    expect(results).toMatchObject([
      { status: 'rejected' },
      { status: 'fulfilled', value: { number: 2 } },
    ]);
  });
});
