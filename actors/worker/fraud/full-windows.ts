// HOT PATH: once per click of an address that clicks often. Budget: 150 ns, no allocation. Guarded by
// bench/micro/fraud.ts.
import type { WindowStats } from '../../../core/fraud/detection.ts';
import { SlotPool } from './slot-pool.ts';
import { isLiveStamp, SET_BYTES, StampedSets, stampOf, WINDOW_BUCKETS } from './stamped-sets.ts';

/** Windows move on by this much at a time: they cover the last 55 to 60 minutes. */
export const BUCKET_MS = 300_000;

/**
 * The layout of a record. Intervals are ms between a click and the one before it; the first of each
 * bucket stands apart as `lead`, because it does not count when its bucket is the window's first.
 *
 * | Byte | Field                                                                 | Type           |
 * |------|-----------------------------------------------------------------------|----------------|
 * | 0    | per bucket: sum of intervals and of their squares, leads left out     | 12 × 2 float64 |
 * | 192  | the same over the window, with leads that count                       | 2 float64      |
 * | 208  | per bucket: lead                                                      | 12 float32     |
 * | 256  | per bucket: clicks                                                    | 12 uint32      |
 * | 304  | per bucket: clicks without a click id, which are distinct by nature   | 12 uint32      |
 * | 352  | clicks and those without an id over the window, the newest bucket, owner | 4 uint32    |
 * | 368  | what was told last: confidence, second; until which second it is blocked | float32, 2 uint32 |
 * | 380  | patterns that were told, as bits; stamp of the last click that was no declared bot's | 2 uint8 |
 * | 384  | set of user agents                                                    | 56 bytes       |
 * | 440  | set of click ids                                                      | 56 bytes       |
 */
const RECORD_BYTES = 496;
const F64 = { record: RECORD_BYTES / 8, total: 24 };
const U32 = {
  record: RECORD_BYTES / 4,
  lead: 52,
  clicks: 64,
  ownIds: 76,
  clicksTotal: 88,
  ownIdsTotal: 89,
  bucket: 90,
  owner: 91,
  toldConfidence: 92,
  toldSecond: 93,
  blockedUntilSecond: 94,
};
const BYTE = { toldPatterns: 380, undeclared: 381, agents: 384, ids: 384 + SET_BYTES };

/** The windows of addresses that click often, each in a record of one buffer. */
export class FullWindows {
  readonly pool: SlotPool;
  readonly #doubles: Float64Array;
  readonly #floats: Float32Array;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #sets: StampedSets;

  /** @param recordsMax at 496 bytes each, and 256 for every fourth, whose agents or ids are many */
  constructor(recordsMax: number) {
    const buffer = new ArrayBuffer(recordsMax * RECORD_BYTES);
    this.pool = new SlotPool(recordsMax);
    this.#doubles = new Float64Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#sets = new StampedSets(buffer, Math.ceil(recordsMax / 4));
  }

  /** Begins an empty window in a record that was taken from the pool. */
  begin(record: number, owner: number, bucket: number): void {
    const start = record * RECORD_BYTES;
    this.#bytes.fill(0, start, start + RECORD_BYTES);
    this.#words[record * U32.record + U32.owner] = owner;
    this.#words[record * U32.record + U32.bucket] = bucket;
  }

  /** Gives a record back to the pool. */
  end(record: number): void {
    this.#sets.clear(record * RECORD_BYTES + BYTE.agents);
    this.#sets.clear(record * RECORD_BYTES + BYTE.ids);
    this.pool.give(record);
  }

  ownerOf(record: number): number {
    return this.#words[record * U32.record + U32.owner] as number;
  }

  /**
   * Counts a click.
   *
   * @param bucket of the click; one before the newest counts as the newest
   * @param intervalMs since the click before, 0 or more
   * @param agent hash of the user agent, 16 bits
   * @param clickId hash of the click id, 16 bits; -1 when it is the event's own
   */
  add(
    record: number,
    bucket: number,
    intervalMs: number,
    agent: number,
    clickId: number,
    isDeclaredBot: boolean,
  ): void {
    const words = this.#words;
    const at = record * U32.record;
    this.turn(record, bucket);
    const newest = words[at + U32.bucket] as number;
    const place = newest % WINDOW_BUCKETS;
    this.#addInterval(record, place, intervalMs);
    words[at + U32.clicks + place] = (words[at + U32.clicks + place] as number) + 1;
    words[at + U32.clicksTotal] = (words[at + U32.clicksTotal] as number) + 1;
    const stamp = stampOf(newest);
    const start = record * RECORD_BYTES;
    this.#sets.add(start + BYTE.agents, agent, stamp);
    if (clickId < 0) {
      words[at + U32.ownIds + place] = (words[at + U32.ownIds + place] as number) + 1;
      words[at + U32.ownIdsTotal] = (words[at + U32.ownIdsTotal] as number) + 1;
    } else {
      this.#sets.add(start + BYTE.ids, clickId, stamp);
    }
    if (!isDeclaredBot) {
      this.#bytes[start + BYTE.undeclared] = stamp;
    }
  }

  #addInterval(record: number, place: number, intervalMs: number): void {
    const doubles = this.#doubles;
    const words = this.#words;
    const at = record * U32.record;
    const total = record * F64.record + F64.total;
    const square = intervalMs * intervalMs;
    if (words[at + U32.clicks + place] === 0) {
      this.#floats[at + U32.lead + place] = intervalMs;
    } else {
      const sum = record * F64.record + 2 * place;
      doubles[sum] = (doubles[sum] as number) + intervalMs;
      doubles[sum + 1] = (doubles[sum + 1] as number) + square;
    }
    if (words[at + U32.clicksTotal] !== 0) {
      doubles[total] = (doubles[total] as number) + intervalMs;
      doubles[total + 1] = (doubles[total + 1] as number) + square;
    }
  }

  /** Forgets what is older than the window that ends with a bucket. */
  turn(record: number, bucket: number): void {
    const words = this.#words;
    const at = record * U32.record;
    const before = words[at + U32.bucket] as number;
    if (bucket <= before) {
      return;
    }
    words[at + U32.bucket] = bucket;
    const firstOver = Math.max(before + 1, bucket - WINDOW_BUCKETS + 1);
    for (let over = firstOver; over <= bucket; over++) {
      this.#emptyBucket(record, over % WINDOW_BUCKETS);
    }
    this.#sumUp(record, bucket);
    const start = record * RECORD_BYTES;
    const now = stampOf(bucket);
    const isLongAgo = bucket - before >= WINDOW_BUCKETS;
    if (isLongAgo) {
      // Stamps come round after 21 hours; nothing may be left of a round before.
      this.#sets.clear(start + BYTE.agents);
      this.#sets.clear(start + BYTE.ids);
    } else {
      this.#sets.turn(start + BYTE.agents, now);
      this.#sets.turn(start + BYTE.ids, now);
    }
    if (isLongAgo || !isLiveStamp(this.#bytes[start + BYTE.undeclared] as number, now)) {
      this.#bytes[start + BYTE.undeclared] = 0;
    }
  }

  #emptyBucket(record: number, place: number): void {
    const sum = record * F64.record + 2 * place;
    this.#doubles[sum] = 0;
    this.#doubles[sum + 1] = 0;
    this.#floats[record * U32.record + U32.lead + place] = 0;
    this.#words[record * U32.record + U32.clicks + place] = 0;
    this.#words[record * U32.record + U32.ownIds + place] = 0;
  }

  #sumUp(record: number, newest: number): void {
    const words = this.#words;
    const at = record * U32.record;
    let clicks = 0;
    let ownIds = 0;
    let sum = 0;
    let squares = 0;
    let place = newest % WINDOW_BUCKETS;
    for (let count = 0; count < WINDOW_BUCKETS; count++) {
      place = place + 1 < WINDOW_BUCKETS ? place + 1 : 0;
      const inBucket = words[at + U32.clicks + place] as number;
      if (inBucket > 0) {
        const lead = clicks > 0 ? (this.#floats[at + U32.lead + place] as number) : 0;
        sum += lead + (this.#doubles[record * F64.record + 2 * place] as number);
        squares += lead * lead + (this.#doubles[record * F64.record + 2 * place + 1] as number);
        clicks += inBucket;
        ownIds += words[at + U32.ownIds + place] as number;
      }
    }
    words[at + U32.clicksTotal] = clicks;
    words[at + U32.ownIdsTotal] = ownIds;
    this.#doubles[record * F64.record + F64.total] = sum;
    this.#doubles[record * F64.record + F64.total + 1] = squares;
  }

  /** Writes what the window holds into `into`. */
  read(record: number, into: WindowStats): void {
    const at = record * U32.record;
    const start = record * RECORD_BYTES;
    const clicks = this.#words[at + U32.clicksTotal] as number;
    const ownIds = this.#words[at + U32.ownIdsTotal] as number;
    into.clicks = clicks;
    into.agents = Math.min(clicks, this.#sets.size(start + BYTE.agents));
    into.clickIds = Math.min(clicks, ownIds + this.#sets.size(start + BYTE.ids));
    const intervals = clicks - 1;
    const total = record * F64.record + F64.total;
    const meanMs = intervals > 0 ? (this.#doubles[total] as number) / intervals : 0;
    const squares = intervals > 0 ? (this.#doubles[total + 1] as number) / intervals : 0;
    into.meanIntervalMs = meanMs;
    into.intervalVariation =
      meanMs > 0 ? Math.sqrt(Math.max(0, squares - meanMs * meanMs)) / meanMs : 0;
  }

  /** Whether all clicks of the window are of bots that say so. */
  onlyDeclaredBots(record: number): boolean {
    return this.#bytes[record * RECORD_BYTES + BYTE.undeclared] === 0;
  }

  toldConfidence(record: number): number {
    return this.#floats[record * U32.record + U32.toldConfidence] as number;
  }

  /** Second since epoch of what was told last; 0: nothing was. */
  toldSecond(record: number): number {
    return this.#words[record * U32.record + U32.toldSecond] as number;
  }

  toldPatterns(record: number): number {
    return this.#bytes[record * RECORD_BYTES + BYTE.toldPatterns] as number;
  }

  setTold(record: number, confidence: number, second: number, patterns: number): void {
    this.#floats[record * U32.record + U32.toldConfidence] = confidence;
    this.#words[record * U32.record + U32.toldSecond] = second;
    this.#bytes[record * RECORD_BYTES + BYTE.toldPatterns] = patterns;
  }

  /** Until when the address was blocked from here, in seconds since epoch; 0: it was not. */
  blockedUntilSecond(record: number): number {
    return this.#words[record * U32.record + U32.blockedUntilSecond] as number;
  }

  setBlockedUntilSecond(record: number, second: number): void {
    this.#words[record * U32.record + U32.blockedUntilSecond] = second;
  }

  /**
   * Adds what is known of an address from elsewhere: its clicks evenly between the first and the last, in
   * buckets of the window that ends with the record's newest.
   *
   * Agents are unknown but for their number. One fewer is noted, because the next click names one; a
   * crowd's agents come again and count once more, which is the harmless direction.
   */
  seed(record: number, stats: WindowStats, firstMs: number, lastMs: number): void {
    const newest = this.#words[record * U32.record + U32.bucket] as number;
    const oldest = Math.max(Math.floor(firstMs / BUCKET_MS), newest - WINDOW_BUCKETS + 1);
    const last = Math.min(Math.max(oldest, Math.floor(lastMs / BUCKET_MS)), newest);
    const buckets = last - oldest + 1;
    for (let index = 0; index < buckets; index++) {
      const from = Math.floor((stats.clicks * index) / buckets);
      const to = Math.floor((stats.clicks * (index + 1)) / buckets);
      this.#seedBucket(record, (oldest + index) % WINDOW_BUCKETS, to - from, stats);
    }
    const start = record * RECORD_BYTES;
    for (let agent = 1; agent < Math.min(stats.agents, SEEDED_AGENTS_MAX); agent++) {
      this.#sets.add(start + BYTE.agents, seededHash(agent), stampOf(last));
    }
    const ownIds = record * U32.record + U32.ownIds + (last % WINDOW_BUCKETS);
    this.#words[ownIds] = (this.#words[ownIds] as number) + stats.clickIds;
    this.#sumUp(record, newest);
  }

  /** Adds clicks before those that a bucket has. */
  #seedBucket(record: number, place: number, clicks: number, stats: WindowStats): void {
    if (clicks === 0) {
      return;
    }
    const mean = stats.meanIntervalMs;
    const at = record * U32.record;
    const sum = record * F64.record + 2 * place;
    const present = this.#words[at + U32.clicks + place] as number;
    const intervals = present === 0 ? clicks - 1 : clicks;
    this.#words[at + U32.clicks + place] = present + clicks;
    this.#floats[at + U32.lead + place] = mean;
    this.#doubles[sum] = (this.#doubles[sum] as number) + intervals * mean;
    this.#doubles[sum + 1] =
      (this.#doubles[sum + 1] as number) +
      intervals * mean * mean * (1 + stats.intervalVariation ** 2);
  }
}

const SEEDED_AGENTS_MAX = 1_000;

/** Nobody has these hashes but by chance. */
function seededHash(number: number): number {
  const mixed = Math.imul(number ^ (number << 16) ^ 0x2c1b3c6d, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 16;
}
