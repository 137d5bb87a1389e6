import type { MessagePort } from 'node:worker_threads';

/** From the engine's main thread to the sync thread. */
export type ToSyncThread =
  /** A new actor thread's line; it carries `ToSyncer`. */
  | { kind: 'connect'; port: MessagePort }
  /** From now on each `SealedSegment` is posted here too. */
  | { kind: 'notify_sealed'; port: MessagePort }
  /** Complete what was asked for, then exit. */
  | { kind: 'close' };

/** From the sync thread to the engine's main thread. */
export type FromSyncThread = {
  kind: 'report';
  /** Durations of the syncs since the last report. */
  fsyncSeconds: number[];
  segmentsSealed: number;
  /** Failed operations, by what came of them. */
  problems: { log_failed: number; seal_retried: number };
};
