/** Where the first postback of a key stands. */
export type FirstPostback = {
  receiptId: string;
  /** What the first one waits for before it is answered; a repeat waits for the same. */
  syncTicket: number;
};

/**
 * The conversions that this thread accepted most recently, so that a repeat which follows at once is
 * answered without asking anybody. The ledger is the judge of everything older.
 *
 * Bounded: when full, the oldest key makes room. A key leaves early only through `forget`.
 */
export class DedupeIndex {
  readonly #keysMax: number;
  readonly #firsts = new Map<string, FirstPostback>();

  constructor(keysMax = 100_000) {
    this.#keysMax = keysMax;
  }

  /** @param eventId of `conversionEventId` */
  find(eventId: string): FirstPostback | undefined {
    return this.#firsts.get(eventId);
  }

  /** Keeps the first postback of a key; a key that is known already stays as it is. */
  remember(eventId: string, first: FirstPostback): void {
    if (this.#firsts.has(eventId)) return;
    if (this.#firsts.size >= this.#keysMax) {
      const { value: oldest } = this.#firsts.keys().next();
      if (oldest !== undefined) this.#firsts.delete(oldest);
    }
    this.#firsts.set(eventId, first);
  }

  /**
   * Takes a key out again whose record could not be made durable: the sender was told so and its
   * next try is not a repeat.
   *
   * @param receiptId only this request's entry is removed, not that of a later one
   */
  forget(eventId: string, receiptId: string): void {
    if (this.#firsts.get(eventId)?.receiptId === receiptId) this.#firsts.delete(eventId);
  }

  get size(): number {
    return this.#firsts.size;
  }
}
