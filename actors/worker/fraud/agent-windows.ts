// HOT PATH: once per click. Budget: 80 ns, no allocation. Guarded by bench/micro/fraud.ts.
import { randomInt } from 'node:crypto';
import {
  type AgentStats,
  FRAUD_WINDOW_MS,
  SWARM_ADDRESSES_MIN,
  SWARM_CLICKS_PER_ADDRESS_MIN,
} from '../../../core/fraud/definition.ts';
import { KeyTable } from './key-table.ts';

/** The window moves on by ten minutes at a time and covers the last 50 to 60. */
const BUCKETS = 6;
const BUCKET_MS = FRAUD_WINDOW_MS / BUCKETS;
/** Registers of one bucket's sketch; each is the greatest rank that a hash had. */
const REGISTERS = 256;
/** A user agent's registers: of each bucket, then of all buckets together. */
const RECORD_BYTES = (BUCKETS + 1) * REGISTERS;
const UNION = BUCKETS * REGISTERS;
/** Per user agent: clicks of each bucket, of all, and the newest bucket. */
const WORDS = 8;
const TOTAL = 6;
const NEWEST = 7;

/** Flajolet et al., "HyperLogLog", 2007: α · m² ÷ Σ 2^−register; 6.5 % off with 256 registers. */
const ALPHA_M2 = (0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS;
/** Below, counting registers that are still 0 is more exact. */
const LINEAR_BELOW = 2.5 * REGISTERS;
/** Fewer clicks are no swarm, so nobody asks for their addresses. */
const CLICKS_OF_INTEREST = SWARM_ADDRESSES_MIN * SWARM_CLICKS_PER_ADDRESS_MIN;

/** User agents of a thread: 1.8 KB each, touched as they come. */
const AGENTS_MAX = 4_096;

/**
 * How many addresses clicked how often with one user agent, for the user agents of all organisations
 * of a thread. Distinct addresses are estimated by HyperLogLog.
 *
 * Invariant: unless the union is stale its registers are the greatest of the live buckets', `#sums` is
 * Σ 2^−register of the union and `#zeros` how many of them are 0. It becomes stale when a bucket is
 * forgotten, and is made anew when it is asked for: most user agents never have clicks enough for that.
 */
export class AgentWindows {
  /** Of the agent that was noted last; `addresses` is 0 while its clicks are too few for a swarm. */
  readonly stats: AgentStats = { addresses: 0, clicks: 0 };
  /** User agents that were given up for others, and clicks of such that found no room. */
  evictions = 0;
  readonly #table: KeyTable;
  readonly #registers: Uint8Array;
  readonly #words: Uint32Array;
  readonly #sums: Float64Array;
  readonly #zeros: Uint16Array;
  readonly #isStale: Uint8Array;
  readonly #seed = randomInt(2 ** 31);
  readonly #evict = (slot: number) => {
    this.evictions++;
    this.#table.remove(slot);
  };

  constructor(agentsMax: number = AGENTS_MAX) {
    this.#table = new KeyTable(agentsMax, FRAUD_WINDOW_MS);
    this.#registers = new Uint8Array(agentsMax * RECORD_BYTES);
    this.#words = new Uint32Array(agentsMax * WORDS);
    this.#sums = new Float64Array(agentsMax);
    this.#zeros = new Uint16Array(agentsMax);
    this.#isStale = new Uint8Array(agentsMax);
  }

  /**
   * Sets `stats` to a user agent's window, after counting a click of an address if it counts.
   *
   * @param place of the organisation
   * @param agentHigh and agentLow: hash of the user agent, unsigned
   * @param addressHigh and addressLow: see AddressKey
   */
  note(
    place: number,
    agentHigh: number,
    agentLow: number,
    addressHigh: number,
    addressLow: number,
    counts: boolean,
    nowMs: number,
  ): void {
    const table = this.#table;
    let slot = table.find(place, agentHigh, agentLow);
    if (slot < 0 && counts) {
      slot = table.insert(place, agentHigh, agentLow, nowMs, this.#evict);
      this.#begin(slot, nowMs);
    }
    if (slot < 0) {
      this.stats.addresses = 0;
      this.stats.clicks = 0;
      return;
    }
    this.#turn(slot, Math.floor(nowMs / BUCKET_MS));
    if (counts) {
      table.words[slot * 8 + 2] = nowMs;
      this.#count(slot, addressHigh, addressLow);
    }
    const clicks = this.#words[slot * WORDS + TOTAL] as number;
    this.stats.clicks = clicks;
    this.stats.addresses = clicks < CLICKS_OF_INTEREST ? 0 : this.#addresses(slot);
  }

  #begin(slot: number, nowMs: number): void {
    if (slot < 0) {
      this.evictions++;
      return;
    }
    this.#registers.fill(0, slot * RECORD_BYTES, (slot + 1) * RECORD_BYTES);
    this.#words.fill(0, slot * WORDS, (slot + 1) * WORDS);
    this.#words[slot * WORDS + NEWEST] = Math.floor(nowMs / BUCKET_MS);
    this.#isStale[slot] = 1;
  }

  #count(slot: number, addressHigh: number, addressLow: number): void {
    const words = this.#words;
    const at = slot * WORDS;
    const place = (words[at + NEWEST] as number) % BUCKETS;
    words[at + place] = (words[at + place] as number) + 1;
    words[at + TOTAL] = (words[at + TOTAL] as number) + 1;
    let hash = Math.imul(this.#seed ^ addressHigh, 0xcc9e2d51);
    hash = Math.imul(hash ^ (hash >>> 15) ^ addressLow, 0x1b873593);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    const register = hash & (REGISTERS - 1);
    // 24 bits are left: ranks 1 to 25, good for a hundred million addresses.
    const rank = Math.clz32((hash >>> 8) | 0) - 7;
    const start = slot * RECORD_BYTES;
    const inBucket = start + place * REGISTERS + register;
    if (rank > (this.#registers[inBucket] as number)) {
      this.#registers[inBucket] = rank;
      if (this.#isStale[slot] === 0) {
        this.#raise(slot, register, rank);
      }
    }
  }

  #raise(slot: number, register: number, rank: number): void {
    const at = slot * RECORD_BYTES + UNION + register;
    const before = this.#registers[at] as number;
    if (rank > before) {
      this.#registers[at] = rank;
      this.#sums[slot] = (this.#sums[slot] as number) + 2 ** -rank - 2 ** -before;
      this.#zeros[slot] = (this.#zeros[slot] as number) - (before === 0 ? 1 : 0);
    }
  }

  #turn(slot: number, bucket: number): void {
    const at = slot * WORDS;
    const before = this.#words[at + NEWEST] as number;
    if (bucket <= before) {
      return;
    }
    this.#words[at + NEWEST] = bucket;
    const start = slot * RECORD_BYTES;
    for (let over = Math.max(before + 1, bucket - BUCKETS + 1); over <= bucket; over++) {
      const place = over % BUCKETS;
      this.#words[at + place] = 0;
      this.#registers.fill(0, start + place * REGISTERS, start + (place + 1) * REGISTERS);
    }
    let total = 0;
    for (let place = 0; place < BUCKETS; place++) {
      total += this.#words[at + place] as number;
    }
    this.#words[at + TOTAL] = total;
    this.#isStale[slot] = 1;
  }

  #unite(slot: number): void {
    const start = slot * RECORD_BYTES;
    this.#isStale[slot] = 0;
    this.#registers.fill(0, start + UNION, start + RECORD_BYTES);
    this.#sums[slot] = REGISTERS;
    this.#zeros[slot] = REGISTERS;
    for (let at = 0; at < UNION; at++) {
      const rank = this.#registers[start + at] as number;
      if (rank > 0) {
        this.#raise(slot, at & (REGISTERS - 1), rank);
      }
    }
  }

  #addresses(slot: number): number {
    if (this.#isStale[slot] !== 0) {
      this.#unite(slot);
    }
    const estimate = ALPHA_M2 / (this.#sums[slot] as number);
    const zeros = this.#zeros[slot] as number;
    return estimate <= LINEAR_BELOW && zeros > 0
      ? REGISTERS * Math.log(REGISTERS / zeros)
      : estimate;
  }
}
