import {
  CONTROL_APPENDS,
  CONTROL_FAILED,
  CONTROL_NOTIFIED,
  CONTROL_REQUESTED,
  CONTROL_SYNCED,
  CONTROL_WORDS,
  type Syncer,
  widenTicket,
} from './syncer.ts';

/**
 * A log's side of the group commit: it draws tickets, and reads in shared memory how far the syncer
 * has come.
 *
 * Invariants: tickets never decrease; a ticket covers every append noted before it was drawn. While
 * `isFailed()` no append may be noted; `heal` ends that.
 */
export class SyncTickets {
  readonly control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4));
  readonly #syncer: Syncer;
  readonly #log: number;
  #ticket = 0;
  #appendedSinceTicket = false;
  #failedThrough = 0;

  constructor(syncer: Syncer, log: number) {
    this.#syncer = syncer;
    this.#log = log;
  }

  /** To be called after each append, so that the next periodic sync covers it. */
  noteAppend(): void {
    this.#appendedSinceTicket = true;
    Atomics.add(this.control, CONTROL_APPENDS, 1);
  }

  /** Draws a ticket and tells the syncer; without an append since the last one returns that. */
  request(): number {
    if (!this.#appendedSinceTicket) {
      return this.#ticket;
    }
    this.#appendedSinceTicket = false;
    this.#ticket += 1;
    Atomics.store(this.control, CONTROL_REQUESTED, this.#ticket | 0);
    // The first to set it tells the syncer; until it looks, others need not.
    if (Atomics.exchange(this.control, CONTROL_NOTIFIED, 1) === 0) {
      this.#syncer.send({ kind: 'sync', log: this.#log });
    }
    return this.#ticket;
  }

  syncedThrough(): number {
    return widenTicket(this.#ticket, Atomics.load(this.control, CONTROL_SYNCED));
  }

  failedThrough(): number {
    this.isFailed();
    return this.#failedThrough;
  }

  /** Whether a sync failed; if so, gives up the tickets drawn so far. */
  isFailed(): boolean {
    if (Atomics.load(this.control, CONTROL_FAILED) === 0) {
      return false;
    }
    this.#failedThrough = this.#ticket;
    return true;
  }

  /** Begins anew. The segments so far must have been handed over for sealing. */
  heal(): void {
    this.#failedThrough = this.#ticket;
    this.#appendedSinceTicket = false;
    Atomics.store(this.control, CONTROL_FAILED, 0);
    this.#syncer.send({ kind: 'heal', log: this.#log });
  }
}
