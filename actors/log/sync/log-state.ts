import { closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { ToSyncer, WakeWord } from './syncer.ts';

/** A segment that the syncer still has to do something with. */
export type Entry = {
  name: string;
  /** Own descriptor: those of a worker thread are closed when it dies. -1: not open. */
  fd: number;
  sealing: boolean;
  /** All that was appended before the last look is on disk. */
  synced: boolean;
  /** Left behind by a failed sync: is still sealed, but no ticket waits for it. */
  abandoned: boolean;
};

/** What the syncer knows of one log. */
export type LogState = {
  directory: string;
  control: Int32Array;
  wake: WakeWord | undefined;
  entries: Entry[];
  /** The log's count of appends when all of them were last known to be on disk. */
  appendsSynced: number;
  /** A file was created or renamed and the directory not synced since. */
  directoryDirty: boolean;
  failed: boolean;
  /** Nothing more will be appended: the log was closed, or its thread is gone. */
  closed: boolean;
  /** When what failed may be tried again, on the core's clock. */
  retryAtMs: number;
};

export function newLogState(message: Extract<ToSyncer, { kind: 'open_log' }>): LogState {
  return {
    directory: message.directory,
    control: message.control,
    wake: message.wake,
    entries: [],
    appendsSynced: 0,
    directoryDirty: false,
    failed: false,
    closed: false,
    retryAtMs: 0,
  };
}

/** The log appends to this segment now. Opens it at once, while it surely has its first name. */
export function addOpened(log: LogState, name: string): void {
  const entry = newEntry(name, false);
  try {
    entry.fd = openSync(join(log.directory, `${name}.open`), 'r+');
  } catch {
    // Opened again at the sync, where a failure counts.
    entry.fd = -1;
  }
  log.entries.push(entry);
  log.directoryDirty = true;
}

export function startSeal(log: LogState, name: string): void {
  const known = log.entries.find((entry) => entry.name === name);
  if (known === undefined) {
    log.entries.push(newEntry(name, true));
    return;
  }
  known.sealing = true;
  known.synced = false;
}

function newEntry(name: string, sealing: boolean): Entry {
  return { name, fd: -1, sealing, synced: false, abandoned: false };
}

/**
 * Opens an entry's file under whichever of its names it has. Returns false when it was to be
 * sealed and is gone: an equal request sealed it, and it has been shipped since.
 *
 * @throws the file system's error otherwise
 */
export function openEntry(log: LogState, entry: Entry): boolean {
  const path = join(log.directory, entry.name);
  try {
    entry.fd = openSync(existsSync(`${path}.sealed`) ? `${path}.sealed` : `${path}.open`, 'r+');
    return true;
  } catch (error) {
    if (!isMissing(error) || !entry.sealing) {
      throw error;
    }
    return false;
  }
}

export function closeEntry(entry: Entry): void {
  if (entry.fd >= 0) {
    closeSync(entry.fd);
    entry.fd = -1;
  }
}

/**
 * Renames a synced segment to `.sealed`. Returns false when there was nothing left to rename
 * because an equal request came first.
 *
 * @throws the file system's error otherwise
 */
export function renameToSealed(log: LogState, entry: Entry): boolean {
  const path = join(log.directory, entry.name);
  try {
    renameSync(`${path}.open`, `${path}.sealed`);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}

/** @throws the file system's error */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
