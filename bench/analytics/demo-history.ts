import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { entryFile } from '../../core/entry-file.ts';
import type { Product } from '../support/product.ts';

const MERGES_MS_MAX = 300_000;

export type DemoHistory = {
  /** How long `trellis demo-data` took, in seconds. */
  seconds: number;
  /** Rows and bytes of the table of events, merged. */
  rows: number;
  bytes: number;
};

/** Fills a product with the demo history that ends now, and waits until its parts are merged. */
export async function writeDemoHistory(
  product: Product,
  client: ClickHouseClient,
  events: number,
): Promise<DemoHistory> {
  const startMs = performance.now();
  await runDemoData(product, events);
  const seconds = (performance.now() - startMs) / 1000;
  await mergesAreDone(client);
  const result = await client.query({
    query: `SELECT toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes
      FROM system.parts WHERE database = 'trellis' AND table = 'events' AND active`,
    format: 'JSONEachRow',
  });
  const [size] = await result.json<{ rows: number; bytes: number }>();
  return { seconds, rows: size?.rows ?? 0, bytes: size?.bytes ?? 0 };
}

/** Runs the command as a user would; its progress goes to our stderr. */
async function runDemoData({ dataDir, ports }: Product, events: number): Promise<void> {
  const args = ['demo-data', '--events', String(events), '--months', '4'];
  const child = spawn(process.execPath, [entryFile('cli/trellis'), ...args], {
    env: {
      ...process.env,
      TRELLIS_DATA_DIR: dataDir,
      TRELLIS_CLICKHOUSE_PORT: String(ports.clickhouse),
      TRELLIS_POSTGRES_PORT: String(ports.postgres),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) {
    throw new Error(`trellis demo-data ended with ${code}`);
  }
}

/** Merges take the processor from the queries; a history that is months old has no more of them. */
async function mergesAreDone(client: ClickHouseClient): Promise<void> {
  const endMs = performance.now() + MERGES_MS_MAX;
  while (performance.now() < endMs) {
    const result = await client.query({
      query: 'SELECT toUInt32(count()) AS merges FROM system.merges',
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ merges: number }>();
    if (row?.merges === 0) {
      return;
    }
    await delay(500);
  }
}
