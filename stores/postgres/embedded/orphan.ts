import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TrellisError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { isCode } from './binaries.ts';

/** Names the process that started the server, so that an orphan can be told from a server in use. */
const OWNER_FILE = 'trellis-owner.pid';
const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 5_000;
/** How long processes of a killed server may take to notice and leave. */
const LEFTOVERS_PATIENCE_MS = 10_000;

interface ServerProcess {
  pid: number;
  parentPid: number;
}

/** Records this process as the one the server belongs to. */
export async function recordOwner(dataDir: string): Promise<void> {
  await writeFile(join(dataDir, OWNER_FILE), `${process.pid}\n`);
}

/**
 * Ends a server that still runs on this data folder although the process that started it was
 * killed, and removes a stale lock file whose process id now belongs to somebody else.
 *
 * @throws TrellisError `postgres_already_running` when the process that started it is alive
 */
export async function stopOrphan(dataDir: string, logger: Logger): Promise<void> {
  const orphan = await findServer(dataDir);
  if (orphan === undefined) {
    await removeStaleLock(dataDir, logger);
    return;
  }
  const ownerPid = await readPid(join(dataDir, OWNER_FILE));
  if (ownerPid === orphan.parentPid) {
    throw new TrellisError(
      'postgres_already_running',
      `Another Trellis (process ${ownerPid}) already runs on ${dataDir}. Stop it first, or set TRELLIS_DATA_DIR to another folder.`,
    );
  }
  logger.warn({ pid: orphan.pid }, 'stopping the PostgreSQL that a killed Trellis left behind');
  for (const [signal, patienceMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
    ['SIGKILL', IMMEDIATE_STOP_MS],
  ] as const) {
    signalOrphan(orphan.pid, signal);
    if (await isGoneWithin(dataDir, orphan.pid, patienceMs)) {
      return;
    }
  }
  throw new TrellisError(
    'postgres_orphan_stays',
    `The PostgreSQL process ${orphan.pid} on ${dataDir} cannot be stopped.`,
  );
}

function signalOrphan(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (isCode(error, 'EPERM')) {
      throw new TrellisError(
        'postgres_already_running',
        `PostgreSQL runs as process ${pid} on the data folder and belongs to another user. Stop it first.`,
        { cause: error },
      );
    }
    if (!isCode(error, 'ESRCH')) {
      throw error;
    }
  }
}

async function isGoneWithin(dataDir: string, pid: number, patienceMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + patienceMs;
  while (performance.now() < deadlineMs) {
    if ((await findServer(dataDir))?.pid !== pid) {
      return true;
    }
    await delay(20);
  }
  return false;
}

/** PostgreSQL's main process on this folder, known by its command line and never by its id alone. */
async function findServer(dataDir: string): Promise<ServerProcess | undefined> {
  const pid = await readPid(join(dataDir, 'postmaster.pid'));
  if (pid === undefined) {
    return undefined;
  }
  const found = await describeProcess(pid);
  const isOurs = found !== undefined && isServerOn(found.args, dataDir);
  return isOurs ? { pid, parentPid: found.parentPid } : undefined;
}

function isServerOn(args: string[], dataDir: string): boolean {
  const folderAt = args.indexOf('-D') + 1;
  return basename(args[0] ?? '') === 'postgres' && folderAt > 0 && args[folderAt] === dataDir;
}

/**
 * PostgreSQL takes any living process with the id in its lock file for its server, for example
 * after a container's restart, where ids repeat; an id that is free now may be taken before PostgreSQL
 * looks. So a lock goes when no process of PostgreSQL works in the folder. With some left the lock of a
 * dead process stays: with it PostgreSQL itself waits for them.
 */
async function removeStaleLock(dataDir: string, logger: Logger): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid');
  const pid = await readPid(lock);
  const deadlineMs = performance.now() + LEFTOVERS_PATIENCE_MS;
  while (pid !== undefined) {
    const remaining = await serverProcessesIn(dataDir);
    if (remaining.length === 0) {
      logger.warn({ pid }, 'removing a stale PostgreSQL lock file: its process id names no server');
      await rm(lock, { force: true });
      return;
    }
    if (!isAlive(pid)) {
      return;
    }
    if (performance.now() > deadlineMs) {
      throw new TrellisError(
        'postgres_already_running',
        `PostgreSQL processes (${remaining.join(', ')}) still work in ${dataDir}. Stop them first.`,
        { retriable: true },
      );
    }
    await delay(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

async function readPid(path: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

/** @returns undefined when there is no such process, or only its unreaped remains */
async function describeProcess(
  pid: number,
): Promise<{ parentPid: number; args: string[] } | undefined> {
  if (process.platform === 'linux') {
    return describeLinuxProcess(pid);
  }
  const run = promisify(execFile);
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)]);
    const [, parentPid, command = ''] = /^\s*(\d+)\s+(.*)/.exec(stdout) ?? [];
    // ps prints no boundaries between arguments; the folder may contain blanks.
    const [, program = '', folder = ''] = /^(.*?\/postgres) -D (.*?) -p /.exec(command) ?? [];
    return { parentPid: Number(parentPid), args: [program, '-D', folder] };
  } catch {
    return undefined;
  }
}

async function describeLinuxProcess(
  pid: number,
): Promise<{ parentPid: number; args: string[] } | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const parentPid = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
    return /^State:\s*Z/m.test(status) ? undefined : { parentPid, args };
  } catch {
    return undefined;
  }
}

/** PostgreSQL's processes work in the data folder, also those that outlive their main process. */
async function serverProcessesIn(dataDir: string): Promise<number[]> {
  if (process.platform !== 'linux') {
    return [];
  }
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found: number[] = [];
  for (const pid of pids) {
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
    if (folder === dataDir && basename(program) === 'postgres') {
      found.push(pid);
    }
  }
  return found;
}
