// HOT PATH: once per click. Budget: 300 ns with a million addresses, no allocation. Guarded by
// bench/micro/fraud.ts.
import { FRAUD_WINDOW_MS } from '../../../core/fraud/definition.ts';
import type { WindowStats } from '../../../core/fraud/detection.ts';
import { addressOf } from '../../../core/rules/address/ip-address.ts';
import type { WindowSeed } from '../../pool/messages.ts';
import { AddressKey } from './address-key.ts';
import { BUCKET_MS, FullWindows } from './full-windows.ts';
import { KeyTable, SLOT_BYTES } from './key-table.ts';
import { OrganizationPlaces, OrganizationShares } from './organization-shares.ts';
import { WINDOW_BUCKETS } from './stamped-sets.ts';

/** Clicks of an address that a slot of the table holds by itself. */
const SHORT_CLICKS_MAX = 3;
/** The state of a slot whose window is a record of FullWindows. */
const FULL = 255;
/** Where things are in a slot; in short ones agents and click ids stand oldest first, one per click. */
const STATE = 12;
const UNDECLARED = 13;
const SHORT = 16;
const PLACE = 7;
const INTERVALS = 8;
const AGENTS = 10;
const IDS = 13;
const WORD = 8;
const LAST = 2;
const RECORD = 4;

/** Intervals from this on are kept in steps of 128 ms, so that 16 bits hold an hour. */
const EXACT_MS_MAX = 32_768;
const COARSE_MS = 128;

export type WindowLimits = {
  /** 40 bytes each. */
  addressesMax: number;
  /** Of them, those with more than 3 clicks; 528 to 592 bytes each, besides. */
  fullMax: number;
};

/** The memory is touched as addresses come: 75 MiB a thread when all are in use. */
export const WINDOW_LIMITS: WindowLimits = { addressesMax: 1_048_576, fullMax: 65_536 };

/**
 * The windows of one hour of all addresses of a thread, by organisation. Most addresses click a few
 * times: up to 3 clicks stand in the slot of 32 bytes by which an address is found, the 4th moves them
 * into a record of 496 bytes.
 *
 * Invariant: never more addresses than the limits say; an organisation that holds more than a quarter
 * makes room for others before they do for it. Clicks that found no room are counted as evictions.
 */
export class AddressWindows {
  /** Of the address that was noted last; overwritten by the next call. */
  readonly stats: WindowStats = {
    clicks: 0,
    agents: 0,
    clickIds: 0,
    meanIntervalMs: 0,
    intervalVariation: 0,
  };
  /** Windows that were given up for others, and clicks that found no room. */
  evictions = 0;
  readonly full: FullWindows;
  readonly #places = new OrganizationPlaces();
  readonly #table: KeyTable;
  readonly #fullShares: OrganizationShares;
  readonly #key = new AddressKey();
  readonly #ownerAt = (record: number) => this.full.ownerOf(record);
  readonly #evict = (slot: number) => {
    this.evictions++;
    this.#drop(slot);
  };
  #sweptTo = 0;

  constructor(limits: WindowLimits = WINDOW_LIMITS) {
    this.#table = new KeyTable(limits.addressesMax, FRAUD_WINDOW_MS);
    this.full = new FullWindows(limits.fullMax);
    this.#fullShares = new OrganizationShares(Math.ceil(limits.fullMax / 4));
  }

  /** Addresses that are remembered; some may have expired. */
  get size(): number {
    return this.#table.pool.used;
  }

  placeOf(organization: number): number {
    return this.#places.placeOf(organization);
  }

  /**
   * Counts a click and sets `stats` to the address's window that ends with it.
   *
   * @param place of the organisation
   * @param agent hash of the user agent, 16 bits
   * @param clickId hash of the click id, 16 bits; -1 when it is the event's own
   * @returns the address's record in `full`; -1 when it has few clicks or found no room
   */
  note(
    place: number,
    key: AddressKey,
    agent: number,
    clickId: number,
    isDeclaredBot: boolean,
    nowMs: number,
  ): number {
    const table = this.#table;
    let slot = table.find(place, key.high, key.low);
    if (slot >= 0 && table.isExpired(slot, nowMs)) {
      this.#drop(slot);
      slot = -1;
    }
    if (slot < 0) {
      return this.#begin(place, key, agent, clickId, isDeclaredBot, nowMs);
    }
    const at = slot * SLOT_BYTES;
    // When the clock went back, by how much it did stands in for the interval.
    const intervalMs = Math.abs((nowMs - (table.words[slot * WORD + LAST] as number)) | 0);
    if (table.bytes[at + STATE] !== FULL) {
      table.bytes[at + UNDECLARED] = (table.bytes[at + UNDECLARED] as number) | +!isDeclaredBot;
      this.#trim(slot, nowMs - intervalMs, nowMs);
      if ((table.bytes[at + STATE] as number) < SHORT_CLICKS_MAX || !this.#promote(slot, nowMs)) {
        this.#addShort(slot, intervalMs, agent, clickId, nowMs);
        this.#readShort(slot);
        return -1;
      }
    }
    table.words[slot * WORD + LAST] = nowMs;
    const record = table.words[slot * WORD + RECORD] as number;
    const bucket = Math.floor(nowMs / BUCKET_MS);
    this.full.add(record, bucket, intervalMs, agent, clickId, isDeclaredBot);
    this.full.read(record, this.stats);
    return record;
  }

  /** Forgets expired addresses among the next `count` slots. */
  sweep(nowMs: number, count: number): void {
    const end = this.#table.pool.end;
    for (let step = 0; step < Math.min(count, end); step++) {
      this.#sweptTo = this.#sweptTo + 1 < end ? this.#sweptTo + 1 : 0;
      const isUsed = this.#table.bytes[this.#sweptTo * SLOT_BYTES + STATE] !== 0;
      if (isUsed && this.#table.isExpired(this.#sweptTo, nowMs)) {
        this.#drop(this.#sweptTo);
      }
    }
  }

  /** Takes what a predecessor has seen of addresses within the last hour, once after a start. */
  seed(rows: readonly WindowSeed[], nowMs: number): void {
    for (const row of rows) {
      const isUsable = row.clicks > 0 && nowMs - row.lastMs < FRAUD_WINDOW_MS;
      const address = addressOf(row.address.split('/')[0] ?? '');
      if (isUsable && this.#key.take(address)) {
        this.#seed(row, nowMs);
      }
    }
  }

  #seed(row: WindowSeed, nowMs: number): void {
    const table = this.#table;
    const place = this.placeOf(row.organization);
    let slot = table.find(place, this.#key.high, this.#key.low);
    if (slot < 0) {
      slot = table.insert(place, this.#key.high, this.#key.low, nowMs, this.#evict);
      if (slot < 0) {
        this.evictions++;
        return;
      }
      table.words[slot * WORD + LAST] = row.lastMs;
      table.bytes[slot * SLOT_BYTES + STATE] = 0;
    }
    if (table.bytes[slot * SLOT_BYTES + STATE] !== FULL && !this.#promote(slot, nowMs)) {
      this.#drop(slot);
      return;
    }
    const stats: WindowStats = {
      clicks: row.clicks,
      agents: row.agents,
      clickIds: row.clickIds,
      meanIntervalMs: row.clicks > 1 ? (row.lastMs - row.firstMs) / (row.clicks - 1) : 0,
      intervalVariation: row.intervalVariation,
    };
    const record = table.words[slot * WORD + RECORD] as number;
    this.full.turn(record, Math.floor(nowMs / BUCKET_MS));
    this.full.seed(record, stats, row.firstMs, row.lastMs);
  }

  #begin(
    place: number,
    key: AddressKey,
    agent: number,
    clickId: number,
    isDeclaredBot: boolean,
    nowMs: number,
  ): number {
    const slot = this.#table.insert(place, key.high, key.low, nowMs, this.#evict);
    const stats = this.stats;
    stats.clicks = 1;
    stats.agents = 1;
    stats.clickIds = 1;
    stats.meanIntervalMs = 0;
    stats.intervalVariation = 0;
    if (slot < 0) {
      this.evictions++;
      return -1;
    }
    this.#table.bytes[slot * SLOT_BYTES + UNDECLARED] = +!isDeclaredBot;
    this.#table.shorts[slot * SHORT + AGENTS] = agent;
    this.#table.shorts[slot * SHORT + IDS] = shortId(clickId);
    return -1;
  }

  #drop(slot: number): void {
    if (this.#table.bytes[slot * SLOT_BYTES + STATE] === FULL) {
      this.#fullShares.add(this.#table.shorts[slot * SHORT + PLACE] as number, -1);
      this.full.end(this.#table.words[slot * WORD + RECORD] as number);
    }
    this.#table.remove(slot);
  }

  /** Drops a short window's clicks that are older than the window that ends now. */
  #trim(slot: number, lastMs: number, nowMs: number): void {
    const { bytes, shorts } = this.#table;
    const startMs = (Math.floor(nowMs / BUCKET_MS) - WINDOW_BUCKETS + 1) * BUCKET_MS;
    const clicks = bytes[slot * SLOT_BYTES + STATE] as number;
    let kept = lastMs < startMs ? 0 : 1;
    let atMs = lastMs;
    while (kept > 0 && kept < clicks) {
      atMs -= intervalOf(shorts[slot * SHORT + INTERVALS + clicks - 1 - kept] as number);
      if (atMs < startMs) {
        break;
      }
      kept++;
    }
    this.#dropOldest(slot, clicks - kept);
  }

  #dropOldest(slot: number, count: number): void {
    if (count === 0) {
      return;
    }
    const { bytes, shorts } = this.#table;
    const at = slot * SHORT;
    for (let index = 0; index + count < SHORT_CLICKS_MAX; index++) {
      if (index + count < SHORT_CLICKS_MAX - 1) {
        shorts[at + INTERVALS + index] = shorts[at + INTERVALS + index + count] as number;
      }
      shorts[at + AGENTS + index] = shorts[at + AGENTS + index + count] as number;
      shorts[at + IDS + index] = shorts[at + IDS + index + count] as number;
    }
    bytes[slot * SLOT_BYTES + STATE] = (bytes[slot * SLOT_BYTES + STATE] as number) - count;
  }

  #addShort(slot: number, intervalMs: number, agent: number, clickId: number, nowMs: number): void {
    const { bytes, shorts, words } = this.#table;
    if (bytes[slot * SLOT_BYTES + STATE] === SHORT_CLICKS_MAX) {
      this.#dropOldest(slot, 1);
      this.evictions++;
    }
    const clicks = bytes[slot * SLOT_BYTES + STATE] as number;
    const at = slot * SHORT;
    if (clicks > 0) {
      shorts[at + INTERVALS + clicks - 1] = encodeInterval(intervalMs);
    }
    shorts[at + AGENTS + clicks] = agent;
    shorts[at + IDS + clicks] = shortId(clickId);
    words[slot * WORD + LAST] = nowMs;
    bytes[slot * SLOT_BYTES + STATE] = clicks + 1;
  }

  #readShort(slot: number): void {
    const { bytes, shorts } = this.#table;
    const stats = this.stats;
    const clicks = bytes[slot * SLOT_BYTES + STATE] as number;
    const at = slot * SHORT;
    stats.clicks = clicks;
    stats.agents = distinct(shorts, at + AGENTS, clicks, false);
    stats.clickIds = distinct(shorts, at + IDS, clicks, true);
    const first = clicks > 1 ? intervalOf(shorts[at + INTERVALS] as number) : 0;
    const second = clicks > 2 ? intervalOf(shorts[at + INTERVALS + 1] as number) : first;
    stats.meanIntervalMs = (first + second) / 2;
    stats.intervalVariation = first + second > 0 ? Math.abs(first - second) / (first + second) : 0;
  }

  /** Moves a short window into a record. @returns false when there is none */
  #promote(slot: number, nowMs: number): boolean {
    const { bytes, shorts, words } = this.#table;
    const record = this.#takeRecord(slot, nowMs);
    if (record < 0) {
      return false;
    }
    const at = slot * SHORT;
    const clicks = bytes[slot * SLOT_BYTES + STATE] as number;
    const isDeclaredBot = bytes[slot * SLOT_BYTES + UNDECLARED] === 0;
    let atMs = nowMs - this.#table.idleMs(slot, nowMs);
    for (let index = 0; index < clicks - 1; index++) {
      atMs -= intervalOf(shorts[at + INTERVALS + index] as number);
    }
    this.full.begin(record, slot, Math.floor((clicks > 0 ? atMs : nowMs) / BUCKET_MS));
    for (let index = 0; index < clicks; index++) {
      const intervalMs = index > 0 ? intervalOf(shorts[at + INTERVALS + index - 1] as number) : 0;
      atMs += intervalMs;
      const id = shorts[at + IDS + index] as number;
      const agent = shorts[at + AGENTS + index] as number;
      const bucket = Math.floor(atMs / BUCKET_MS);
      this.full.add(record, bucket, intervalMs, agent, id === 0 ? -1 : id, isDeclaredBot);
    }
    words[slot * WORD + RECORD] = record;
    bytes[slot * SLOT_BYTES + STATE] = FULL;
    this.#fullShares.add(shorts[at + PLACE] as number, 1);
    return true;
  }

  #takeRecord(slot: number, nowMs: number): number {
    const pool = this.full.pool;
    const free = pool.take();
    if (free >= 0) {
      return free;
    }
    const place = this.#table.shorts[slot * SHORT + PLACE] as number;
    const shares = this.#fullShares;
    const victim = this.#table.victim(place, nowMs, shares, this.#ownerAt, pool.capacity);
    if (victim < 0) {
      return -1;
    }
    this.#evict(victim);
    return pool.take();
  }
}

function encodeInterval(ms: number): number {
  return ms < EXACT_MS_MAX
    ? ms
    : EXACT_MS_MAX | Math.min(EXACT_MS_MAX - 1, Math.round(ms / COARSE_MS));
}

function intervalOf(encoded: number): number {
  return encoded < EXACT_MS_MAX ? encoded : (encoded & (EXACT_MS_MAX - 1)) * COARSE_MS;
}

/** 0 stands for an event's own id. */
function shortId(clickId: number): number {
  return Math.max(0, clickId);
}

/** Distinct ones of up to 3 values; zeros are told apart when each is one of its own. */
function distinct(values: Uint16Array, at: number, count: number, zerosDiffer: boolean): number {
  let result = 0;
  for (let index = 0; index < count; index++) {
    const value = values[at + index];
    let isNew = true;
    for (let before = 0; before < index; before++) {
      isNew &&= values[at + before] !== value || (zerosDiffer && value === 0);
    }
    result += isNew ? 1 : 0;
  }
  return result;
}
