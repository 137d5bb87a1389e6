/** Does a redirect ever wait for Redis, or fail without it, and do blocks hold meanwhile? */
import { setTimeout as delay } from 'node:timers/promises';
import { startRedis, type TestRedis } from '../../stores/redis/testing/redis-server.ts';
import { Load } from '../failure/load.ts';
import type { LoadWindow } from '../failure/load-messages.ts';
import { findProgram } from '../load/targets.ts';
import { atMost, type BenchOutcome, type BenchRow } from '../micro/result.ts';
import { HttpConnection } from '../support/http-connection.ts';
import { type Product, startProduct } from '../support/product.ts';
import { SCRIPTED_AGENT } from './people.ts';
import { type SecondEngine, startSecondEngine } from './second-engine.ts';
import { SCRIPTED_FLOOD } from './shapes.ts';

const BENCH = 'fraud, Redis';
const CONNECTIONS = 32;
const WARM_UP_MS = 3_000;
/** The worst p99 may be this many times the usual one. */
const P99_RATIO_MAX = 2;
const BLOCK_MS_MAX = 1_000;
/** So few clicks in a second are no pattern yet. */
const LOOKS_MAX = 9;

export type RedisOutageOptions = {
  /** Of each phase. */
  seconds: number;
  clicksPerSecond: number;
  report(line: string): void;
};

type PhaseOutcome = {
  name: string;
  window: LoadWindow;
  /** A script that was blocked before gets 403. */
  isOldBlockHeld: boolean;
  /** From the first 403 of a new script to that on the other engine; Infinity: not within a second. */
  newBlockMs: number;
};

/**
 * Redis is killed, started again (empty), hung and woken up under load. In each phase a new script is
 * blocked: by the engine that sees it, and by a second engine on the same stores.
 */
export async function measureRedisOutage(options: RedisOutageOptions): Promise<BenchOutcome> {
  if (findProgram('redis-server') === undefined) {
    const reason = 'redis-server is not installed; on Debian: apt-get install redis-server';
    return { rows: [], leftOut: [{ bench: BENCH, reason }] };
  }
  const redis = await startRedis();
  let product: Product | undefined;
  let second: SecondEngine | undefined;
  try {
    const settings = { TRELLIS_TRUSTED_PROXIES: '127.0.0.1', REDIS_URL: redis.url };
    product = await startProduct({ ...settings, TRELLIS_LOG_LEVEL: 'fatal' });
    second = await startSecondEngine(product, { ...settings, TRELLIS_LOG_LEVEL: 'fatal' });
    const outcomes = await runPhases(redis, product, second, options);
    return { rows: rowsOf(outcomes, options), leftOut: [] };
  } finally {
    // A product that stops talks to Redis once more.
    redis.resume();
    await second?.dispose();
    await product?.dispose();
    await redis.stop();
  }
}

async function runPhases(
  redis: TestRedis,
  product: Product,
  second: SecondEngine,
  { seconds, clicksPerSecond, report }: RedisOutageOptions,
): Promise<PhaseOutcome[]> {
  const load = new Load({
    port: product.ports.engine,
    host: 'track.acmecorp.com',
    apiKey: product.credentials.api_key,
    clicksPerSecond,
    postbacksPerSecond: 1,
    connections: CONNECTIONS,
    prefix: 'redis',
  });
  const engines = [product.ports.engine, second.port].map(
    (port) => new HttpConnection('127.0.0.1', port),
  ) as [HttpConnection, HttpConnection];
  const phases: [name: string, begin: () => Promise<void> | void][] = [
    ['as usual', () => undefined],
    ['killed', () => redis.kill()],
    ['started again', () => redis.start()],
    ['hung', () => redis.pause()],
    ['woken up', () => redis.resume()],
  ];
  const outcomes: PhaseOutcome[] = [];
  await delay(WARM_UP_MS);
  await load.window();
  const oldScript = scriptAddress(0);
  await untilBlocked(engines, oldScript);
  for (const [index, [name, begin]] of phases.entries()) {
    await begin();
    report(`Redis: ${name}`);
    await delay((seconds * 1_000) / 2);
    const newBlockMs = await untilBlocked(engines, scriptAddress(index + 1));
    const old = await Promise.all(engines.map((engine) => click(engine, oldScript)));
    const isOldBlockHeld = old.every((status) => status === 403);
    await delay((seconds * 1_000) / 2);
    outcomes.push({ name, window: await load.window(), isOldBlockHeld, newBlockMs });
  }
  await load.stop();
  for (const engine of engines) {
    engine.close();
  }
  return outcomes;
}

const scriptAddress = (number: number) => `91.12.${number}.7`;

async function click(engine: HttpConnection, address: string): Promise<number> {
  const { status } = await engine.request(
    `GET /in/summer_sale?source=script HTTP/1.1\r\nHost: track.acmecorp.com\r\nUser-Agent: ${SCRIPTED_AGENT}\r\nAccept-Language: de-DE\r\nX-Forwarded-For: ${address}\r\n\r\n`,
  );
  return status;
}

/** @returns the milliseconds from the first engine's block to the second's; Infinity: it has none */
async function untilBlocked(
  [first, second]: readonly [HttpConnection, HttpConnection],
  address: string,
): Promise<number> {
  let clicks = 0;
  while ((await click(first, address)) !== 403) {
    clicks++;
    if (clicks === SCRIPTED_FLOOD.clicks) {
      return Number.POSITIVE_INFINITY;
    }
  }
  const blockedAtMs = performance.now();
  for (let look = 0; look < LOOKS_MAX; look++) {
    if ((await click(second, address)) === 403) {
      return performance.now() - blockedAtMs;
    }
    await delay(BLOCK_MS_MAX / LOOKS_MAX);
  }
  return Number.POSITIVE_INFINITY;
}

function rowsOf(
  outcomes: readonly PhaseOutcome[],
  { seconds, clicksPerSecond }: RedisOutageOptions,
): BenchRow[] {
  const parameters = `${clicksPerSecond}/s, ${seconds} s each`;
  const usualMs = outcomes[0]?.window.p99Ms ?? Number.NaN;
  return outcomes.flatMap(({ name, window, isOldBlockHeld, newBlockMs }, index): BenchRow[] => {
    const row = (what: string, value: number, unit: string): BenchRow => ({
      bench: BENCH,
      what: `${name}: ${what}`,
      parameters,
      value,
      unit,
    });
    const ratio = window.p99Ms / usualMs;
    const { clicksFailed: failed } = window;
    return [
      row('answered', window.clicksAnswered, 'clicks'),
      { ...row('failed', failed, 'clicks'), goal: { text: '0 clicks', met: failed === 0 } },
      row('p99', window.p99Ms, 'ms'),
      ...(index === 0
        ? []
        : [{ ...row('p99 ÷ usual', ratio, '×'), goal: atMost(P99_RATIO_MAX, ratio, '×') }]),
      {
        ...row('earlier block holds', isOldBlockHeld ? 1 : 0, ''),
        goal: { text: 'yes', met: isOldBlockHeld },
      },
      {
        ...row('new block on the other engine after', newBlockMs, 'ms'),
        goal: atMost(BLOCK_MS_MAX, newBlockMs, 'ms'),
      },
    ];
  });
}
