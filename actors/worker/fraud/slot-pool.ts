/** Hands out the numbers 0 to capacity − 1. Low ones first, so that memory is touched when needed. */
export class SlotPool {
  readonly capacity: number;
  /** Slots from here on were never taken. */
  #fresh = 0;
  #returned = 0;
  readonly #stack: Int32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#stack = new Int32Array(capacity);
  }

  get used(): number {
    return this.#fresh - this.#returned;
  }

  /** Every slot that is or was in use lies below. */
  get end(): number {
    return this.#fresh;
  }

  /** @returns -1 when all are taken */
  take(): number {
    if (this.#returned > 0) {
      this.#returned--;
      return this.#stack[this.#returned] as number;
    }
    return this.#fresh < this.capacity ? this.#fresh++ : -1;
  }

  /** Each slot that was taken must be given back once. */
  give(slot: number): void {
    this.#stack[this.#returned] = slot;
    this.#returned++;
  }
}
