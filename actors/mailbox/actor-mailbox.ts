// HOT PATH: see mailbox.ts.
import { CONTROL, SLOT_COUNT, SLOT_STATE } from './layout.ts';
import { MailboxMemory } from './mailbox.ts';

/**
 * The actor's side of a mailbox: takes requests, publishes replies, sleeps when there is nothing.
 *
 * Invariants: only this side moves a slot from submitted to taken and from taken to replied. A batch
 * of replies is published with one store of the completion tail. What a dead actor left behind is
 * found by `orphans` and `republishReplies`, which its successor calls before anything else.
 */
export class ActorMailbox {
  readonly memory: MailboxMemory;
  readonly #signalAcceptor: () => void;
  #submissionHead: number;
  #completionTail: number;

  /** @param signalAcceptor makes the acceptor's thread drain the replies soon */
  constructor(buffer: SharedArrayBuffer, signalAcceptor: () => void) {
    this.memory = new MailboxMemory(buffer);
    this.#signalAcceptor = signalAcceptor;
    this.#submissionHead = Atomics.load(this.memory.words, CONTROL.submissionHead);
    this.#completionTail = Atomics.load(this.memory.words, CONTROL.completionTail);
  }

  /** The next submitted slot, now taken; -1 when there is none. */
  take(): number {
    const memory = this.memory;
    for (;;) {
      if (Atomics.load(memory.words, CONTROL.submissionTail) === this.#submissionHead) {
        return -1;
      }
      const slot = memory.submission(this.#submissionHead);
      const taken = memory.moveState(slot, SLOT_STATE.submitted, SLOT_STATE.taken);
      this.#submissionHead = (this.#submissionHead + 1) | 0;
      Atomics.store(memory.words, CONTROL.submissionHead, this.#submissionHead);
      // Not submitted any more: a predecessor took it and `orphans` has returned it.
      if (taken) {
        return slot;
      }
    }
  }

  /** Says which slot is being worked on, so that a death can be laid to its organisation. */
  setCurrent(slot: number): void {
    this.memory.words[CONTROL.currentSlot] = slot;
  }

  /** Queues a reply; the acceptor sees it at the next `flush`. */
  complete(slot: number): void {
    this.memory.setState(slot, SLOT_STATE.replied);
    this.memory.setCompletion(this.#completionTail, slot);
    this.#completionTail = (this.#completionTail + 1) | 0;
  }

  /** Publishes the queued replies and signals the acceptor unless it has been signalled already. */
  flush(): void {
    const words = this.memory.words;
    Atomics.store(words, CONTROL.completionTail, this.#completionTail);
    if (Atomics.exchange(words, CONTROL.acceptorSignalled, 1) === 0) {
      this.#signalAcceptor();
    }
  }

  /** Whether no request is waiting to be taken. */
  get isEmpty(): boolean {
    return Atomics.load(this.memory.words, CONTROL.submissionTail) === this.#submissionHead;
  }

  get shutdownRequested(): boolean {
    return Atomics.load(this.memory.words, CONTROL.shutdown) === 1;
  }

  /** Whether the control port holds messages; clears the mark, so read them all afterwards. */
  takeControlMark(): boolean {
    return Atomics.exchange(this.memory.words, CONTROL.controlPending, 0) === 1;
  }

  /** The wake word's value; pass it to `sleep` after the last look for work. */
  wakeValue(): number {
    return Atomics.load(this.memory.words, CONTROL.actorWake);
  }

  /**
   * Sleeps until the next submission, wake or timeout; returns at once if anything came since
   * `wakeValue` was read.
   */
  sleep(wakeValue: number, timeoutMs: number): void {
    const words = this.memory.words;
    Atomics.store(words, CONTROL.actorSleeping, 1);
    if (Atomics.load(words, CONTROL.submissionTail) === this.#submissionHead) {
      Atomics.wait(words, CONTROL.actorWake, wakeValue, timeoutMs);
    }
    Atomics.store(words, CONTROL.actorSleeping, 0);
  }

  /** Requests that a dead predecessor had taken and not replied to. They count as taken by us. */
  orphans(): number[] {
    const orphans: number[] = [];
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      if (this.memory.state(slot) === SLOT_STATE.taken) {
        orphans.push(slot);
      }
    }
    return orphans;
  }

  /**
   * Publishes replies that a dead predecessor had marked as replied but not yet published.
   * @returns how many there were
   */
  republishReplies(): number {
    const memory = this.memory;
    let found = 0;
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      if (
        memory.state(slot) === SLOT_STATE.replied &&
        !this.#isPublished(slot) &&
        // The acceptor frees a slot before it consumes the completion: still replied, so truly lost.
        memory.state(slot) === SLOT_STATE.replied
      ) {
        this.complete(slot);
        found++;
      }
    }
    if (found > 0) {
      this.flush();
    }
    return found;
  }

  #isPublished(slot: number): boolean {
    const tail = Atomics.load(this.memory.words, CONTROL.completionTail);
    let index = Atomics.load(this.memory.words, CONTROL.completionHead);
    for (; index !== tail; index = (index + 1) | 0) {
      if (this.memory.completion(index) === slot) {
        return true;
      }
    }
    return false;
  }
}
