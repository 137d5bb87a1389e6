// HOT PATH: one per click without a cookie. Budget: 60 ns, no allocation. Guarded by
// bench/micro/click.ts.
import type { Fingerprint } from './visitor.ts';

/** Places of one set; a visitor is in the set that its fingerprint names, or nowhere. */
const WAYS = 4;
/** Words of one place: both halves of the fingerprint, and the second at which it was seen last. */
const WORDS = 3;

/**
 * Which fingerprints came lately, as far as there is room: a set-associative table in one piece of
 * memory, in which a new visitor takes the place of the one of its set that was seen longest ago. A
 * fingerprint is of one organisation, so one table serves all of a thread.
 *
 * A forgotten visitor counts as new, which is all that can go wrong besides two visitors with equal
 * fingerprints of 64 bits.
 */
export class SeenVisitors {
  readonly #table: Uint32Array;
  readonly #setMask: number;
  readonly #ageSecondsMax: number;

  /**
   * @param visitorsMax bound of visitors remembered, rounded down to a power of two; 12 bytes each
   * @param ageSecondsMax after which a visitor counts as new again
   */
  constructor(visitorsMax: number, ageSecondsMax: number) {
    const sets = 2 ** Math.floor(Math.log2(Math.max(1, visitorsMax / WAYS)));
    this.#table = new Uint32Array(sets * WAYS * WORDS);
    this.#setMask = sets - 1;
    this.#ageSecondsMax = ageSecondsMax;
  }

  /**
   * Notes a visit.
   * @returns whether the visitor had not come for `ageSecondsMax`, as far as is remembered
   */
  note(visitor: Fingerprint, nowMs: number): boolean {
    const table = this.#table;
    const high = visitor.high >>> 0;
    const low = visitor.low >>> 0;
    const nowSeconds = Math.floor(nowMs / 1000);
    const start = (low & this.#setMask) * WAYS * WORDS;
    let oldest = start;
    for (let at = start; at < start + WAYS * WORDS; at += WORDS) {
      if (table[at] === high && table[at + 1] === low) {
        const seenSeconds = table[at + 2] as number;
        table[at + 2] = nowSeconds;
        // An empty place was seen in 1970, and holds the fingerprint zero.
        return nowSeconds - seenSeconds >= this.#ageSecondsMax;
      }
      if ((table[at + 2] as number) < (table[oldest + 2] as number)) {
        oldest = at;
      }
    }
    table[oldest] = high;
    table[oldest + 1] = low;
    table[oldest + 2] = nowSeconds;
    return true;
  }
}
