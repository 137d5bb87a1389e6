import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { entryFile } from '../core/entry-file.ts';
import { freePort } from '../test/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../test/stores.ts';

let database: TestDatabase;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

async function startAdmin() {
  const [port, metricsPort, closedPort] = [await freePort(), await freePort(), await freePort()];
  const child = fork(entryFile('cli/trellis'), ['admin'], {
    env: {
      DATABASE_URL: database.url,
      CLICKHOUSE_URL: `http://127.0.0.1:${closedPort}`,
      TRELLIS_ADMIN_PORT: String(port),
      TRELLIS_METRICS_PORT: String(metricsPort - 1),
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  children.push(child);
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, port, metricsPort, exitCode, log: () => log };
}

async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

describe('the admin process', () => {
  it('answers, says which store it misses, has metrics, and ends with 0 on SIGTERM', async () => {
    const { child, port, metricsPort, exitCode } = await startAdmin();
    const health = () => statusOf(`http://127.0.0.1:${port}/health`);
    await expect.poll(health, { timeout: 20_000 }).toBe(200);
    const ready = await fetch(`http://127.0.0.1:${port}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'not_ready',
      parts: { postgres: 'ok', clickhouse: expect.stringMatching(/^unreachable: .*ECONNREFUSED/) },
    });
    const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(await metrics.text()).toContain('nodejs_eventloop_lag_seconds');
    child.kill('SIGTERM');
    expect(await exitCode).toBe(0);
  }, 30_000);

  it('ends when the process that started it is gone', async () => {
    const { child, port, exitCode } = await startAdmin();
    const health = () => statusOf(`http://127.0.0.1:${port}/health`);
    await expect.poll(health, { timeout: 20_000 }).toBe(200);
    child.disconnect();
    expect(await exitCode).toBe(0);
  }, 30_000);

  it('names the port and its setting when it is taken', async () => {
    const started = await startAdmin();
    const taken = createServer();
    onTestFinished(() => {
      taken.close();
    });
    await new Promise<void>((resolve) => taken.listen(started.port, '127.0.0.1', resolve));
    expect(await started.exitCode).toBe(1);
    await expect
      .poll(started.log)
      .toContain(`Port ${started.port} (TRELLIS_ADMIN_PORT) cannot be used`);
    expect(started.log()).not.toContain('    at ');
  }, 30_000);
});
