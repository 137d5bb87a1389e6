import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { chooseOwner, openAccount, type ServerAccount } from './account.ts';
import { findPostgresBinaries, isCode } from './binaries.ts';
import { createCluster, createStagingFolder, isCluster } from './cluster.ts';
import { recordOwner, stopOrphan } from './orphan.ts';
import { followServerLog } from './server-log.ts';

export interface EmbeddedPostgresOptions {
  /** The folder of the cluster; created at the first start. */
  dataDir: string;
  port: number;
  logger: Logger;
}

export interface EmbeddedPostgres {
  /** As `databaseUrl()` of core/config.ts forms it. */
  url: string;
  pid: number;
  /** Settles when the server has ended, for whatever reason. Never rejects. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends transactions, writes a checkpoint and resolves when the server is gone. May be repeated. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Recovery after a power cut reads at most max_wal_size (1 GB) of log. */
const START_PATIENCE_MS = 120_000;
const FAST_STOP_MS = 30_000;
/** How long processes of a killed server may take to notice and leave. */
const LEFTOVERS_PATIENCE_MS = 10_000;

/** For a small machine that also runs ClickHouse. Durability settings are named to say so. */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '',
  log_checkpoints: 'off',
  // A statement's values may be personal data.
  log_parameter_max_length_on_error: '0',
};

/**
 * Starts PostgreSQL on a data folder of ours and waits until it answers.
 *
 * @throws TrellisError `port_in_use`, `postgres_already_running`, `postgres_start_failed`, or one of
 *   those of the folders and accounts it needs
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { port, logger } = options;
  const dataDir = await canonicalPath(options.dataDir);
  const binaries = await findPostgresBinaries();
  const exists = await isCluster(dataDir);
  if (exists) {
    await stopOrphan(dataDir, logger);
  }
  await requireFreePort(port);
  const owner = await chooseOwner(dataDir);
  const folder = exists ? dataDir : await createStagingFolder(dataDir, owner);
  const account = await openAccount(owner, binaries.postgres, folder);
  if (!exists) {
    await createCluster(account, binaries, folder, dataDir);
  }
  await recordOwner(dataDir);
  const deadlineMs = performance.now() + LEFTOVERS_PATIENCE_MS;
  for (;;) {
    const server = await launch(account, binaries.postgres, dataDir, options);
    if (server !== 'leftovers') {
      return server;
    }
    if (performance.now() > deadlineMs) {
      throw new TrellisError(
        'postgres_already_running',
        `Processes of an earlier PostgreSQL still work in ${dataDir}. Stop them first.`,
        { retriable: true },
      );
    }
    await delay(200);
  }
}

/** The path without symbolic links, so that it compares equal with what /proc reports. */
async function canonicalPath(path: string): Promise<string> {
  const absolute = resolve(path);
  await mkdir(dirname(absolute), { recursive: true });
  return existsSync(absolute)
    ? realpathSync(absolute)
    : join(realpathSync(dirname(absolute)), absolute.slice(dirname(absolute).length));
}

async function requireFreePort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolveFree, reject) => {
    probe.once('error', (error) =>
      reject(isCode(error, 'EADDRINUSE') ? portInUse(port, error) : error),
    );
    probe.listen({ port, host: HOST, exclusive: true }, () => probe.close(() => resolveFree()));
  });
}

function portInUse(port: number, cause?: unknown): TrellisError {
  return new TrellisError(
    'port_in_use',
    `Port ${port} on ${HOST} is used by another program, and the embedded PostgreSQL needs it. Set TRELLIS_POSTGRES_PORT to a free port.`,
    { cause },
  );
}

async function launch(
  account: ServerAccount,
  postgres: string,
  dataDir: string,
  { port, logger }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres | 'leftovers'> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const form = account.form(postgres, ['-D', dataDir, '-p', String(port), ...settings]);
  const child = spawn(form.command, form.args, {
    ...form.options,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own process group: Ctrl-C in a terminal must reach Trellis alone, which stops the
    // database last.
    detached: true,
  });
  const exited: EmbeddedPostgres['exited'] = new Promise((resolveExit) => {
    child.once('exit', (code, signal) => resolveExit({ code, signal }));
    child.once('error', () => resolveExit({ code: null, signal: null }));
  });
  const log = followServerLog(child.stderr, logger);
  const url = `postgres://trellis@${HOST}:${port}/trellis`;
  const outcome = await Promise.race([
    exited.then(() => 'exited' as const),
    answers(child, dataDir, url),
  ]);
  if (outcome === 'answers' && child.pid !== undefined) {
    return { url, pid: child.pid, exited, stop: () => stopServer(child, exited, logger) };
  }
  await stopServer(child, exited, logger);
  await Promise.race([log.ended, delay(1_000)]);
  return explainFailure(log.lastLines(), port);
}

/** Waits until the lock file names this very process as ready, then until a query succeeds. */
async function answers(
  child: ChildProcess,
  dataDir: string,
  url: string,
): Promise<'answers' | 'silent'> {
  const deadlineMs = performance.now() + START_PATIENCE_MS;
  while (performance.now() < deadlineMs && child.exitCode === null && child.signalCode === null) {
    const lock = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = lock.split('\n');
    if (lines[0] === String(child.pid) && lines[7]?.trim() === 'ready' && (await accepts(url))) {
      return 'answers';
    }
    await delay(10);
  }
  return 'silent';
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function explainFailure(lastLines: string, port: number): 'leftovers' {
  if (lastLines.includes('pre-existing shared memory block')) {
    return 'leftovers';
  }
  if (/could not bind IPv4 address .*: Address already in use/.test(lastLines)) {
    throw portInUse(port);
  }
  throw new TrellisError('postgres_start_failed', `PostgreSQL did not start:\n${lastLines}`);
}

async function stopServer(
  child: ChildProcess,
  exited: EmbeddedPostgres['exited'],
  logger: Logger,
): Promise<void> {
  const steps = [
    // "Fast": ends sessions and writes a checkpoint.
    { signal: 'SIGINT', patienceMs: FAST_STOP_MS },
    // "Immediate": the next start recovers from the write-ahead log.
    { signal: 'SIGQUIT', patienceMs: 5_000 },
    { signal: 'SIGKILL', patienceMs: 5_000 },
  ] as const;
  for (const { signal, patienceMs } of steps) {
    child.kill(signal);
    const patience = new AbortController();
    const isGone = await Promise.race([
      exited.then(() => true),
      delay(patienceMs, false, { signal: patience.signal }).catch(() => true),
    ]);
    patience.abort();
    if (isGone) {
      return;
    }
    logger.warn({ pid: child.pid, signal }, 'PostgreSQL does not stop');
  }
}
