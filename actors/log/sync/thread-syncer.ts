import type { MessagePort } from 'node:worker_threads';
import type { Syncer, ToSyncer, WakeWord } from './syncer.ts';

/** An actor thread's line to the sync thread. One per thread; its logs share it. */
export class ThreadSyncer implements Syncer {
  readonly wake: WakeWord | undefined;
  readonly #port: MessagePort;
  #logs = 0;

  /**
   * @param port from `SyncThread.connect()`. It closes when this thread dies, which is how the sync
   *   thread learns of it.
   * @param wake the word this thread sleeps on
   */
  constructor(port: MessagePort, wake?: WakeWord) {
    this.#port = port;
    this.wake = wake;
    // An idle line must not keep the thread alive.
    port.unref();
  }

  nextLog(): number {
    this.#logs += 1;
    return this.#logs;
  }

  send(message: ToSyncer): void {
    this.#port.postMessage(message satisfies ToSyncer);
  }

  /** Leaves. To be called after the logs are closed. */
  close(): void {
    this.#port.close();
  }
}
