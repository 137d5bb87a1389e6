import type { SegmentLog } from '../log/segment-log.ts';

/** Something that waits until a log is synced. */
export type DurableReply = {
  log: SegmentLog;
  /** From the log's `requestSync`. */
  ticket: number;
  synced(): void;
  /** The sync failed: what was appended may be lost with the power. */
  failed(): void;
};

/**
 * The answers that wait for the disk, in the order in which their tickets were drawn. Bounded by the
 * mailbox: each holds a slot.
 */
export class DurableReplies {
  readonly #waiting: DurableReply[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(reply: DurableReply): void {
    this.#waiting.push(reply);
  }

  /** Answers all whose ticket was served. @returns how many that were */
  settle(): number {
    let settled = 0;
    for (let index = 0; index < this.#waiting.length; index++) {
      const reply = this.#waiting[index] as DurableReply;
      if (reply.ticket <= reply.log.failedThrough()) {
        reply.failed();
        settled++;
      } else if (reply.ticket <= reply.log.syncedThrough()) {
        reply.synced();
        settled++;
      } else {
        this.#waiting[index - settled] = reply;
      }
    }
    this.#waiting.length -= settled;
    return settled;
  }
}
