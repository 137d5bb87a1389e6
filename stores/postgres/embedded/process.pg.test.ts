import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { entryFile } from '../../../core/entry-file.ts';
import { createLogger } from '../../../core/logger.ts';
import { freePort } from '../../../test/free-port.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './process.ts';

const logger = createLogger('postgres-test');
logger.level = 'silent';

/** mkdtemp closes it to everybody else: as root, the server's account must still get through. */
let closedFolder: string;
let dataDir: string;
let port: number;
let server: EmbeddedPostgres | undefined;

beforeAll(async () => {
  closedFolder = await mkdtemp(join(tmpdir(), 'trellis-test-postgres-'));
  dataDir = join(closedFolder, 'data', 'postgres');
  port = await freePort();
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

afterAll(() => rm(closedFolder, { recursive: true }));

const start = async () => {
  server = await startEmbeddedPostgres({ dataDir, port, logger });
  return server;
};

const query = async (sql: string) => {
  const client = new pg.Client({
    connectionString: `postgres://trellis@127.0.0.1:${port}/trellis`,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

/** A process that starts the server and stays, to be killed. */
async function startElsewhere(): Promise<ChildProcess> {
  const file = pathToFileURL(entryFile('stores/postgres/embedded/process')).href;
  const logFile = pathToFileURL(entryFile('core/logger')).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(file)});
    const { createLogger } = await import(${JSON.stringify(logFile)});
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, port: ${port}, logger: createLogger('elsewhere') });
    console.log('started');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('the embedded PostgreSQL', () => {
  it('creates its folder at the first start and keeps what was written for the next', async () => {
    const first = await start();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    await query('CREATE TABLE kept AS SELECT 1 AS step');
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, signal: null });
    await start();
    expect(await query('SELECT step FROM kept')).toEqual([{ step: 1 }]);
    expect(await readdir(join(closedFolder, 'data'))).toEqual(['postgres']);
  });

  it('lets nobody in as superuser', async () => {
    await start();
    const client = new pg.Client({
      connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`,
    });
    await expect(client.connect()).rejects.toMatchObject({ code: '28000' });
    expect(await query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false },
    ]);
  });

  it('refuses a folder on which another Trellis is running', async () => {
    await start();
    const second = startEmbeddedPostgres({ dataDir, port: await freePort(), logger });
    await expect(second).rejects.toMatchObject({ code: 'postgres_already_running' });
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('names the port and the setting when another program has the port', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    await expect(start()).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(new RegExp(`${port}.*TRELLIS_POSTGRES_PORT`)),
    });
    other.close();
    await once(other, 'close');
  });

  it('stops the server that a killed Trellis left behind, and keeps its data', async () => {
    const elsewhere = await startElsewhere();
    await query('CREATE TABLE orphaned AS SELECT 1 AS step');
    elsewhere.kill('SIGKILL');
    await once(elsewhere, 'exit');
    expect(await query('SELECT step FROM orphaned')).toEqual([{ step: 1 }]);
    await start();
    expect(await query('SELECT step FROM orphaned')).toEqual([{ step: 1 }]);
  });

  it('recovers after the server itself was killed', async () => {
    const killed = await start();
    await query('CREATE TABLE committed AS SELECT 1 AS step');
    process.kill(killed.pid, 'SIGKILL');
    expect((await killed.exited).signal).toBe('SIGKILL');
    await start();
    expect(await query('SELECT step FROM committed')).toEqual([{ step: 1 }]);
  });

  it('is not kept from starting by a lock file whose process id is another program', async () => {
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(bystander, 'spawn');
    await writeFile(join(dataDir, 'postmaster.pid'), `${bystander.pid}\n${dataDir}\n`);
    await start();
    expect(bystander.exitCode).toBeNull();
    bystander.kill('SIGKILL');
    await once(bystander, 'exit');
  });

  it('leaves a folder alone that holds something else', async () => {
    const foreign = await mkdtemp(join(closedFolder, 'foreign-'));
    await writeFile(join(foreign, 'letter.txt'), 'Dear Grandma');
    const attempt = startEmbeddedPostgres({ dataDir: foreign, port, logger });
    await expect(attempt).rejects.toMatchObject({ code: 'postgres_data_dir' });
    expect(await readdir(foreign)).toEqual(['letter.txt']);
  });
});
