// HOT PATH: see mailbox.ts.
import { CONTROL, LARGE_LANE, type RequestKind, SLOT, SLOT_STATE, SMALL_LANE } from './layout.ts';
import { MailboxMemory } from './mailbox.ts';

/**
 * The acceptor's side of a mailbox: takes free slots, submits requests, collects replies.
 *
 * Invariants: only this side moves a slot from free to submitted and from replied to free; the free
 * lists are plain arrays of this thread. A slot is freed before its completion is consumed, so that a
 * new actor that looks for orphaned replies never finds one twice.
 */
export class AcceptorMailbox {
  readonly memory: MailboxMemory;
  readonly #freeSmall: number[] = [];
  readonly #freeLarge: number[] = [];
  #submissionTail: number;
  #completionHead: number;

  constructor(buffer: SharedArrayBuffer) {
    this.memory = new MailboxMemory(buffer);
    // Last in, first out: the few slots in use stay in the processor's cache.
    for (let slot = SMALL_LANE.slots - 1; slot >= 0; slot--) {
      this.#freeSmall.push(slot);
    }
    for (let index = LARGE_LANE.slots - 1; index >= 0; index--) {
      this.#freeLarge.push(SMALL_LANE.slots + index);
    }
    this.#submissionTail = Atomics.load(this.memory.words, CONTROL.submissionTail);
    this.#completionHead = Atomics.load(this.memory.words, CONTROL.completionHead);
  }

  /** Slots in use: requests that wait for the actor or for being answered. */
  get depth(): number {
    return SMALL_LANE.slots + LARGE_LANE.slots - this.#freeSmall.length - this.#freeLarge.length;
  }

  /**
   * Reserves a slot for a request.
   *
   * @param requestBytes upper bound of the text's and the body's size
   * @returns the slot, -1 when the mailbox is full, -2 when no slot is as large as that
   */
  allocate(requestBytes: number): number {
    if (requestBytes <= SMALL_LANE.requestBytes) {
      return this.#freeSmall.pop() ?? -1;
    }
    return requestBytes <= LARGE_LANE.requestBytes ? (this.#freeLarge.pop() ?? -1) : -2;
  }

  /** Hands a filled slot to the actor, which sees it when it next looks: `wakeSleeping` soon after. */
  submit(slot: number, kind: RequestKind, organization: number, receivedAtMs: number): void {
    const memory = this.memory;
    memory.setWord(slot, SLOT.kind, kind);
    memory.setWord(slot, SLOT.organization, organization);
    memory.setWord(slot, SLOT.deaths, 0);
    memory.setWord(slot, SLOT.eventIdHigh, 0);
    memory.setWord(slot, SLOT.eventIdLow, 0);
    memory.setReceivedAtMs(slot, receivedAtMs);
    memory.setState(slot, SLOT_STATE.submitted);
    memory.setSubmission(this.#submissionTail, slot);
    this.#submissionTail = (this.#submissionTail + 1) | 0;
    Atomics.store(memory.words, CONTROL.submissionTail, this.#submissionTail);
  }

  /**
   * Wakes the actor if it sleeps. A wake costs four futex calls and two thread switches, more than
   * what the actor does for a click, so the caller submits what it has and then wakes once.
   */
  wakeSleeping(): void {
    // Who takes the mark wakes: one system call per sleep, however many requests arrive before the
    // actor runs.
    if (Atomics.compareExchange(this.memory.words, CONTROL.actorSleeping, 1, 0) === 1) {
      this.wakeActor();
    }
  }

  /** Makes the actor look at its mailbox and its control port now. */
  wakeActor(): void {
    Atomics.add(this.memory.words, CONTROL.actorWake, 1);
    Atomics.notify(this.memory.words, CONTROL.actorWake);
  }

  /** The next reply, or -1. The slot stays the caller's until `release`. */
  nextReply(): number {
    const tail = Atomics.load(this.memory.words, CONTROL.completionTail);
    return tail === this.#completionHead ? -1 : this.memory.completion(this.#completionHead);
  }

  /** Consumes the reply that `nextReply` returned, without freeing its slot yet. */
  advance(): void {
    this.#completionHead = (this.#completionHead + 1) | 0;
    Atomics.store(this.memory.words, CONTROL.completionHead, this.#completionHead);
  }

  /** Keeps a slot whose reply was read but cannot be answered yet; call it before `advance`. */
  hold(slot: number): void {
    this.memory.setState(slot, SLOT_STATE.held);
  }

  /** Frees a slot. For a reply that is answered at once call it before `advance`. */
  release(slot: number): void {
    this.memory.setState(slot, SLOT_STATE.free);
    this.giveBack(slot);
  }

  /**
   * Lays the death of the actor to the request that it was working on. Only while there is no actor.
   * @returns that request's slot, or -1 when it was not working on one
   */
  recordActorDeath(): number {
    const slot = Atomics.exchange(this.memory.words, CONTROL.currentSlot, -1);
    if (slot >= 0) {
      this.memory.setWord(slot, SLOT.deaths, this.memory.word(slot, SLOT.deaths) + 1);
    }
    return slot;
  }

  /** Puts an allocated slot that was never submitted, or is free already, back on its list. */
  giveBack(slot: number): void {
    (slot < SMALL_LANE.slots ? this.#freeSmall : this.#freeLarge).push(slot);
  }
}
