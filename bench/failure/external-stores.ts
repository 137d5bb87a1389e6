import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { createLogger } from '../../core/logger.ts';
import { startEmbeddedClickHouse } from '../../stores/clickhouse/embedded/process.ts';
import { startEmbeddedPostgres } from '../../stores/postgres/embedded/process.ts';
import { freePort } from '../support/product.ts';

export type StoreName = 'clickhouse' | 'postgres';

export type Stores = Awaited<ReturnType<typeof startStores>>;

/**
 * Starts both stores outside of a product, which is then given their URLs, so that nobody starts them
 * again before a test wants it.
 */
export async function startStores() {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-stores-'));
  const logger = createLogger('outage-test', 'fatal');
  const [postgresPort, clickhousePort] = await Promise.all([freePort(), freePort()]);
  const start = {
    postgres: () =>
      startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), port: postgresPort, logger }),
    clickhouse: () =>
      startEmbeddedClickHouse({
        dataDir: join(folder, 'clickhouse'),
        port: clickhousePort,
        logger,
      }),
  };
  const stores = { postgres: await start.postgres(), clickhouse: await start.clickhouse() };
  return {
    get postgres() {
      return stores.postgres;
    },
    get clickhouse() {
      return stores.clickhouse;
    },
    async kill(store: StoreName): Promise<void> {
      process.kill(stores[store].pid, 'SIGKILL');
      await stores[store].exited;
    },
    async startAgain(store: StoreName): Promise<void> {
      if (store === 'postgres') {
        stores.postgres = await start.postgres();
      } else {
        stores.clickhouse = await start.clickhouse();
      }
    },
    async stop(): Promise<void> {
      await Promise.all([stores.postgres.stop(), stores.clickhouse.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Rows whose click id begins with a prefix. */
export async function countInClickHouse(url: string, prefix: string): Promise<number> {
  const client = createClient({ url, database: 'trellis' });
  try {
    const answer = await client.query({
      query: 'SELECT count() AS n FROM events WHERE startsWith(click_id, {prefix:String})',
      query_params: { prefix },
      format: 'JSONEachRow',
    });
    const [row] = await answer.json<{ n: string }>();
    return Number(row?.n ?? 0);
  } finally {
    await client.close();
  }
}
