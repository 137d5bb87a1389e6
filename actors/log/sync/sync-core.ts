import { fdatasyncSync } from 'node:fs';
import { join } from 'node:path';
import {
  addOpened,
  closeEntry,
  type Entry,
  type LogState,
  newLogState,
  openEntry,
  renameToSealed,
  startSeal,
  syncDirectory,
} from './log-state.ts';
import {
  CONTROL_APPENDS,
  CONTROL_FAILED,
  CONTROL_NOTIFIED,
  CONTROL_REQUESTED,
  CONTROL_SYNCED,
  type SealedSegment,
  type ToSyncer,
  type WakeWord,
} from './syncer.ts';

/** How long what failed waits before it is tried again. */
const RETRY_MS = 1_000;

/** What the core tells its owner. Called synchronously, after the fact. */
export type SyncObserver = {
  /** One fdatasync of a segment took this long. */
  fsynced(seconds: number): void;
  sealed(segment: SealedSegment): void;
  /** An operation on the disk failed. `log_failed`: appends are refused until the log heals. */
  problem(what: 'log_failed' | 'seal_retried', path: string, error: unknown): void;
};

export type SyncCoreOptions = {
  observer: SyncObserver;
  /** Receives, through `receive`, all that the senders have sent and that is still in a queue. */
  drain: () => void;
  /** A clock that never steps back; its origin does not matter. */
  nowMs: () => number;
  /** Writes a file's data to the disk; `fs.fdatasyncSync` unless a test wants it to fail. */
  fdatasync?: (fd: number) => void;
};

/** The logs of one sender. When the sender is gone, what it asked for is still completed. */
export type SyncConnection = { logs: Map<number, LogState>; gone: boolean };

/**
 * Makes segments durable, for any number of logs: syncs what a ticket waits for first, then seals,
 * then (when told that the period is over) everything that was appended to.
 *
 * Invariants: a ticket is published only after every segment that holds a record appended before
 * it was synced, and their directory entries too. A segment is renamed only after its sync.
 * Sealing a file that is already sealed, or already shipped and deleted, does nothing.
 *
 * A log fails when a sync fails: the kernel may have dropped the pages, so no later sync proves
 * anything about them. It stays failed, publishing no ticket, until its writer sends `heal`.
 */
export class SyncCore {
  readonly #options: SyncCoreOptions;
  readonly #fdatasync: (fd: number) => void;
  readonly #connections = new Set<SyncConnection>();

  constructor(options: SyncCoreOptions) {
    this.#options = options;
    this.#fdatasync = options.fdatasync ?? fdatasyncSync;
  }

  connect(): SyncConnection {
    const connection: SyncConnection = { logs: new Map(), gone: false };
    this.#connections.add(connection);
    return connection;
  }

  /**
   * The sender died or left; its queue is empty. What it appended is synced once more. The segment
   * it had open stays `.open`: its successor looks there for the records it is in doubt about.
   */
  disconnect(connection: SyncConnection): void {
    connection.gone = true;
    for (const log of connection.logs.values()) {
      log.closed = true;
    }
  }

  receive(connection: SyncConnection, message: ToSyncer): void {
    if (message.kind === 'open_log') {
      connection.logs.set(message.log, newLogState(message));
      return;
    }
    const log = connection.logs.get(message.log);
    if (log === undefined) {
      throw new Error(`Message '${message.kind}' for the unknown log ${message.log}`);
    }
    switch (message.kind) {
      case 'segment_opened':
        addOpened(log, message.name);
        return;
      case 'seal':
        startSeal(log, message.name);
        return;
      case 'sync':
        // Says only that there is a ticket to be found in shared memory.
        return;
      case 'heal':
        log.failed = false;
        for (const entry of log.entries) {
          entry.abandoned = true;
        }
        return;
      case 'close_log':
        log.closed = true;
        return;
      default:
        message satisfies never;
    }
  }

  /**
   * Does what is asked for, tickets before seals.
   *
   * @param periodic also sync every log that was appended to since its last sync
   */
  run(periodic: boolean): void {
    this.#options.drain();
    this.#serveTickets();
    for (const log of this.#logs()) {
      if (this.#isSealDue(log) || ((periodic || log.closed) && isDirty(log))) {
        this.#syncLog(log);
        this.#serveTickets();
      }
    }
    this.#forgetFinished();
  }

  /** A last run over everything; then lets go of all files. What cannot be sealed stays `.open`. */
  close(): void {
    this.run(true);
    for (const log of this.#logs()) {
      log.entries.forEach(closeEntry);
    }
    this.#connections.clear();
  }

  #logs(): LogState[] {
    return [...this.#connections].flatMap((connection) => [...connection.logs.values()]);
  }

  /** One round over the logs. A ticket that arrives meanwhile sends a message and is next time's. */
  #serveTickets(): void {
    for (const log of this.#logs()) {
      if (log.failed) {
        Atomics.store(log.control, CONTROL_NOTIFIED, 0);
      } else if (hasTicket(log)) {
        this.#syncLog(log);
      }
    }
  }

  #isSealDue(log: LogState): boolean {
    return this.#mayRetry(log) && log.entries.some((entry) => entry.sealing);
  }

  #mayRetry(log: LogState): boolean {
    return this.#options.nowMs() >= log.retryAtMs;
  }

  /**
   * Syncs all of a log, publishes its ticket, and completes its seals. The order of the first lines
   * matters: what was sent before the ticket was stored is in the queue once the ticket is seen.
   */
  #syncLog(log: LogState): void {
    Atomics.store(log.control, CONTROL_NOTIFIED, 0);
    const ticket = Atomics.load(log.control, CONTROL_REQUESTED);
    const appends = Atomics.load(log.control, CONTROL_APPENDS);
    this.#options.drain();
    const appended = appends !== log.appendsSynced;
    let durable = true;
    for (const entry of log.entries) {
      const due = !entry.synced || (appended && !entry.sealing);
      if (due && (!entry.abandoned || this.#mayRetry(log)) && !this.#syncEntry(log, entry)) {
        durable = durable && entry.abandoned;
      }
    }
    if (durable && log.directoryDirty) {
      durable = this.#syncDirectory(log);
    }
    if (durable && !log.failed) {
      log.appendsSynced = appends;
      if (Atomics.exchange(log.control, CONTROL_SYNCED, ticket) !== ticket) {
        wakeUp(log.wake);
      }
    }
    this.#completeSeals(log);
  }

  /** Whether the entry's data is on the disk now. */
  #syncEntry(log: LogState, entry: Entry): boolean {
    entry.synced = false;
    try {
      if (entry.fd >= 0 || openEntry(log, entry)) {
        const startedMs = performance.now();
        this.#fdatasync(entry.fd);
        this.#options.observer.fsynced((performance.now() - startedMs) / 1_000);
      }
      entry.synced = true;
      return true;
    } catch (error) {
      this.#fail(log, join(log.directory, entry.name), error, entry.abandoned);
      return false;
    }
  }

  #syncDirectory(log: LogState): boolean {
    try {
      syncDirectory(log.directory);
      log.directoryDirty = false;
      return true;
    } catch (error) {
      this.#fail(log, log.directory, error, false);
      return false;
    }
  }

  #fail(log: LogState, path: string, error: unknown, abandoned: boolean): void {
    log.retryAtMs = this.#options.nowMs() + RETRY_MS;
    if (abandoned || log.failed) {
      this.#options.observer.problem('seal_retried', path, error);
      return;
    }
    log.failed = true;
    Atomics.store(log.control, CONTROL_FAILED, 1);
    this.#options.observer.problem('log_failed', path, error);
    wakeUp(log.wake);
  }

  #completeSeals(log: LogState): void {
    const done = new Set<Entry>();
    const sealed: SealedSegment[] = [];
    for (const entry of log.entries) {
      if (!entry.sealing || !entry.synced || !this.#mayRetry(log)) {
        continue;
      }
      try {
        closeEntry(entry);
        const path = join(log.directory, `${entry.name}.sealed`);
        if (renameToSealed(log, entry)) {
          sealed.push({ directory: log.directory, name: entry.name, path });
        }
        done.add(entry);
      } catch (error) {
        this.#fail(log, join(log.directory, entry.name), error, true);
      }
    }
    log.entries = log.entries.filter((entry) => !done.has(entry));
    if (sealed.length > 0) {
      log.directoryDirty = true;
      this.#syncDirectory(log);
      for (const segment of sealed) {
        this.#options.observer.sealed(segment);
      }
    }
  }

  /** Drops closed logs and dead senders once all their seals are through. */
  #forgetFinished(): void {
    for (const connection of this.#connections) {
      for (const [key, log] of connection.logs) {
        if (!log.closed) {
          continue;
        }
        log.entries.filter((entry) => !entry.sealing).forEach(closeEntry);
        log.entries = log.entries.filter((entry) => entry.sealing);
        if (log.entries.length === 0) {
          connection.logs.delete(key);
        }
      }
      if (connection.gone && connection.logs.size === 0) {
        this.#connections.delete(connection);
      }
    }
  }
}

/** Whether something was appended, or a segment opened, since everything was last synced. */
function isDirty(log: LogState): boolean {
  return (
    !log.failed &&
    log.entries.length > 0 &&
    Atomics.load(log.control, CONTROL_APPENDS) !== log.appendsSynced
  );
}

function hasTicket(log: LogState): boolean {
  return Atomics.load(log.control, CONTROL_REQUESTED) !== Atomics.load(log.control, CONTROL_SYNCED);
}

function wakeUp(wake: WakeWord | undefined): void {
  if (wake !== undefined) {
    Atomics.add(wake.wakeBuffer, wake.index, 1);
    Atomics.notify(wake.wakeBuffer, wake.index);
  }
}
