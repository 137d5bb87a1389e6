// HOT PATH: once per click. Budget: 100 ns with a million addresses (two cache misses), no allocation.
// Guarded by bench/micro/fraud.ts.
import { randomInt } from 'node:crypto';
import { OrganizationShares } from './organization-shares.ts';
import { SlotPool } from './slot-pool.ts';

/** Slots looked at to find one that makes room. */
const PROBES = 16;

/**
 * The layout of a key's slot; the second half is for the table's owner (see AddressWindows).
 *
 * | Byte | Field                                              | Type     |
 * |------|----------------------------------------------------|----------|
 * | 0    | the key's high and low                             | 2 uint32 |
 * | 8    | time of the last click, ms since epoch modulo 2^32 | uint32   |
 * | 12   | state: 0 is a free slot                            | uint8    |
 * | 13   | flags of the owner                                 | uint8    |
 * | 14   | the organisation's place                           | uint16   |
 * | 16   | the owner's                                        | 16 bytes |
 */
export const SLOT_BYTES = 32;

/**
 * Keys of 64 bits (addresses, user agents) of organisations, each with the time of its last click, found
 * by open addressing with linear probing. Slots are handed out from low to high, so memory is touched
 * only as keys come.
 *
 * Invariants: the index names each used slot once and no other; it is at most half full. When all
 * slots are used, room is made by an organisation that holds more than its share, else by the key
 * whose last click is the longest ago, of those that are looked at.
 */
export class KeyTable {
  readonly words: Uint32Array;
  readonly shorts: Uint16Array;
  readonly bytes: Uint8Array;
  readonly pool: SlotPool;
  readonly shares: OrganizationShares;
  readonly #slotAt = (slot: number) => (this.bytes[slot * SLOT_BYTES + 12] === 0 ? -1 : slot);
  readonly #index: Int32Array;
  readonly #mask: number;
  readonly #ageMsMax: number;
  /** Chosen anew by each process, so that nobody can make up addresses that meet in one place. */
  readonly #seed = randomInt(2 ** 31);
  #hand = 0;

  constructor(keysMax: number, ageMsMax: number) {
    const buffer = new ArrayBuffer(keysMax * SLOT_BYTES);
    this.words = new Uint32Array(buffer);
    this.shorts = new Uint16Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.pool = new SlotPool(keysMax);
    this.shares = new OrganizationShares(Math.ceil(keysMax / 4));
    this.#ageMsMax = ageMsMax;
    const places = 2 ** Math.ceil(Math.log2(2 * keysMax));
    this.#index = new Int32Array(places);
    this.#mask = places - 1;
  }

  /** @returns the slot of a key, its halves unsigned; -1 when it is not there */
  find(place: number, high: number, low: number): number {
    const index = this.#index;
    for (let at = this.#home(place, high, low); ; at = (at + 1) & this.#mask) {
      const slot = (index[at] as number) - 1;
      if (slot < 0) {
        return -1;
      }
      if (
        this.words[slot * 8 + 1] === low &&
        this.words[slot * 8] === high &&
        this.shorts[slot * 16 + 7] === place
      ) {
        return slot;
      }
    }
  }

  /**
   * Puts a key that is not there into a slot of its own, which may have to be another's.
   *
   * @param evict takes the other out: calls `remove`
   * @returns -1 when the organisation holds more than its share of a full table
   */
  insert(
    place: number,
    high: number,
    low: number,
    nowMs: number,
    evict: (slot: number) => void,
  ): number {
    let slot = this.pool.take();
    if (slot < 0) {
      const victim = this.victim(place, nowMs, this.shares, this.#slotAt, this.pool.capacity);
      if (victim < 0) {
        return -1;
      }
      evict(victim);
      slot = this.pool.take();
    }
    this.words[slot * 8] = high;
    this.words[slot * 8 + 1] = low;
    this.words[slot * 8 + 2] = nowMs;
    this.bytes[slot * SLOT_BYTES + 12] = 1;
    this.shorts[slot * 16 + 7] = place;
    this.shares.add(place, 1);
    let at = this.#home(place, high, low);
    while (this.#index[at] !== 0) {
      at = (at + 1) & this.#mask;
    }
    this.#index[at] = slot + 1;
    return slot;
  }

  /** Takes a key out and gives its slot back. */
  remove(slot: number): void {
    const index = this.#index;
    let hole = this.#homeOf(slot);
    while (index[hole] !== slot + 1) {
      hole = (hole + 1) & this.#mask;
    }
    // What follows without a gap moves up, unless that were before its home.
    for (let at = (hole + 1) & this.#mask; index[at] !== 0; at = (at + 1) & this.#mask) {
      const home = this.#homeOf((index[at] as number) - 1);
      if (((at - home) & this.#mask) >= ((at - hole) & this.#mask)) {
        index[hole] = index[at] as number;
        hole = at;
      }
    }
    index[hole] = 0;
    this.shares.add(this.shorts[slot * 16 + 7] as number, -1);
    this.words.fill(0, slot * 8, slot * 8 + 8);
    this.pool.give(slot);
  }

  /** Time since a key's last click; 0 when the clock went back. */
  idleMs(slot: number, nowMs: number): number {
    return Math.max(0, (nowMs - (this.words[slot * 8 + 2] as number)) | 0);
  }

  isExpired(slot: number, nowMs: number): boolean {
    return this.idleMs(slot, nowMs) >= this.#ageMsMax;
  }

  /**
   * A used slot that is to make room for an organisation.
   *
   * @param slotAt gives the slot to look at for a number; -1 for none
   * @param count of numbers
   * @returns -1 when the organisation itself holds more than its share and none was found that does
   */
  victim(
    place: number,
    nowMs: number,
    shares: OrganizationShares,
    slotAt: (number: number) => number,
    count: number,
  ): number {
    let oldest = -1;
    let oldestMs = -1;
    let oldestOver = -1;
    let oldestOverMs = -1;
    for (let probe = 0; probe < PROBES; probe++) {
      this.#hand = (this.#hand + 1) % count;
      const slot = slotAt(this.#hand);
      if (slot < 0) {
        continue;
      }
      const idleMs = this.idleMs(slot, nowMs);
      if (idleMs >= this.#ageMsMax) {
        return slot;
      }
      if (idleMs > oldestMs) {
        oldest = slot;
        oldestMs = idleMs;
      }
      if (idleMs > oldestOverMs && shares.isOver(this.shorts[slot * 16 + 7] as number)) {
        oldestOver = slot;
        oldestOverMs = idleMs;
      }
    }
    return oldestOver >= 0 || shares.isOver(place) ? oldestOver : oldest;
  }

  #homeOf(slot: number): number {
    return this.#home(
      this.shorts[slot * 16 + 7] as number,
      this.words[slot * 8] as number,
      this.words[slot * 8 + 1] as number,
    );
  }

  /** Murmur3's rounds and finish (Appleby, 2011) over 80 bits. */
  #home(place: number, high: number, low: number): number {
    let hash = this.#seed ^ Math.imul(place, 0x9e3779b1);
    hash = Math.imul(hash ^ high, 0xcc9e2d51);
    hash = Math.imul(hash ^ (hash >>> 15) ^ low, 0x1b873593);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) & this.#mask;
  }
}
