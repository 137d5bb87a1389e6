import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { checkRecord, RECORD_CUT_SHORT, RECORD_HEADER_BYTES } from './record.ts';
import {
  decodeSegmentHeader,
  headerFromName,
  parseSegmentFile,
  parseSegmentName,
  SEGMENT_FILE_BYTES_MAX,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from './segment.ts';

/**
 * What one segment holds. The payloads lie side by side in one buffer of their own, so an insert
 * sends `rows` as it is, and a part of it (`rowsBetween`) when a refused segment is bisected.
 */
export type SegmentContent = {
  /** The header; with `headerDamaged`, what the file's name tells and today's row version. */
  header: SegmentHeader | undefined;
  headerDamaged: boolean;
  /** Intact records. */
  records: number;
  /** All payloads, one after the other. */
  rows: Buffer;
  payloadBytes: number;
  /** Where each payload begins in `rows`; one more entry than records, the last is payloadBytes. */
  offsets: Uint32Array;
  /** Views into `rows`, in the order of writing. */
  payloads: Iterable<Buffer>;
  /** Records that are there but unreadable; a lower bound where their markers are gone too. */
  corruptRecords: number;
  /** Bytes of such records. */
  corruptBytes: number;
  /** The file ends within a record: an append that its writer never completed, or lost tail. */
  tornTail: boolean;
  tornBytes: number;
  /** Length of the file up to where a torn tail begins. */
  endOffset: number;
};

/**
 * Memory that segments are read into, one after the other. A fresh buffer of this size costs a page
 * fault for every 4 KiB of it, and on a virtual machine those cost more than the reading.
 *
 * Invariant: what was read last is overwritten by the next read.
 */
export class SegmentBuffer {
  #memory = Buffer.alloc(0);

  /** Uninitialised memory of that many bytes. */
  take(bytes: number): Buffer {
    if (this.#memory.length < bytes) {
      const rounded = Math.ceil(bytes / BUFFER_STEP_BYTES) * BUFFER_STEP_BYTES;
      this.#memory = Buffer.allocUnsafeSlow(rounded);
    }
    return this.#memory.subarray(0, bytes);
  }
}

const BUFFER_STEP_BYTES = 1_048_576;

/**
 * Reads a segment, open or sealed, and checks every record. Damage of any kind is counted, never
 * thrown; after it, reading goes on at the next record that is whole.
 *
 * @param buffer what the content will lie in; memory of its own unless told
 * @throws the file system's error when the file cannot be opened or read at all
 */
export function readSegment(path: string, buffer = new SegmentBuffer()): SegmentContent {
  const file = readWhole(path, buffer);
  const base = basename(path);
  return scanSegment(file, parseSegmentFile(base)?.name ?? base);
}

function readWhole(path: string, buffer: SegmentBuffer): Buffer {
  const fd = openSync(path, 'r');
  try {
    const bytes = Math.min(fstatSync(fd).size, SEGMENT_FILE_BYTES_MAX);
    const file = buffer.take(bytes);
    let filled = 0;
    while (filled < bytes) {
      const count = readSync(fd, file, filled, bytes - filled, filled);
      if (count === 0) {
        break;
      }
      filled += count;
    }
    return file.subarray(0, filled);
  } finally {
    closeSync(fd);
  }
}

/**
 * The same for the bytes of a file already in memory, which it overwrites: the payloads are moved
 * together at the front of `file`.
 *
 * @param name the segment's name without extension
 */
export function scanSegment(file: Buffer, name: string): SegmentContent {
  const intact = decodeSegmentHeader(file);
  const named = parseSegmentName(name);
  const header = intact ?? (named === undefined ? undefined : headerFromName(named));
  const scan = new SegmentScan(file, header?.marker);
  scan.run();
  const rows = file.subarray(0, scan.payloadBytes);
  const offsets = Uint32Array.from(scan.offsets);
  return {
    header,
    headerDamaged: intact === undefined,
    records: offsets.length - 1,
    rows,
    payloadBytes: rows.length,
    offsets,
    payloads: payloadsOf(rows, offsets),
    corruptRecords: scan.corruptRecords,
    corruptBytes: scan.corruptBytes,
    tornTail: scan.tornBytes > 0,
    tornBytes: scan.tornBytes,
    endOffset: file.length - scan.tornBytes,
  };
}

/** The payloads of the records from `from` (inclusive) to `to` (exclusive), as one view. */
export function rowsBetween(content: SegmentContent, from: number, to: number): Buffer {
  return content.rows.subarray(content.offsets[from], content.offsets[to]);
}

function payloadsOf(rows: Buffer, offsets: Uint32Array): Iterable<Buffer> {
  return {
    *[Symbol.iterator]() {
      for (let index = 1; index < offsets.length; index++) {
        yield rows.subarray(offsets[index - 1], offsets[index]);
      }
    },
  };
}

/**
 * One pass over a file. Invariants: everything before `position` is decided; `payloadBytes` never
 * passes `position`, so moving a payload to the front overwrites only what was decided.
 */
class SegmentScan {
  readonly offsets: number[] = [0];
  payloadBytes = 0;
  corruptRecords = 0;
  corruptBytes = 0;
  tornBytes = 0;
  readonly #file: Buffer;
  readonly #marker: number | undefined;
  readonly #markerBytes = Buffer.alloc(4);

  constructor(file: Buffer, marker: number | undefined) {
    this.#file = file;
    this.#marker = marker;
    this.#markerBytes.writeUInt32LE(marker ?? 0);
  }

  run(): void {
    const file = this.#file;
    const end = file.length;
    const marker = this.#marker;
    if (end <= SEGMENT_HEADER_BYTES) {
      // Not even a whole header: nothing was ever appended.
      this.tornBytes = end < SEGMENT_HEADER_BYTES ? end : 0;
      return;
    }
    if (marker === undefined) {
      // Neither header nor name tells how a record begins.
      this.#countCorrupt(SEGMENT_HEADER_BYTES, end);
      return;
    }
    let position = SEGMENT_HEADER_BYTES;
    while (position < end) {
      const recordEnd = checkRecord(file, position, end, marker);
      if (recordEnd > 0) {
        this.#take(position + RECORD_HEADER_BYTES, recordEnd);
        position = recordEnd;
        continue;
      }
      // The nearest marker, wherever a damaged length field points: a length may be wrong by just
      // the size of an intact record. It is checked in the next turn.
      const found = file.indexOf(this.#markerBytes, position + 1);
      const next = found < 0 ? end : found;
      if (next === end && isTorn(file, position, recordEnd)) {
        this.tornBytes = end - position;
      } else {
        this.#countCorrupt(position, next);
      }
      position = next;
    }
  }

  #take(start: number, end: number): void {
    this.#file.copyWithin(this.payloadBytes, start, end);
    this.payloadBytes += end - start;
    this.offsets.push(this.payloadBytes);
  }

  #countCorrupt(start: number, end: number): void {
    this.corruptRecords += 1;
    this.corruptBytes += end - start;
  }
}

/**
 * Whether the unreadable end of a file is an append that was cut off, rather than damage: a record
 * that claims more than there is, less than a header, or nothing but zeros (a file that had grown
 * when the power failed, before its data was written).
 */
function isTorn(file: Buffer, position: number, outcome: number): boolean {
  if (outcome === RECORD_CUT_SHORT) {
    return true;
  }
  for (let index = position; index < file.length; index++) {
    if (file[index] !== 0) {
      return false;
    }
  }
  return true;
}
