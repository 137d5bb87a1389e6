import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { entryFile } from '../../core/entry-file.ts';
import { endChild, onAbruptExit } from '../load/children.ts';
import { freePort, type Product, withTimeout } from '../support/product.ts';

const READY_MS_MAX = 30_000;
const LOOK_MS = 50;
const OUTPUT_CHARACTERS_MAX = 1_048_576;

/** An engine beside a product's own: another node on the same stores. */
export type SecondEngine = {
  port: number;
  /** What it printed, the newest 1 MiB. */
  output(): string;
  /** Ends it and deletes its folder. */
  dispose(): Promise<void>;
};

/**
 * Starts `trellis engine` on a product's stores, with a folder and ports of its own, and waits until it
 * records traffic.
 *
 * @param settings environment variables besides stores, folder and ports
 */
export async function startSecondEngine(
  product: Product,
  settings: Record<string, string>,
): Promise<SecondEngine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trellis-engine-'));
  const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
  const child = spawn(process.execPath, [entryFile('cli/trellis'), 'engine'], {
    env: {
      ...process.env,
      TRELLIS_DATA_DIR: dataDir,
      TRELLIS_ENGINE_PORT: String(port),
      TRELLIS_METRICS_PORT: String(metricsPort),
      DATABASE_URL: product.postgresUrl,
      CLICKHOUSE_URL: product.credentials.clickhouse_url,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const release = onAbruptExit(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
    });
  }
  const dispose = async () => {
    await endChild(child);
    release();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the second engine ended with ${code}:\n${output}`);
  });
  // Nobody waits for it any more once the engine is ready.
  ended.catch(() => undefined);
  try {
    const ready = Promise.race([untilReady(port), ended]);
    await withTimeout(ready, READY_MS_MAX, () => `the second engine is not ready:\n${output}`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { port, output: () => output, dispose };
}

async function untilReady(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) {
      return;
    }
    await delay(LOOK_MS);
  }
}
