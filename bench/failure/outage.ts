import { setTimeout as delay } from 'node:timers/promises';
import { type Product, startProduct, withTimeout } from '../support/product.ts';
import { type StoreName, type Stores, startStores } from './external-stores.ts';
import { Load } from './load.ts';
import type { LoadWindow } from './load-messages.ts';
import { compareWithStores, type Difference } from './stored.ts';

export type OutageOptions = {
  store: StoreName;
  /** How the load is before, and how long the outage lasts. */
  beforeSeconds: number;
  outageSeconds: number;
  /** Kill the engine in the middle of the outage: it has to come back without the store. */
  restartEngine: boolean;
  clicksPerSecond: number;
  postbacksPerSecond: number;
  report(line: string): void;
};

export type OutageResult = {
  before: LoadWindow;
  during: LoadWindow;
  difference: Difference;
  /** From the store's return until everything acknowledged was stored, in seconds. */
  drainedAfterSeconds: number;
};

const CONNECTIONS = 32;
const DRAIN_MS_MAX = 600_000;

/**
 * Stops one of the stores for a while under load. The stores are started here and given to the product
 * by their URLs, so that nobody starts them again before the outage is over.
 */
export async function runOutageTest(options: OutageOptions): Promise<OutageResult> {
  const stores = await startStores();
  let product: Product | undefined;
  try {
    product = await startProduct({
      TRELLIS_DEMO: '1',
      TRELLIS_LOG_LEVEL: 'fatal',
      TRELLIS_TRUSTED_PROXIES: '127.0.0.1',
      DATABASE_URL: stores.postgres.url,
      CLICKHOUSE_URL: stores.clickhouse.url,
    });
    return await runOutage(product, stores, options);
  } finally {
    await product?.dispose();
    await stores.stop();
  }
}

async function runOutage(product: Product, stores: Stores, options: OutageOptions) {
  const prefix = `outage-${options.store}`;
  const load = new Load({
    port: product.ports.engine,
    host: 'track.acmecorp.com',
    apiKey: product.credentials.api_key,
    clicksPerSecond: options.clicksPerSecond,
    postbacksPerSecond: options.postbacksPerSecond,
    connections: CONNECTIONS,
    prefix,
  });
  await delay(2_000);
  await load.window();
  await delay(options.beforeSeconds * 1000);
  const before = await load.window();
  await stores.kill(options.store);
  options.report(`${options.store} is down`);
  await delay(options.outageSeconds * 500);
  if (options.restartEngine) {
    await killEngine(product);
    options.report('the engine was killed and is back');
    await load.window();
  }
  await delay(options.outageSeconds * 500);
  const during = await load.window();
  await stores.startAgain(options.store);
  options.report(`${options.store} is back`);
  const backAtMs = performance.now();
  await delay(2_000);
  const acknowledged = await load.stop();
  const urls = { clickhouse: stores.clickhouse.url, postgres: stores.postgres.url };
  const difference = await compareWithStores(urls, prefix, acknowledged, DRAIN_MS_MAX);
  return {
    before,
    during,
    difference,
    drainedAfterSeconds: (performance.now() - backAtMs) / 1000,
  };
}

async function killEngine(product: Product): Promise<void> {
  const before = product.processIds().engine as number;
  process.kill(before, 'SIGKILL');
  const isBack = async () => {
    for (;;) {
      await delay(50);
      const now = product.processIds().engine;
      if (now !== null && now !== before && (await answers(product))) {
        return;
      }
    }
  };
  await withTimeout(isBack(), 30_000, () => `no engine:\n${product.output().slice(-4_000)}`);
}

async function answers(product: Product): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${product.ports.engine}/health`)).status === 200;
  } catch {
    // Nothing listens yet.
    return false;
  }
}
