import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { projectRoot } from '../../../core/entry-file.ts';
import { createClickHouse } from '../client.ts';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from './process.ts';

const logger = pino({ level: 'silent' });
const running: EmbeddedClickHouse[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-test-ch-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, port = 0): Promise<EmbeddedClickHouse> {
  const server = await startEmbeddedClickHouse({ dataDir, port, logger });
  running.push(server);
  return server;
}

/** The files with data of inserts or answers. */
function scratchFiles(folder: string): string[] {
  const names = readdirSync(join(folder, 'adapter', 'scratch'));
  return names.filter((name) => !name.startsWith('pipe-'));
}

async function ask(server: EmbeddedClickHouse, query: string): Promise<string> {
  const response = await fetch(server.url, { method: 'POST', body: query });
  return response.text();
}

test('a port in use is an error that names the port and the setting', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(start(newFolder(), port)).rejects.toMatchObject({
    code: 'port_in_use',
    message: expect.stringMatching(new RegExp(`${port}.*TRELLIS_CLICKHOUSE_PORT`)),
  });
  blocker.close();
});

test('only loopback addresses are listened on', async () => {
  const options = { dataDir: newFolder(), port: 0, host: '0.0.0.0', logger };
  await expect(startEmbeddedClickHouse(options)).rejects.toMatchObject({
    code: 'invalid_settings',
  });
});

test('a second process on the same folder is refused, and a killed one leaves no lock', async () => {
  const folder = newFolder();
  const first = await start(folder);
  await ask(first, 'CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a');
  await ask(first, 'INSERT INTO kept VALUES (1)');
  await expect(start(folder)).rejects.toMatchObject({
    code: 'data_dir_in_use',
    message: expect.stringContaining(String(first.pid)),
  });
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await start(folder);
  expect(await ask(second, 'SELECT * FROM kept')).toBe('1\n');
});

test('SIGTERM lets running queries end, refuses new ones and exits with 0', async () => {
  const server = await start(newFolder());
  const slow = ask(server, 'SELECT sleepEachRow(0.5) FROM numbers(3) SETTINGS max_block_size = 1');
  await expect.poll(() => ask(server, 'SELECT count() FROM system.processes')).toBe('2\n');
  const stopped = server.stop();
  expect(await slow).toBe('0\n0\n0\n');
  await stopped;
  expect(await server.exited).toEqual({ code: 0, signal: null });
  await expect(ask(server, 'SELECT 1')).rejects.toThrow();
});

test('files that a killed process left behind are removed at the next start', async () => {
  const folder = newFolder();
  const server = await start(folder);
  await ask(server, 'CREATE TABLE t (a UInt8) ENGINE = Memory');
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(100_000)),
  });
  const unfinished = fetch(`${server.url}/?query=INSERT+INTO+t+FORMAT+RowBinary`, {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit).catch(() => 'broken');
  await expect.poll(() => scratchFiles(folder).length).toBe(1);
  process.kill(server.pid, 'SIGKILL');
  expect(await unfinished).toBe('broken');
  await start(folder);
  expect(scratchFiles(folder)).toEqual([]);
});

test('an insert whose client goes away stores nothing and leaves no file', async () => {
  const folder = newFolder();
  const server = await start(folder);
  await ask(server, 'CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a');
  const gone = new AbortController();
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(100_000)),
  });
  const left = fetch(`${server.url}/?query=INSERT+INTO+t+FORMAT+RowBinary`, {
    method: 'POST',
    body,
    duplex: 'half',
    signal: gone.signal,
  } as RequestInit).catch(() => 'left');
  const files = () => scratchFiles(folder).length;
  await expect.poll(files).toBe(1);
  gone.abort();
  expect(await left).toBe('left');
  await expect.poll(files).toBe(0);
  expect(await ask(server, 'SELECT count() FROM t')).toBe('0\n');
});

test('it ends when the process that started it dies', async () => {
  const folder = newFolder();
  const script = `
    import { startEmbeddedClickHouse } from '${projectRoot}/dist/stores/clickhouse/embedded/process.js';
    import pino from 'pino';
    const { pid } = await startEmbeddedClickHouse({
      dataDir: '${folder}', port: 0, logger: pino({ level: 'silent' }),
    });
    process.stdout.write(String(pid));
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await once(parent.stdout, 'data');
  const pid = Number(String(output));
  parent.kill('SIGKILL');
  const isAlive = () => existsSync(`/proc/${pid}/fd/0`) && process.kill(pid, 0);
  await expect.poll(isAlive, { timeout: 10_000 }).toBe(false);
  // Its lock is gone, too.
  await start(folder);
});

test('parts are merged in the background', async () => {
  const server = await start(newFolder());
  const client = createClickHouse({ url: server.url, database: 'default' });
  await client.command({ query: 'CREATE TABLE m (a UInt32) ENGINE = MergeTree ORDER BY a' });
  for (let part = 0; part < 30; part += 1) {
    await client.insert({ table: 'm', values: [{ a: part }], format: 'JSONEachRow' });
  }
  const parts = async () =>
    Number(await ask(server, "SELECT count() FROM system.parts WHERE active AND table = 'm'"));
  await expect.poll(parts, { timeout: 20_000 }).toBeLessThan(15);
  expect(await ask(server, 'SELECT sum(a) FROM m')).toBe('435\n');
  await client.close();
});
