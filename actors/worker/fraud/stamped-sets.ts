// HOT PATH: twice per click of an address that clicks often. Budget: 40 ns, no allocation. Guarded by
// bench/micro/fraud.ts.
import { SlotPool } from './slot-pool.ts';

/** Distinct values that are counted exactly. */
const LISTED_MAX = 16;
const CELLS = 256;
/** Where things are in a set's part of a record, in bytes. */
const STAMPS = 2 * LISTED_MAX;
const LIVE = STAMPS + LISTED_MAX;
const BLOCK = LIVE + 4;
/** Bytes of a set within a record; a set begins at a multiple of 4. */
export const SET_BYTES = BLOCK + 4;

/** Stamps stand for buckets of time, by turns; 0 is no bucket. */
const STAMP_TURN = 255;
export const WINDOW_BUCKETS = 12;

export function stampOf(bucket: number): number {
  return (bucket % STAMP_TURN) + 1;
}

/** Whether a stamp is of the window that ends with the bucket `now` is the stamp of. */
export function isLiveStamp(stamp: number, now: number): boolean {
  const age = now - stamp;
  return stamp !== 0 && (age < 0 ? age + STAMP_TURN : age) < WINDOW_BUCKETS;
}

/** n distinct values light c of 256 cells: n ≈ −256 · ln(1 − c ÷ 256). (Whang et al., 1990.) */
const ESTIMATES = Float64Array.from({ length: CELLS + 1 }, (_, lit) =>
  Math.round(-CELLS * Math.log(1 - Math.min(lit, CELLS - 0.5) / CELLS)),
);

/**
 * Sets of 16-bit hashes, one in each record of a buffer, that forget what did not come within the last
 * hour. Up to 16 values stand in the record with a stamp each of the bucket in which they came last.
 * From the 17th on stamps stand in 256 cells outside of the record, and the size is an estimate by
 * linear counting: 6 % off at 400 values, at most about 1,600.
 *
 * Invariant: between calls of `turn` no stamp of a record is older than the window; `live` counts the
 * stamps that are not 0. When no cells are left a set stays at 16.
 */
export class StampedSets {
  readonly #bytes: Uint8Array;
  readonly #shorts: Uint16Array;
  readonly #words: Uint32Array;
  readonly #cells: Uint8Array;
  readonly #blocks: SlotPool;

  /** @param blocksMax sets that can have more than 16 values at a time */
  constructor(buffer: ArrayBuffer, blocksMax: number) {
    this.#bytes = new Uint8Array(buffer);
    this.#shorts = new Uint16Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#cells = new Uint8Array(blocksMax * CELLS);
    this.#blocks = new SlotPool(blocksMax);
  }

  /** The number of distinct values; `set` is its first byte in the buffer. */
  size(set: number): number {
    const live = this.#shorts[(set + LIVE) >> 1] as number;
    return this.#words[(set + BLOCK) >> 2] === 0 ? live : (ESTIMATES[live] as number);
  }

  /** Notes a value that came in the bucket of `stamp`. */
  add(set: number, hash: number, stamp: number): void {
    const block = this.#words[(set + BLOCK) >> 2] as number;
    if (block !== 0) {
      this.#light(set, block, hash, stamp);
      return;
    }
    const bytes = this.#bytes;
    const shorts = this.#shorts;
    let free = -1;
    for (let index = 0; index < LISTED_MAX; index++) {
      if (bytes[set + STAMPS + index] === 0) {
        free = free < 0 ? index : free;
      } else if (shorts[(set >> 1) + index] === hash) {
        bytes[set + STAMPS + index] = stamp;
        return;
      }
    }
    if (free >= 0) {
      shorts[(set >> 1) + free] = hash;
      bytes[set + STAMPS + free] = stamp;
      shorts[(set + LIVE) >> 1] = (shorts[(set + LIVE) >> 1] as number) + 1;
      return;
    }
    const taken = this.#blocks.take();
    if (taken >= 0) {
      this.#spill(set, taken + 1);
      this.#light(set, taken + 1, hash, stamp);
    }
  }

  /** Forgets what is older than the window that ends with the bucket of the stamp `now`. */
  turn(set: number, now: number): void {
    const block = this.#words[(set + BLOCK) >> 2] as number;
    if (this.#shorts[(set + LIVE) >> 1] === 0) {
      return;
    }
    const stamps = block === 0 ? this.#bytes : this.#cells;
    const start = block === 0 ? set + STAMPS : (block - 1) * CELLS;
    const end = start + (block === 0 ? LISTED_MAX : CELLS);
    let live = 0;
    for (let at = start; at < end; at++) {
      if (isLiveStamp(stamps[at] as number, now)) {
        live++;
      } else {
        stamps[at] = 0;
      }
    }
    this.#shorts[(set + LIVE) >> 1] = live;
  }

  /** Empties a set, before its record is used again. */
  clear(set: number): void {
    const block = this.#words[(set + BLOCK) >> 2] as number;
    if (block !== 0) {
      this.#blocks.give(block - 1);
    }
    this.#bytes.fill(0, set, set + SET_BYTES);
  }

  /** Moves the listed values into cells. */
  #spill(set: number, block: number): void {
    this.#cells.fill(0, (block - 1) * CELLS, block * CELLS);
    this.#words[(set + BLOCK) >> 2] = block;
    this.#shorts[(set + LIVE) >> 1] = 0;
    for (let index = 0; index < LISTED_MAX; index++) {
      const hash = this.#shorts[(set >> 1) + index] as number;
      this.#light(set, block, hash, this.#bytes[set + STAMPS + index] as number);
    }
  }

  #light(set: number, block: number, hash: number, stamp: number): void {
    const at = (block - 1) * CELLS + (hash & (CELLS - 1));
    if (this.#cells[at] === 0) {
      const live = (set + LIVE) >> 1;
      this.#shorts[live] = (this.#shorts[live] as number) + 1;
    }
    this.#cells[at] = stamp;
  }
}
