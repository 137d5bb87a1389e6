import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { householdAddress } from '../load/traffic.ts';
import { HttpConnection } from '../support/http-connection.ts';
import { type Product, startProduct, withTimeout } from '../support/product.ts';
import { countInClickHouse, startStores } from './external-stores.ts';

export type DiskFullOptions = { report(line: string): void };

export type DiskFullResult = {
  redirectedWhileFull: number;
  failedWhileFull: number;
  /** By `trellis_clicks_total{outcome="dropped_disk_full"}`. */
  countedAsDropped: number;
  /** Redirected clicks that are neither counted as dropped nor in ClickHouse. */
  unaccounted: number;
  postbacksRefused: number;
  postbacksLost: number;
  /** From the moment the disk had room to the first click that was recorded. */
  recoveredAfterMs: number;
};

const DISK_MIB = 48;
const CLICKS = 500;
const STORED_MS_MAX = 20_000;

/**
 * Fills the disk of a running engine, looks at what it answers, and gives the room back. The data
 * folder is a small tmpfs of its own, so this needs root; the stores are elsewhere.
 */
export async function runDiskFullTest(options: DiskFullOptions): Promise<DiskFullResult> {
  const disk = mkdtempSync(join(tmpdir(), 'trellis-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk]);
  try {
    const stores = await startStores();
    try {
      const product = await startProduct(
        {
          TRELLIS_DEMO: '1',
          TRELLIS_LOG_LEVEL: 'fatal',
          TRELLIS_TRUSTED_PROXIES: '127.0.0.1',
          DATABASE_URL: stores.postgres.url,
          CLICKHOUSE_URL: stores.clickhouse.url,
        },
        disk,
      );
      try {
        return await fillAndFree(product, disk, stores.clickhouse.url, options);
      } finally {
        await product.dispose();
      }
    } finally {
      await stores.stop();
    }
  } finally {
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  }
}

async function fillAndFree(
  product: Product,
  disk: string,
  clickhouseUrl: string,
  { report }: DiskFullOptions,
): Promise<DiskFullResult> {
  const connection = new HttpConnection('127.0.0.1', product.ports.engine);
  const count = (prefix: string) => countInClickHouse(clickhouseUrl, prefix);
  await clicks(connection, 'before');
  // Each segment that is shipped gives its room back; none may be left when the disk is filled.
  await untilStored(() => count('before-'), CLICKS);
  const ballast = join(disk, 'ballast');
  fill(ballast);
  report('the disk is full');
  const full = await clicks(connection, 'full');
  fill(ballast);
  const postbacks = await Promise.all(
    [0, 1, 2, 3, 4].map((index) => postback(product, `full-${index}`)),
  );
  const metrics = await (await fetch(`http://127.0.0.1:${product.ports.metrics}/metrics`)).text();
  const dropped = /trellis_clicks_total\{outcome="dropped_disk_full"\} (\d+)/.exec(metrics)?.[1];
  rmSync(ballast);
  report('the disk has room');
  const roomAtMs = performance.now();
  await withTimeout(untilReady(product), 30_000, () => 'the engine never became ready again');
  const recoveredAfterMs = performance.now() - roomAtMs;
  await clicks(connection, 'after');
  connection.close();
  await untilStored(async () => (await count('before-')) + (await count('after-')), 2 * CLICKS);
  const accepted = postbacks.filter((status) => status === 200).length;
  await untilStored(() => count('order-full-'), accepted);
  return {
    redirectedWhileFull: full.redirected,
    failedWhileFull: full.failed,
    countedAsDropped: Number(dropped ?? 0),
    unaccounted: Math.max(0, full.redirected - Number(dropped ?? 0) - (await count('full-'))),
    postbacksRefused: postbacks.filter((status) => status === 503).length,
    postbacksLost: Math.max(0, accepted - (await count('order-full-'))),
    recoveredAfterMs,
  };
}

/** Writes until nothing more fits. */
function fill(file: string): void {
  for (const bytes of [1_048_576, 4_096, 512]) {
    try {
      for (;;) {
        writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
        throw error;
      }
    }
  }
}

async function clicks(connection: HttpConnection, prefix: string) {
  let redirected = 0;
  for (let index = 0; index < CLICKS; index++) {
    const answer = await connection.request(
      `GET /in/summer_sale?click_id=${prefix}-${index} HTTP/1.1\r\nHost: track.acmecorp.com\r\nX-Forwarded-For: ${householdAddress(index)}\r\n\r\n`,
    );
    redirected += answer.status === 302 ? 1 : 0;
  }
  return { redirected, failed: CLICKS - redirected };
}

async function postback(product: Product, orderId: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${product.ports.engine}/postback`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${product.credentials.api_key}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ click_id: `order-${orderId}`, event: 'purchase', order_id: orderId }),
  });
  return answer.status;
}

async function untilReady(product: Product): Promise<void> {
  while ((await fetch(`http://127.0.0.1:${product.ports.engine}/ready`)).status !== 200) {
    await delay(20);
  }
}

async function untilStored(count: () => Promise<number>, wanted: number): Promise<void> {
  const reached = async () => {
    while ((await count()) < wanted) {
      await delay(100);
    }
  };
  await withTimeout(reached(), STORED_MS_MAX, () => `not ${wanted} stored in ${STORED_MS_MAX} ms`);
}
