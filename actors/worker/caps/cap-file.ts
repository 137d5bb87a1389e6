import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import type { RecoveredSegment } from '../../log/segment-recovery.ts';
import { tryDecodeRow } from '../../ship/row-decoder.ts';
import { capKey } from './cap-key.ts';

/** A rule that has no place in the file. */
export const NO_SLOT = -1;

/**
 * One slot; numbers are little-endian Float64. Slots lie within a disk sector, so that even a power
 * loss writes one whole or not at all, and the CRC tells.
 *
 * ```text
 *  0  16 bytes  SHA-256 of the rule's key, cut
 * 16  dayStartMs   24  dayEndMs   32  clicks   40  epochMs of the last segment counted in
 * 48  4 bytes   CRC-32 of all before
 * ```
 */
const SLOT_BYTES = 64;
const HASH_BYTES = 16;
const CRC_AT = 48;
/** 1 MiB. Rules beyond that are counted in memory only. */
const SLOTS_MAX = 16_384;
const SUFFIX = '.counts';

type Day = { dayStartMs: number; dayEndMs: number };
type Entry = Day & { slot: number; clicks: number; epochMs: number };

/**
 * The counts of capped rules on disk: one file per shard, each rule in a slot of its own, written in
 * place without waiting for the disk.
 *
 * An organisation that moved here because the number of actor threads was changed brings its counts
 * from the other shards' files. A day's count only grows, so of several the greatest is right.
 */
export class CapFile {
  /** The newest segment of the click log whose clicks are all in the counts handed to `write`. */
  coveredThroughMs = 0;
  readonly #fd: number;
  readonly #logger: Logger;
  readonly #entries: Map<string, Entry>;
  readonly #elsewhere = new Map<string, Entry>();
  readonly #slotEndsMs: number[] = [];
  readonly #bytes = Buffer.alloc(SLOT_BYTES);
  #isFailing = false;

  /** @param directory of all shards' files; created when missing */
  constructor(directory: string, shard: number, logger: Logger) {
    this.#logger = logger;
    mkdirSync(directory, { recursive: true });
    const own = `${shard}${SUFFIX}`;
    closeSync(openSync(join(directory, own), 'a', 0o640));
    this.#fd = openSync(join(directory, own), 'r+');
    this.#entries = readEntries(join(directory, own));
    for (const { slot, dayEndMs } of this.#entries.values()) {
      this.#slotEndsMs[slot] = dayEndMs;
    }
    for (const name of readdirSync(directory)) {
      if (name.endsWith(SUFFIX) && name !== own) {
        for (const [hash, entry] of readEntries(join(directory, name))) {
          keepGreater(this.#elsewhere, hash, { ...entry, slot: NO_SLOT });
        }
      }
    }
  }

  /** What is saved of a rule; its day may be over. */
  find(key: string): (Day & { slot: number; clicks: number }) | undefined {
    const hash = hashOf(key);
    const own = this.#entries.get(hash);
    const other = this.#elsewhere.get(hash);
    if (own === undefined || other === undefined) {
      return own ?? other;
    }
    const isOthersNewer =
      other.dayStartMs > own.dayStartMs ||
      (other.dayStartMs === own.dayStartMs && other.clicks > own.clicks);
    return isOthersNewer ? { ...other, slot: own.slot } : own;
  }

  /**
   * Saves a rule's count.
   *
   * @param slot where it was saved before, or NO_SLOT
   * @returns where it is saved; NO_SLOT when there is no room
   */
  write(key: string, slot: number, day: Day, clicks: number): number {
    const place = slot === NO_SLOT ? this.#freeSlot(day.dayStartMs) : slot;
    if (place !== NO_SLOT) {
      const { dayStartMs, dayEndMs } = day;
      const entry = { slot: place, dayStartMs, dayEndMs, clicks, epochMs: this.coveredThroughMs };
      this.#writeEntry(hashOf(key), entry);
    }
    return place;
  }

  /**
   * Counts the clicks in segments that a writer left open, as far as they are not counted yet.
   *
   * @param segments oldest first
   */
  recover(segments: readonly RecoveredSegment[]): void {
    const hashes = new Map<string, string>();
    const changed = new Map<string, Entry>();
    for (const { epochMs, content } of this.#entries.size === 0 ? [] : segments) {
      for (const payload of content.payloads) {
        const row = tryDecodeRow(payload, content.header?.rowVersion);
        if (row?.event_type !== 'click' || row.is_bot === true || row.rule_id === '') {
          continue;
        }
        const key = capKey(
          String(row.organization_id),
          String(row.campaign_id),
          String(row.rule_id),
        );
        const hash = hashes.get(key) ?? hashOf(key);
        hashes.set(key, hash);
        const entry = this.#entries.get(hash);
        const atMs = Number(row.event_time);
        if (
          entry !== undefined &&
          epochMs > entry.epochMs &&
          atMs >= entry.dayStartMs &&
          atMs < entry.dayEndMs
        ) {
          entry.clicks++;
          changed.set(hash, entry);
        }
      }
    }
    this.coveredThroughMs = segments.at(-1)?.epochMs ?? 0;
    for (const [hash, entry] of changed) {
      this.#writeEntry(hash, { ...entry, epochMs: this.coveredThroughMs });
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #writeEntry(hash: string, entry: Entry): void {
    const bytes = this.#bytes;
    bytes.write(hash, 'hex');
    bytes.writeDoubleLE(entry.dayStartMs, 16);
    bytes.writeDoubleLE(entry.dayEndMs, 24);
    bytes.writeDoubleLE(entry.clicks, 32);
    bytes.writeDoubleLE(entry.epochMs, 40);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
    this.#entries.set(hash, entry);
    this.#slotEndsMs[entry.slot] = entry.dayEndMs;
    try {
      writeSync(this.#fd, bytes, 0, SLOT_BYTES, entry.slot * SLOT_BYTES);
      this.#isFailing = false;
    } catch (error) {
      // Redirects go on, and the caps hold for as long as this thread lives.
      if (!this.#isFailing) {
        this.#logger.error({ error: messageOf(error) }, 'counts of capped rules cannot be saved');
      }
      this.#isFailing = true;
    }
  }

  /** A slot that was never used, else one whose day is over, else NO_SLOT. */
  #freeSlot(nowMs: number): number {
    if (this.#slotEndsMs.length < SLOTS_MAX) {
      return this.#slotEndsMs.length;
    }
    const slot = this.#slotEndsMs.findIndex((endMs) => endMs <= nowMs);
    if (slot !== NO_SLOT) {
      for (const [hash, entry] of this.#entries) {
        if (entry.slot === slot) this.#entries.delete(hash);
      }
    }
    return slot;
  }
}

/** The intact slots of a file by hash. Of two for one rule, the greater. */
function readEntries(path: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const file = readFileSync(path);
  for (let at = 0; at + SLOT_BYTES <= file.length; at += SLOT_BYTES) {
    if (file.readUInt32LE(at + CRC_AT) === crc32(file.subarray(at, at + CRC_AT))) {
      keepGreater(entries, file.toString('hex', at, at + HASH_BYTES), {
        slot: at / SLOT_BYTES,
        dayStartMs: file.readDoubleLE(at + 16),
        dayEndMs: file.readDoubleLE(at + 24),
        clicks: file.readDoubleLE(at + 32),
        epochMs: file.readDoubleLE(at + 40),
      });
    }
  }
  return entries;
}

function keepGreater(entries: Map<string, Entry>, hash: string, entry: Entry): void {
  const known = entries.get(hash);
  if (
    known === undefined ||
    entry.dayStartMs > known.dayStartMs ||
    (entry.dayStartMs === known.dayStartMs && entry.clicks > known.clicks)
  ) {
    entries.set(hash, entry);
  }
}

function hashOf(key: string): string {
  return createHash('sha256')
    .update(key)
    .digest('hex')
    .slice(0, 2 * HASH_BYTES);
}
