import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { entryFile } from '../../core/entry-file.ts';

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 60_000;

const credentialsSchema = z.object({
  organization_id: z.string(),
  api_key: z.string(),
  admin_api_key: z.string(),
  engine_url: z.string(),
  admin_url: z.string(),
  clickhouse_url: z.string(),
});
export type Credentials = z.infer<typeof credentialsSchema>;

const runSchema = z.object({
  supervisor: z.number(),
  engine: z.number().nullable(),
  admin: z.number().nullable(),
  clickhouse: z.number().nullable(),
  postgres: z.number().nullable(),
});
export type ProcessIds = z.infer<typeof runSchema>;

/** A whole Trellis, started as `npm start` does, on free ports and in a folder of its own. */
export type Product = {
  dataDir: string;
  ports: Readonly<Record<'engine' | 'admin' | 'metrics' | 'clickhouse' | 'postgres', number>>;
  credentials: Credentials;
  postgresUrl: string;
  /** The processes as they are now: they change when one was restarted. */
  processIds(): ProcessIds;
  /** Everything that the product printed, the newest 1 MiB. */
  output(): string;
  /** SIGTERM, then waits. @returns the exit code */
  stop(): Promise<number | null>;
  /** SIGKILL to the supervisor; its children notice and end by themselves. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and ports. */
  restart(): Promise<void>;
  /** Stops it and deletes its folder. */
  dispose(): Promise<void>;
};

/**
 * Starts a product and waits until it says that it is ready.
 *
 * @param settings environment variables besides ports and folder
 * @param parentFolder where its data folder is made
 */
export async function startProduct(
  settings: Record<string, string> = {},
  parentFolder = tmpdir(),
): Promise<Product> {
  const dataDir = mkdtempSync(join(parentFolder, 'trellis-product-'));
  const ports = await freePorts();
  const env = {
    ...process.env,
    TRELLIS_DATA_DIR: dataDir,
    TRELLIS_ENGINE_PORT: String(ports.engine),
    TRELLIS_ADMIN_PORT: String(ports.admin),
    TRELLIS_METRICS_PORT: String(ports.metrics),
    TRELLIS_CLICKHOUSE_PORT: String(ports.clickhouse),
    TRELLIS_POSTGRES_PORT: String(ports.postgres),
    ...settings,
  };
  let run = await launch(env).catch((error: unknown) => {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  const product: Product = {
    dataDir,
    ports,
    get credentials() {
      return credentialsSchema.parse(readJson(join(dataDir, 'demo-credentials.json')));
    },
    postgresUrl: `postgres://trellis@127.0.0.1:${ports.postgres}/trellis`,
    processIds: () => runSchema.parse(readJson(join(dataDir, 'run.json'))),
    output: () => run.output(),
    stop: () => run.end('SIGTERM'),
    kill: async () => {
      await run.end('SIGKILL');
    },
    restart: async () => {
      await run.end('SIGTERM');
      run = await launch(env);
    },
    dispose: async () => {
      await run.end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return product;
}

/** Where a product's embedded stores are. */
export function storeUrls(product: Product): { clickhouse: string; postgres: string } {
  return { clickhouse: product.credentials.clickhouse_url, postgres: product.postgresUrl };
}

const OUTPUT_CHARACTERS_MAX = 1_048_576;

async function launch(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [entryFile('cli/trellis'), 'start'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
      if (output.includes('Trellis is ready')) {
        resolve();
      }
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void exited.then((code) =>
      reject(new Error(`ended with ${code} before it was ready:\n${output}`)),
    );
  });
  try {
    await withTimeout(ready, READY_MS_MAX, () => `not ready after ${READY_MS_MAX} ms:\n${output}`);
  } catch (error) {
    // Its children end with it; who asked for it has nothing in hand to end it with.
    child.kill('SIGKILL');
    throw error;
  }
  return {
    output: () => output,
    end: (signal: NodeJS.Signals) => endProcess(child, exited, signal),
  };
}

async function endProcess(
  child: ChildProcess,
  exited: Promise<number | null>,
  signal: NodeJS.Signals,
): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
  }
  return withTimeout(exited, STOP_MS_MAX, () => `still running ${STOP_MS_MAX} ms after ${signal}`);
}

/** Fails with a message when a promise takes longer than it may. */
export async function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
  message: () => string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Free ports; metrics takes two in a row. */
async function freePorts(): Promise<Product['ports']> {
  const [engine, admin, clickhouse, postgres] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  for (let attempt = 0; attempt < 50; attempt++) {
    const metrics = await freePort();
    if (metrics < 65_535 && (await freePort(metrics + 1).catch(() => 0)) !== 0) {
      return { engine, admin, metrics, clickhouse, postgres };
    }
  }
  throw new Error('no two free ports in a row');
}

/** A free port; with an argument, that one if it is free. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
