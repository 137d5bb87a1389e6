import { SyncCore, type SyncObserver } from './sync-core.ts';
import type { SealedSegment, Syncer, ToSyncer, WakeWord } from './syncer.ts';

export type InProcessSyncerOptions = {
  wake?: WakeWord;
  observer?: Partial<SyncObserver>;
  fdatasync?: (fd: number) => void;
  /** Queue messages until `run` is called, as the thread's queue does. Default: act at once. */
  manual?: boolean;
};

/**
 * A syncer on the caller's own thread, for tests and tools: `send` returns when a ticket is on disk
 * or a segment sealed. Several logs may share one.
 */
export class InProcessSyncer implements Syncer {
  readonly wake: WakeWord | undefined;
  readonly sealed: SealedSegment[] = [];
  readonly #core: SyncCore;
  readonly #connection;
  readonly #queue: ToSyncer[] = [];
  readonly #manual: boolean;
  #logs = 0;

  constructor(options: InProcessSyncerOptions = {}) {
    this.wake = options.wake;
    this.#manual = options.manual ?? false;
    const { observer } = options;
    this.#core = new SyncCore({
      observer: {
        fsynced: (seconds) => observer?.fsynced?.(seconds),
        sealed: (segment) => {
          this.sealed.push(segment);
          observer?.sealed?.(segment);
        },
        problem: (what, path, error) => observer?.problem?.(what, path, error),
      },
      drain: () => this.#drain(),
      nowMs: () => performance.now(),
      ...(options.fdatasync === undefined ? {} : { fdatasync: options.fdatasync }),
    });
    this.#connection = this.#core.connect();
  }

  nextLog(): number {
    this.#logs += 1;
    return this.#logs;
  }

  send(message: ToSyncer): void {
    this.#queue.push(message);
    if (!this.#manual) {
      this.#core.run(false);
    }
  }

  /** What the sync thread does: for each message, and with `periodic` every 50 ms. */
  run(periodic = false): void {
    this.#core.run(periodic);
  }

  close(): void {
    this.#core.close();
  }

  #drain(): void {
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      this.#core.receive(this.#connection, message);
    }
  }
}
