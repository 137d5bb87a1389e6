import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import type { RedisOutcome } from './client.ts';
import type { RedisErrorKind } from './error-kind.ts';
import { FraudStore, type FraudStoreOptions, openFraudStore, redisStatus } from './fraud-store.ts';
import { registerRedisMetrics } from './redis-metrics.ts';
import { startRedis, type TestRedis } from './testing/redis-server.ts';

const ORGANIZATION = 'org_acmecorp';
const ADDRESS = '198.51.100.42';
const KEY = `fraud_score:${ORGANIZATION}:${ADDRESS}`;
/** What callers may wait at most. */
const WAIT_MS_MAX = 100;
const SOON = { timeout: 10_000, interval: 20 };

const BLOCK: BlockConfig = {
  block_id: 'blk_1',
  organization_id: ORGANIZATION,
  kind: 'block',
  network: `${ADDRESS}/32`,
  until_ms: Date.now() + 86_400_000,
  removed: false,
};

let logLines: string[] = [];
const logger = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) });
const stores: FraudStore[] = [];
const servers: TestRedis[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) {
    store.close();
  }
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  logLines = [];
});

async function server(...args: string[]): Promise<TestRedis> {
  const started = await startRedis(args);
  servers.push(started);
  return started;
}

function storeOf(url: string, changes: Partial<FraudStoreOptions> = {}): FraudStore {
  const defaults = { name: 'trellis-test', clock: systemClock, logger, lookMs: 200 };
  const store = new FraudStore({ url, ...defaults, ...changes });
  stores.push(store);
  return store;
}

async function readyStore(url: string): Promise<FraudStore> {
  const store = storeOf(url);
  await expect.poll(() => store.status, SOON).toBe('ok');
  return store;
}

/** The blocks that a store has heard of; resolves when it listens. */
async function listen(store: FraudStore, redis: TestRedis): Promise<BlockConfig[]> {
  const heard: BlockConfig[] = [];
  store.onBlock((block) => heard.push(block));
  await expect.poll(() => command(redis, 'PUBSUB NUMSUB trellis:blocks'), SOON).toContain(':1');
  return heard;
}

/** One command over a connection of its own, as text in Redis's protocol. */
async function command(redis: TestRedis, ...lines: string[]): Promise<string> {
  const socket = connect(redis.port, '127.0.0.1');
  socket.setEncoding('utf8').write([...lines, 'QUIT', ''].join('\r\n'));
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  await once(socket, 'close');
  return answer;
}

/** What a call came to; fails when it kept its caller waiting longer than a busy machine excuses. */
async function inTime<T>(call: () => Promise<RedisOutcome<T>>): Promise<RedisOutcome<T>> {
  const startMs = performance.now();
  const timerMs = WAIT_MS_MAX / 2;
  const timerLate = delay(timerMs).then(() => performance.now() - startMs - timerMs);
  const outcome = await call();
  const waitedMs = performance.now() - startMs;
  expect(waitedMs).toBeLessThan(WAIT_MS_MAX + (await timerLate));
  return outcome;
}

/** Every call that there is, all at once. */
async function failures(store: FraudStore): Promise<(RedisErrorKind | null)[]> {
  const outcomes = await Promise.all([
    inTime(() => store.setScore(ORGANIZATION, ADDRESS, { confidence: 0.97 })),
    inTime(() => store.getScore(ORGANIZATION, ADDRESS)),
    inTime(() => store.publishBlock(BLOCK)),
  ]);
  return outcomes.map((outcome) => (outcome.ok ? null : outcome.kind));
}

describe('with Redis', () => {
  it('keeps a score under its documented key for 24 hours', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    await store.setScore(ORGANIZATION, ADDRESS, { confidence: 0.97 });
    expect(await store.getScore(ORGANIZATION, ADDRESS)).toEqual({ ok: true, value: 0.97 });
    expect(await command(redis, `GET ${KEY}`)).toContain('0.97');
    expect(await command(redis, `TTL ${KEY}`)).toMatch(/^:86(400|399)\r/);
  });

  it('has no score of an address without detections', async () => {
    const store = await readyStore((await server()).url);
    expect(await store.getScore(ORGANIZATION, '2001:db8:1:2::/64')).toEqual({
      ok: true,
      value: null,
    });
  });

  it('takes something else in place of a score for no score', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    await command(redis, `SET ${KEY} high`);
    expect(await store.getScore(ORGANIZATION, ADDRESS)).toEqual({ ok: true, value: null });
  });

  it('tells every node of a block, its own included', async () => {
    const redis = await server();
    const [one, other] = [await readyStore(redis.url), await readyStore(redis.url)];
    const heardByOne = await listen(one, redis);
    const heardByOther: BlockConfig[] = [];
    other.onBlock((block) => heardByOther.push(block));
    await expect.poll(() => command(redis, 'PUBSUB NUMSUB trellis:blocks'), SOON).toContain(':2');
    await one.publishBlock(BLOCK);
    await expect.poll(() => [heardByOne, heardByOther], SOON).toEqual([[BLOCK], [BLOCK]]);
  });

  it('drops and counts messages that are malformed or too old', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    const heard = await listen(store, redis);
    const old = storeOf(redis.url, { clock: { nowMs: () => Date.now() - 60_000 } });
    await expect.poll(() => old.status, SOON).toBe('ok');
    await old.publishBlock(BLOCK);
    for (const message of ['nonsense', '{}', '{"sent_at_ms":1,"block":null}']) {
      await command(redis, `PUBLISH trellis:blocks '${message}'`);
    }
    await expect.poll(() => store.errorCount('bad_message'), SOON).toBe(4);
    expect(heard).toEqual([]);
  });

  it('needs no more permission than docs/settings.md says', async () => {
    const redis = await server();
    const docs = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
    const permission = /^ACL SETUSER trellis .*$/m.exec(docs)?.[0] ?? '';
    expect(await command(redis, permission)).toContain('+OK');
    const store = await readyStore(redis.url.replace('//', '//trellis:password@'));
    const heard = await listen(store, redis);
    expect(await failures(store)).toEqual([null, null, null]);
    await expect.poll(() => heard, SOON).toEqual([BLOCK]);
    expect(await command(redis, 'CLIENT LIST')).toMatch(
      / name=trellis-test-blocks .* user=trellis /,
    );
    expect(await command(redis, 'ACL LOG')).toMatch(/^\*0/);
  });

  it('outlives a listener that throws', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    store.onBlock(() => {
      throw new Error('no room');
    });
    const heard = await listen(store, redis);
    await store.publishBlock(BLOCK);
    await expect.poll(() => heard, SOON).toEqual([BLOCK]);
    expect(logLines.join('')).toContain('no room');
  });

  it('shows in /ready and in the metrics', async () => {
    const store = await readyStore((await server()).url);
    const registry = new Registry();
    registerRedisMetrics(registry, store);
    expect(redisStatus(store)).toEqual({ redis: 'ok' });
    expect(await registry.metrics()).toMatch(/^trellis_redis_up 1$/m);
  });
});

describe('without REDIS_URL', () => {
  it('does not exist and shows nowhere', () => {
    const store = openFraudStore({ url: undefined, name: 'test', clock: systemClock, logger });
    expect(store).toBeNull();
    expect(redisStatus(store)).toEqual({});
  });
});

describe('when Redis fails', () => {
  it('comes back after sudden death, scores and messages alike', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    const heard = await listen(store, redis);
    await redis.kill();
    expect(await failures(store)).toEqual(['unreachable', 'unreachable', 'unreachable']);
    expect(store.errorCount('unreachable')).toBeGreaterThanOrEqual(3);
    await expect.poll(() => store.status, SOON).toBe('unreachable');
    await redis.start();
    await expect.poll(() => store.status, SOON).toBe('ok');
    expect(await failures(store)).toEqual([null, null, null]);
    await expect.poll(() => command(redis, 'PUBSUB NUMSUB trellis:blocks'), SOON).toContain(':1');
    await store.publishBlock(BLOCK);
    await expect.poll(() => heard.at(-1), SOON).toEqual(BLOCK);
  });

  // Where killing takes longer than a command may, the answer is that of a server that hangs.
  it('answers at once what is under way when the server dies', { retry: 3 }, async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    redis.pause();
    const underway = failures(store);
    await redis.kill();
    expect(await underway).toEqual(['unreachable', 'unreachable', 'unreachable']);
  });

  it('hears of blocks again as soon as there is a connection, before the next look', async () => {
    const redis = await server();
    const heard = await listen(storeOf(redis.url, { lookMs: 60_000 }), redis);
    await redis.kill();
    await redis.start();
    await expect.poll(() => command(redis, 'PUBSUB NUMSUB trellis:blocks'), SOON).toContain(':1');
    const other = await readyStore(redis.url);
    await other.publishBlock(BLOCK);
    await expect.poll(() => heard, SOON).toEqual([BLOCK]);
  });

  it('hears of blocks again once the server permits it', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    await listen(store, redis);
    await command(redis, 'ACL SETUSER default resetchannels');
    await expect.poll(() => store.errorCount('unauthorized'), SOON).toBeGreaterThan(0);
    expect(await command(redis, 'PUBSUB NUMSUB trellis:blocks')).toContain(':0');
    await command(redis, 'ACL SETUSER default allchannels');
    await expect.poll(() => command(redis, 'PUBSUB NUMSUB trellis:blocks'), SOON).toContain(':1');
  });

  it('answers what is under way when it is closed, also while the server hangs', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    await listen(store, redis);
    redis.pause();
    const underway = failures(store);
    store.close();
    expect(await underway).toEqual(['timeout', 'timeout', 'timeout']);
    expect(await failures(store)).toEqual(['unreachable', 'unreachable', 'unreachable']);
    redis.resume();
    await expect.poll(() => command(redis, 'CLIENT LIST'), SOON).not.toContain('trellis-test');
  });

  it('is absent from the start, and used once it is there', async () => {
    const redis = await server();
    await redis.kill();
    const store = storeOf(redis.url);
    expect(await failures(store)).toEqual(['unreachable', 'unreachable', 'unreachable']);
    await redis.start();
    await expect.poll(() => store.status, SOON).toBe('ok');
  });

  it('gives up on a server that hangs, and notices when it goes on', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    const heard = await listen(store, redis);
    redis.pause();
    expect(await failures(store)).toEqual(['timeout', 'timeout', 'timeout']);
    await expect.poll(() => store.status, SOON).toBe('timeout');
    // Not connected any more: there is nothing to wait for.
    await expect
      .poll(async () => {
        const startMs = performance.now();
        await store.getScore(ORGANIZATION, ADDRESS);
        return performance.now() - startMs;
      }, SOON)
      .toBeLessThan(20);
    redis.resume();
    await expect.poll(() => store.status, SOON).toBe('ok');
    await expect
      .poll(async () => {
        await store.publishBlock(BLOCK);
        return heard.length;
      }, SOON)
      .toBeGreaterThan(1);
  });

  it('refuses commands beyond a limit while a server hangs', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    redis.pause();
    const calls = Array.from({ length: 400 }, () => store.getScore(ORGANIZATION, ADDRESS));
    const kinds = (await Promise.all(calls)).map((outcome) => (outcome.ok ? null : outcome.kind));
    expect(kinds.filter((kind) => kind === 'timeout').length).toBeLessThanOrEqual(256);
    expect(kinds.filter((kind) => kind === 'overload').length).toBeGreaterThanOrEqual(144);
  });

  it('goes on reading from a replica, and is not up', async () => {
    const primary = await server();
    const redis = await server('--replicaof', '127.0.0.1', String(primary.port));
    const store = storeOf(redis.url);
    await expect.poll(() => store.status, SOON).toBe('read_only');
    await expect
      .poll(() => inTime(() => store.getScore(ORGANIZATION, ADDRESS)), SOON)
      .toEqual({ ok: true, value: null });
    expect(await inTime(() => store.setScore(ORGANIZATION, ADDRESS, { confidence: 1 }))).toEqual({
      ok: false,
      kind: 'read_only',
    });
    await command(redis, 'REPLICAOF NO ONE');
    await expect.poll(() => store.status, SOON).toBe('ok');
  });

  it('still tells of blocks when its memory is full', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    const heard = await listen(store, redis);
    await command(redis, 'CONFIG SET maxmemory 1');
    expect(await failures(store)).toEqual(['out_of_memory', null, null]);
    await expect.poll(() => heard, SOON).toEqual([BLOCK]);
    await expect.poll(() => store.status, SOON).toBe('out_of_memory');
    expect(store.errorCount('out_of_memory')).toBeGreaterThanOrEqual(2);
    await command(redis, 'CONFIG SET maxmemory 0');
    await expect.poll(() => store.status, SOON).toBe('ok');
  });

  it('names a wrong password, never shows it, and uses it once it is right', async () => {
    const redis = await server('--requirepass', 'right');
    const store = storeOf(redis.url.replace('//', '//:hunter2@'));
    await expect.poll(() => store.status, SOON).toBe('unauthorized');
    expect(await failures(store)).toEqual(['unauthorized', 'unauthorized', 'unauthorized']);
    expect(logLines.join('')).toContain('WRONGPASS');
    expect(logLines.join('')).not.toContain('hunter2');
    await command(redis, 'AUTH right', 'CONFIG SET requirepass hunter2');
    await expect.poll(() => store.status, SOON).toBe('ok');
  });

  it('names a missing password', async () => {
    const store = storeOf((await server('--requirepass', 'right')).url);
    await expect.poll(() => store.status, SOON).toBe('unauthorized');
  });

  it('is logged once when it goes and once when it is back', async () => {
    const redis = await server();
    const store = await readyStore(redis.url);
    await redis.kill();
    await expect.poll(() => store.errorCount('unreachable'), SOON).toBeGreaterThan(5);
    await redis.start();
    await expect.poll(() => store.status, SOON).toBe('ok');
    expect(logLines.map((line) => JSON.parse(line).msg)).toEqual([
      'Redis cannot be used',
      'Redis is there again',
    ]);
  });
});
