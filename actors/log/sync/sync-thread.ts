import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { Counter, Histogram, type Registry } from 'prom-client';
import { entryFile } from '../../../core/entry-file.ts';
import { TrellisError } from '../../../core/errors.ts';
import type { FromSyncThread, ToSyncThread } from './thread-messages.ts';

export type SyncThreadOptions = {
  /** Where the metrics go: fsync durations, segments sealed, failed operations. */
  registry: Registry;
  /**
   * The thread ended without `close()`. No postback can be acknowledged any more and nothing is
   * sealed: the process should end and be restarted.
   */
  onDeath: (error: TrellisError) => void;
};

/**
 * The engine's handle on its sync thread, the only one that waits for the disk. Used on the main
 * thread; actor threads get a port each and wrap it in a `ThreadSyncer`.
 */
export class SyncThread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #closing = false;

  /** @throws TrellisError `not_built` */
  constructor(options: SyncThreadOptions) {
    this.#worker = new Worker(entryFile('actors/log/sync/main'));
    const observe = syncMetrics(options.registry);
    let failure: unknown;
    this.#worker.on('message', observe);
    this.#worker.on('error', (error) => {
      failure = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        if (!this.#closing || failure !== undefined) {
          const message = `The event log's sync thread ended with exit code ${code}`;
          options.onDeath(new TrellisError('sync_thread_died', message, { cause: failure }));
        }
        resolve();
      });
    });
  }

  /**
   * A line for one new actor thread, to be transferred to it. When the thread dies the line closes
   * by itself, and what was sent through it is still carried out.
   */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#send({ kind: 'connect', port: port2 }, port2);
    return port1;
  }

  /** A port that receives a `SealedSegment` for each segment from now on, right after its sealing. */
  subscribeSealed(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#send({ kind: 'notify_sealed', port: port2 }, port2);
    return port1;
  }

  /**
   * Ends the thread once everything that the logs have sent is synced and sealed. Close the logs
   * first; what they leave open is recovered at the next start.
   */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#send({ kind: 'close' });
    }
    await this.#exited;
  }

  #send(message: ToSyncThread, ...transfer: MessagePort[]): void {
    this.#worker.postMessage(message satisfies ToSyncThread, transfer);
  }
}

/** Creates the metrics and returns what adds a report to them. */
function syncMetrics(registry: Registry): (report: FromSyncThread) => void {
  const fsyncSeconds = new Histogram({
    name: 'trellis_log_fsync_seconds',
    help: 'Duration of one fdatasync of the event log.',
    buckets: [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  const sealed = new Counter({
    name: 'trellis_log_segments_sealed_total',
    help: 'Segments of the event log that were sealed.',
    registers: [registry],
  });
  const failures = new Counter({
    name: 'trellis_log_sync_failures_total',
    help: 'Failed disk operations of the sync thread, by what came of them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return (report) => {
    for (const seconds of report.fsyncSeconds) {
      fsyncSeconds.observe(seconds);
    }
    sealed.inc(report.segmentsSealed);
    failures.inc({ outcome: 'log_failed' }, report.problems.log_failed);
    failures.inc({ outcome: 'seal_retried' }, report.problems.seal_retried);
  };
}
