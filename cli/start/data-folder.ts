import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TrellisError } from '../../core/errors.ts';
import { claimFolder } from './folder-claim.ts';

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
    return await takeLock(folder, lock, dataDir);
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

async function takeLock(
  folder: string,
  lock: string,
  dataDir: string,
): Promise<() => Promise<void>> {
  const outcome = await claimFolder(folder, lock);
  if (outcome.kind === 'held') {
    return outcome.giveBack;
  }
  throw new TrellisError(
    'already_running',
    `Another Trellis (process ${outcome.holder.pid}) already runs on ${dataDir}. Stop it first, or set TRELLIS_DATA_DIR to another folder.`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
