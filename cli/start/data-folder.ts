import {
  constants,
  copyFile,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, TrellisError } from '../../core/errors.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';

const schema = z.object({ pid: z.number().int().positive(), started: z.string() });

/** What the error codes of a data folder mean for whoever has to do something about it. */
const REASONS: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: "this user's disk quota is used up",
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file of this name',
};

/**
 * Creates the data folder where it is missing, and takes it for this process alone.
 *
 * @returns gives the folder back
 * @throws TrellisError `data_dir_unusable`, `already_running`
 */
export async function takeDataFolder(dataDir: string): Promise<() => Promise<void>> {
  return takeFolder(dataDir, dataDir, 'trellis.lock');
}

/**
 * Takes the engine's part of the data folder. Two engines on one event log would each take the other's
 * open segments for those of a dead one.
 *
 * @returns gives it back
 * @throws TrellisError as `takeDataFolder`
 */
export async function takeEngineFolder(dataDir: string): Promise<() => Promise<void>> {
  return takeFolder(dataDir, join(dataDir, 'engine'), 'engine.lock');
}

async function takeFolder(
  dataDir: string,
  folder: string,
  lock: string,
): Promise<() => Promise<void>> {
  try {
    await makeFolder(folder);
    return await takeLock(join(folder, lock), dataDir);
  } catch (error) {
    if (error instanceof TrellisError) {
      throw error;
    }
    throw new TrellisError(
      'data_dir_unusable',
      `The data folder ${dataDir} (TRELLIS_DATA_DIR) cannot be used: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) {
      throw error;
    }
    // Node reports a read-only file system as a missing folder, unless it is asked for one level.
    await mkdir(path);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? messageOf(error);
}

async function takeLock(lock: string, dataDir: string): Promise<() => Promise<void>> {
  const self = await identifyProcess(process.pid);
  if (self === undefined) {
    throw new Error('this process cannot be identified');
  }
  // Written aside and linked into place, so that nobody ever reads half a lock.
  const own = `${lock}.${process.pid}`;
  try {
    await writeFile(own, `${JSON.stringify(self)}\n`);
    while (!(await tryLink(own, lock))) {
      const holder = await readHolder(lock);
      if (holder !== undefined && (await isRunning(holder))) {
        throw new TrellisError(
          'already_running',
          `Another Trellis (process ${holder.pid}) already runs on ${dataDir}. Stop it first, or set TRELLIS_DATA_DIR to another folder.`,
        );
      }
      await removeStale(lock, holder);
    }
  } finally {
    await rm(own, { force: true });
  }
  return async () => {
    if ((await readHolder(lock))?.pid === process.pid) {
      await rm(lock, { force: true });
    }
  };
}

/** @returns false when there is a lock already */
async function tryLink(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      return false;
    }
    if (!hasCode(error, 'EPERM') && !hasCode(error, 'ENOTSUP')) {
      throw error;
    }
  }
  // Some file systems have no links. Exclusive creation is as safe, but for a reader in between.
  try {
    await copyFile(own, lock, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      return false;
    }
    throw error;
  }
}

/**
 * Two processes may find the same stale lock. Renaming it tells who of them removes it; when what
 * was renamed turns out to be the other's new lock, that goes back.
 */
async function removeStale(lock: string, stale: ProcessIdentity | undefined): Promise<void> {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return;
    }
    throw error;
  }
  const renamed = await readHolder(aside);
  if (renamed?.pid !== stale?.pid || renamed?.started !== stale?.started) {
    await tryLink(aside, lock);
  }
  await rm(aside, { force: true });
}

/** @returns undefined when there is no lock, or one that cannot be read */
async function readHolder(lock: string): Promise<ProcessIdentity | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(lock, 'utf8')));
  } catch {
    return undefined;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
