import { setTimeout as delay } from 'node:timers/promises';
import {
  type ProcessIds,
  type Product,
  startProduct,
  storeUrls,
  withTimeout,
} from '../support/product.ts';
import { Load } from './load.ts';
import { compareWithStores, type Difference } from './stored.ts';

export const VICTIMS = ['engine', 'clickhouse', 'postgres', 'actor thread'] as const;
export type Victim = (typeof VICTIMS)[number];

export type CrashOptions = {
  rounds: number;
  clicksPerSecond: number;
  postbacksPerSecond: number;
  /** Seed of the order in which things are killed. */
  seed: number;
  report(line: string): void;
};

export type CrashResult = {
  rounds: Record<Victim, number>;
  difference: Difference;
  /** Requests that failed in rounds in which only an actor thread was killed; must be 0. */
  failedWhileActorDied: number;
  /** Requests that failed while a store was killed; must be 0. */
  failedWhileStoreDied: number;
  /** Requests that failed while the engine was killed: connections broke, nothing listened. */
  failedWhileEngineDied: number;
};

const RECOVERY_MS_MAX = 30_000;
const SETTLE_MS_MAX = 120_000;
const CONNECTIONS = 32;

/**
 * Kills processes and threads of a running product at random under load, SIGKILL each, and then
 * compares what was acknowledged with what is stored.
 */
export async function runCrashTest(options: CrashOptions): Promise<CrashResult> {
  const product = await startProduct({
    TRELLIS_FAULT_INJECTION: '1',
    TRELLIS_LOG_LEVEL: 'error',
    TRELLIS_TRUSTED_PROXIES: '127.0.0.1',
  });
  try {
    const prefix = `crash${options.seed}`;
    const load = new Load({
      port: product.ports.engine,
      host: 'track.acmecorp.com',
      apiKey: product.credentials.api_key,
      clicksPerSecond: options.clicksPerSecond,
      postbacksPerSecond: options.postbacksPerSecond,
      connections: CONNECTIONS,
      prefix,
    });
    await delay(1_000);
    await load.window();
    const result = await killAtRandom(product, load, options);
    const acknowledged = await load.stop();
    const difference = await compareWithStores(
      storeUrls(product),
      prefix,
      acknowledged,
      SETTLE_MS_MAX,
    );
    return { ...result, difference };
  } finally {
    await product.dispose();
  }
}

async function killAtRandom(product: Product, load: Load, options: CrashOptions) {
  const random = generator(options.seed);
  const rounds = Object.fromEntries(VICTIMS.map((victim) => [victim, 0])) as Record<Victim, number>;
  const failed = { actor: 0, store: 0, engine: 0 };
  for (let round = 1; round <= options.rounds; round++) {
    const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] as Victim;
    rounds[victim]++;
    await delay(random() * 1_000);
    await load.window();
    await killAndAwaitRecovery(product, victim);
    const window = await load.window();
    const failures = window.clicksFailed + window.postbacksFailed;
    failed[victim === 'engine' ? 'engine' : victim === 'actor thread' ? 'actor' : 'store'] +=
      failures;
    const detail = failures > 0 && victim !== 'engine' ? ` ${JSON.stringify(window.failures)}` : '';
    options.report(
      `round ${round}: killed ${victim}; ${window.clicksAnswered} clicks answered, ${failures} requests failed, p99 ${window.p99Ms.toFixed(1)} ms${detail}`,
    );
  }
  return {
    rounds,
    failedWhileActorDied: failed.actor,
    failedWhileStoreDied: failed.store,
    failedWhileEngineDied: failed.engine,
  };
}

async function killAndAwaitRecovery(product: Product, victim: Victim): Promise<void> {
  const before = product.processIds();
  if (victim === 'actor thread') {
    process.kill(before.engine as number, 'SIGUSR2');
    await delay(300);
    return;
  }
  process.kill(before[victim] as number, 'SIGKILL');
  const isBack = async () => {
    for (;;) {
      const now = readIds(product);
      if (
        now !== null &&
        now[victim] !== null &&
        now[victim] !== before[victim] &&
        (await isReady(product))
      ) {
        return;
      }
      await delay(50);
    }
  };
  await withTimeout(
    isBack(),
    RECOVERY_MS_MAX,
    () =>
      `${victim} did not come back in ${RECOVERY_MS_MAX} ms:\n${product.output().slice(-4_000)}`,
  );
}

function readIds(product: Product): ProcessIds | null {
  try {
    return product.processIds();
  } catch {
    // Being written at this moment.
    return null;
  }
}

/** Ready and with both stores in reach again. */
async function isReady(product: Product): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${product.ports.engine}/ready`);
    const { parts } = (await answer.json()) as { parts: Record<string, string> };
    return answer.status === 200 && parts.postgres === 'ok' && parts.clickhouse === 'ok';
  } catch {
    // Nothing listens yet.
    return false;
  }
}

/** Mulberry32: the same numbers, 0 to below 1, for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
