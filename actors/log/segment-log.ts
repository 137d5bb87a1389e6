// HOT PATH: append runs once per mailbox batch. Budget: 30 µs for 64 records, no allocation
// besides the call into the kernel. Guarded by the micro bench of the event log.
import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import { EVENT_ROW_VERSION } from '../../core/event-columns.ts';
import { beginsWithOwnMarker, recordMarker } from './record.ts';
import {
  assertNameable,
  encodeSegmentHeader,
  formatSegmentName,
  type Lane,
  SEGMENT_FILE_BYTES_MAX,
  SEGMENT_FORMAT_VERSION,
  SEGMENT_HEADER_BYTES,
} from './segment.ts';
import {
  type Recovered,
  type RecoveredSegment,
  type Recovery,
  recoverDirectory,
} from './segment-recovery.ts';
import { SyncTickets } from './sync/sync-tickets.ts';
import type { Syncer } from './sync/syncer.ts';

export type SegmentLogOptions = {
  /** Of this log alone; created when missing. One writer at a time. */
  directory: string;
  nodeId: string;
  lane: Lane;
  shard: number;
  /** Default: EVENT_ROW_VERSION. */
  rowVersion?: number;
  segmentBytesMax?: number;
  segmentRecordsMax?: number;
  segmentAgeMsMax?: number;
  clock: Clock;
  syncer: Syncer;
  /** Told of segments before they are handed over for sealing, after which they may be deleted. */
  observer?: SegmentObserver;
};

/** Keeps accounts of what the log's segments hold. Must not throw. */
export type SegmentObserver = {
  /** At `open`: what the writer before left open, oldest first. */
  recovered(segments: readonly RecoveredSegment[]): void;
  /** The open segment, created at this time, will get no further record. */
  beforeSeal(epochMs: number): void;
};

/** `disk_full` and `io_error`: nothing of the batch is in the log. */
export type AppendOutcome = 'appended' | 'disk_full' | 'io_error';

/** After a write that failed, how long appends are refused without trying. */
const WRITE_RETRY_MS = 100;
/** After a sync that failed, how long until a new segment is begun. */
const HEAL_RETRY_MS = 1_000;

const CREATE_NEW = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

/** Numbers the segments of this thread, over all its logs, so that no name comes twice. */
let segmentsCreated = 0;

/**
 * The writer's side of a log directory.
 *
 * Invariants: at most one segment is open; it ends at `#offset`, and everything before that is whole
 * records of `appended` batches. A segment that is full is closed by the append that no longer fits,
 * before it writes, or by `tick`. So the last batch appended is in an `.open` file until the next
 * append or tick: a thread that ticks only after it has published a batch's replies leaves, when it
 * dies, every record in doubt where `recovered.payloads()` of its successor finds it.
 */
export class SegmentLog {
  /** What was found at `open`. */
  readonly recovered: Recovered;
  readonly #directory: string;
  readonly #nodeId: string;
  readonly #lane: Lane;
  readonly #shard: number;
  readonly #rowVersion: number;
  readonly #bytesMax: number;
  readonly #recordsMax: number;
  readonly #ageMsMax: number;
  readonly #clock: Clock;
  readonly #syncer: Syncer;
  readonly #observer: SegmentObserver | undefined;
  readonly #log: number;
  readonly #tickets: SyncTickets;
  #fd = -1;
  #name = '';
  #offset = 0;
  #records = 0;
  #createdMs = 0;
  #newestEpochMs: number;
  /** The last write's outcome; if it failed, that of all appends in the next WRITE_RETRY_MS. */
  #refusal: AppendOutcome = 'appended';
  #refusedAtMs = 0;
  /** When a failed sync was noticed; -1 while all is well. */
  #failedAtMs = -1;
  #closed = false;

  private constructor(options: SegmentLogOptions, recovery: Recovery) {
    this.recovered = recovery.recovered;
    this.#newestEpochMs = recovery.newestEpochMs;
    this.#directory = resolve(options.directory);
    this.#nodeId = options.nodeId;
    this.#lane = options.lane;
    this.#shard = options.shard;
    this.#rowVersion = options.rowVersion ?? EVENT_ROW_VERSION;
    this.#bytesMax = options.segmentBytesMax ?? 16 * 1_048_576;
    this.#recordsMax = options.segmentRecordsMax ?? 50_000;
    this.#ageMsMax = options.segmentAgeMsMax ?? 1_000;
    this.#clock = options.clock;
    this.#syncer = options.syncer;
    this.#observer = options.observer;
    this.#log = options.syncer.nextLog();
    this.#tickets = new SyncTickets(options.syncer, this.#log);
    if (this.#bytesMax <= SEGMENT_HEADER_BYTES || this.#bytesMax > SEGMENT_FILE_BYTES_MAX) {
      throw new Error(`segmentBytesMax ${this.#bytesMax} is out of range`);
    }
    const { wake } = this.#syncer;
    this.#syncer.send({
      kind: 'open_log',
      log: this.#log,
      directory: this.#directory,
      control: this.#tickets.control,
      ...(wake === undefined ? {} : { wake }),
    });
    this.#observer?.recovered(recovery.segments);
    for (const name of recovery.toSeal) {
      this.#syncer.send({ kind: 'seal', log: this.#log, name });
    }
  }

  /**
   * Recovers what an earlier writer left open in the directory, then begins a log that has no
   * segment yet: the first append creates one.
   *
   * @throws TrellisError `log_directory_unusable`
   */
  static open(options: SegmentLogOptions): SegmentLog {
    assertNameable(options.nodeId, options.shard);
    let recovery: Recovery;
    try {
      mkdirSync(options.directory, { recursive: true });
      recovery = recoverDirectory(options.directory);
    } catch (error) {
      throw new TrellisError(
        'log_directory_unusable',
        `The event log's directory ${options.directory} cannot be used: ${messageOf(error)}`,
        { cause: error },
      );
    }
    return new SegmentLog(options, recovery);
  }

  /**
   * Writes a batch of sealed records (see record.ts) with one call into the kernel. Afterwards they
   * outlive this process; they outlive a power failure once a ticket drawn later is synced.
   *
   * @param batch begins with the first record
   * @param bytes length of all records together
   * @param records how many they are
   */
  append(batch: Uint8Array, bytes: number, records: number): AppendOutcome {
    this.#assertAppendable(batch, bytes);
    if (this.#tickets.isFailed()) {
      return 'io_error';
    }
    if (this.#refusal !== 'appended' && this.#mustWait(this.#refusedAtMs, WRITE_RETRY_MS)) {
      return this.#refusal;
    }
    if (
      this.#fd >= 0 &&
      (this.#offset + bytes > this.#bytesMax || this.#records + records > this.#recordsMax) &&
      this.#records > 0
    ) {
      this.#seal();
    }
    try {
      if (this.#fd < 0) {
        this.#create();
      }
      const written = writeSync(this.#fd, batch, 0, bytes, this.#offset);
      if (written !== bytes) {
        // A full disk takes a part without an error.
        return this.#refuse('disk_full');
      }
    } catch (error) {
      return this.#refuse(isDiskFull(error) ? 'disk_full' : 'io_error');
    }
    this.#offset += bytes;
    this.#records += records;
    this.#refusal = 'appended';
    this.#tickets.noteAppend();
    return 'appended';
  }

  /**
   * To be called at least every 50 ms, and only after the replies of the last batch are published:
   * seals the segment when it is old enough, and lets a failed log begin anew.
   */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#tickets.isFailed()) {
      this.#healInTime(nowMs);
      return;
    }
    if (this.#fd < 0 || this.#records === 0) {
      return;
    }
    if (nowMs < this.#createdMs) {
      // The clock stepped back. Counting from here at most doubles the segment's age.
      this.#createdMs = nowMs;
    }
    if (nowMs - this.#createdMs >= this.#ageMsMax) {
      this.#seal();
    }
  }

  /**
   * Asks for all that was appended so far to be made durable at once.
   *
   * @returns a ticket, never less than the one before; it is served when `syncedThrough()` has
   *   reached it, and lost when `failedThrough()` has
   */
  requestSync(): number {
    return this.#tickets.request();
  }

  /** All tickets up to this one are on disk, those up to `failedThrough()` excepted. */
  syncedThrough(): number {
    return this.#tickets.syncedThrough();
  }

  /** Tickets up to this one that were not seen synced before never will be: ask this first. */
  failedThrough(): number {
    return this.#tickets.failedThrough();
  }

  /** Hands the open segment over for sealing. Nothing can be appended afterwards. */
  close(): void {
    if (this.#closed) {
      return;
    }
    this.#seal();
    this.#closed = true;
    this.#syncer.send({ kind: 'close_log', log: this.#log });
  }

  #assertAppendable(batch: Uint8Array, bytes: number): void {
    if (
      this.#closed ||
      bytes > batch.length ||
      bytes + SEGMENT_HEADER_BYTES > SEGMENT_FILE_BYTES_MAX ||
      !beginsWithOwnMarker(batch, 0)
    ) {
      throw new Error(`A batch of ${bytes} bytes cannot be appended (closed: ${this.#closed})`);
    }
  }

  /** Begins a segment. When it throws there is none. */
  #create(): void {
    const nowMs = this.#clock.nowMs();
    this.#newestEpochMs = Math.max(nowMs, this.#newestEpochMs + 1);
    segmentsCreated += 1;
    const name = formatSegmentName({
      nodeId: this.#nodeId,
      lane: this.#lane,
      shard: this.#shard,
      epochMs: this.#newestEpochMs,
      sequence: segmentsCreated,
      marker: recordMarker,
    });
    const header = encodeSegmentHeader({
      formatVersion: SEGMENT_FORMAT_VERSION,
      rowVersion: this.#rowVersion,
      lane: this.#lane,
      shard: this.#shard,
      nodeId: this.#nodeId,
      createdMs: nowMs,
      marker: recordMarker,
    });
    const path = join(this.#directory, `${name}.open`);
    const fd = openSync(path, CREATE_NEW, 0o640);
    try {
      if (writeSync(fd, header, 0, header.length, 0) !== header.length) {
        throw new TrellisError('disk_full', 'The disk is full', { retriable: true });
      }
    } catch (error) {
      closeSync(fd);
      unlinkSync(path);
      throw error;
    }
    this.#fd = fd;
    this.#name = name;
    this.#offset = header.length;
    this.#records = 0;
    this.#createdMs = nowMs;
    this.#syncer.send({ kind: 'segment_opened', log: this.#log, name });
  }

  /** Ends the open segment, if there is one, without waiting for the disk. */
  #seal(): void {
    if (this.#fd < 0) {
      return;
    }
    const fd = this.#fd;
    this.#fd = -1;
    this.#observer?.beforeSeal(this.#newestEpochMs);
    this.#syncer.send({ kind: 'seal', log: this.#log, name: this.#name });
    try {
      closeSync(fd);
    } catch (error) {
      // The descriptor is free all the same, and lost data shows at the syncer's own sync.
      this.#refusal = isDiskFull(error) ? 'disk_full' : 'io_error';
    }
  }

  /** Takes back whatever part of a batch reached the file. */
  #refuse(outcome: AppendOutcome): AppendOutcome {
    this.#refusal = outcome;
    this.#refusedAtMs = this.#clock.nowMs();
    if (this.#fd >= 0) {
      try {
        ftruncateSync(this.#fd, this.#offset);
      } catch {
        // The file now has a tail that readers skip; nothing may be written behind it.
        this.#seal();
      }
      if (outcome === 'io_error') {
        this.#seal();
      }
    }
    return outcome;
  }

  #healInTime(nowMs: number): void {
    if (this.#failedAtMs < 0) {
      this.#failedAtMs = nowMs;
    } else if (!this.#mustWait(this.#failedAtMs, HEAL_RETRY_MS)) {
      this.#failedAtMs = -1;
      this.#seal();
      this.#tickets.heal();
    }
  }

  /** Whether less than `waitMs` have passed; a clock that stepped back does not prolong the wait. */
  #mustWait(sinceMs: number, waitMs: number): boolean {
    const passedMs = this.#clock.nowMs() - sinceMs;
    return passedMs >= 0 && passedMs < waitMs;
  }
}

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'disk_full';
}
