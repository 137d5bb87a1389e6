/**
 * What a log and the side that makes it durable share: the words in shared memory, the messages,
 * and the interface that a log sees. There are two implementations: `ThreadSyncer` (messages to the
 * sync thread) and `InProcessSyncer` (tests, tools).
 */

/**
 * A log's words in shared memory, an Int32Array of CONTROL_WORDS. The log writes the first half, the
 * syncer the second, each on a cache line of its own. Tickets are kept modulo 2^32.
 *
 * | index | written by | meaning                                                              |
 * |-------|------------|----------------------------------------------------------------------|
 * | 0     | log        | appends so far; differs from what was last synced: there is work     |
 * | 1     | log        | last ticket handed out                                               |
 * | 2     | both       | 1: the syncer has been told of a ticket and has not yet looked       |
 * | 16    | syncer     | last ticket whose records are on disk                                |
 * | 17    | both       | 1: a sync failed; the log is broken until it starts a new segment    |
 */
export const CONTROL_WORDS = 32;
export const CONTROL_APPENDS = 0;
export const CONTROL_REQUESTED = 1;
export const CONTROL_NOTIFIED = 2;
export const CONTROL_SYNCED = 16;
export const CONTROL_FAILED = 17;

/** A word in shared memory that a thread sleeps on: add 1, then notify. */
export type WakeWord = { wakeBuffer: Int32Array; index: number };

/**
 * From a log to its syncer. `log` numbers the logs of one connection. Segments are named by file
 * name without extension, within the log's directory.
 */
export type ToSyncer =
  | { kind: 'open_log'; log: number; directory: string; control: Int32Array; wake?: WakeWord }
  /** The log appends to this segment from now on. */
  | { kind: 'segment_opened'; log: number; name: string }
  /** Nothing more will be written to it: sync, rename to `.sealed`. May come twice for one file. */
  | { kind: 'seal'; log: number; name: string }
  /** A ticket waits; see CONTROL_NOTIFIED. */
  | { kind: 'sync'; log: number }
  /** After a failed sync: the tickets so far were given up, segments sealed so far gate none. */
  | { kind: 'heal'; log: number }
  | { kind: 'close_log'; log: number };

/** Where a log sends its messages. Never blocks, never waits for the disk in the thread version. */
export interface Syncer {
  /** Woken after each published ticket or failure. */
  readonly wake: WakeWord | undefined;
  /** A number that no other log of this connection has. */
  nextLog(): number;
  send(message: ToSyncer): void;
}

/** A segment that is sealed and on disk. */
export type SealedSegment = { directory: string; name: string; path: string };

/** Undoes the modulo of a shared ticket, given a full one that is not older than it. */
export function widenTicket(newest: number, shared: number): number {
  return newest - ((newest - shared) >>> 0);
}
