import { readdirSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { EVENT_ROW_VERSION } from '../../core/event-columns.ts';

/** What a segment's records are. Each lane has directories, a cap and a consumer of its own. */
export type Lane = 'clicks' | 'conversions';

const LANES: readonly Lane[] = ['clicks', 'conversions'];

/**
 * `.open`: its writer appends to it, or died doing so. `.sealed`: immutable, on disk, to be
 * shipped. A file changes from one to the other by rename, once, and is then deleted when shipped.
 */
const SEGMENT_STATES = ['open', 'sealed'] as const;
export type SegmentState = (typeof SEGMENT_STATES)[number];

/** No segment file is ever larger. What a reader holds in memory is bounded by it. */
export const SEGMENT_FILE_BYTES_MAX = 32 * 1_048_576;

/**
 * The file header, little-endian. Everything but the row version also stands in the name, which
 * the file system keeps apart from the data, so a lost first block costs nothing.
 *
 * | offset | type      | field                                          |
 * |--------|-----------|------------------------------------------------|
 * | 0      | 8 bytes   | `TRLSEG\r\n`                                   |
 * | 8      | u16       | format version                                 |
 * | 10     | u16       | row version                                    |
 * | 12     | u8        | lane: 0 clicks, 1 conversions                  |
 * | 13     | u8        | node id's length in bytes, 1 to 64             |
 * | 14     | u16       | shard                                          |
 * | 16     | u64       | created, ms since the Unix epoch               |
 * | 24     | u32       | record marker                                  |
 * | 28     | 64 bytes  | node id, ASCII, padded with zeros              |
 * | 92     | 32 bytes  | zeros                                          |
 * | 124    | u32       | CRC-32 over the bytes 0 to 123                 |
 */
export const SEGMENT_HEADER_BYTES = 128;

export const SEGMENT_FORMAT_VERSION = 1;

const MAGIC = Buffer.from('TRLSEG\r\n', 'latin1');
const NODE_ID_BYTES_MAX = 64;
const CRC_OFFSET = SEGMENT_HEADER_BYTES - 4;

export type SegmentHeader = {
  formatVersion: number;
  /** Version of the payloads' encoding: for clicks `EVENT_ROW_VERSION` of core/event-columns.ts. */
  rowVersion: number;
  lane: Lane;
  shard: number;
  nodeId: string;
  /** Ms since the Unix epoch, writer's clock. */
  createdMs: number;
  /** First four bytes of each record, see record.ts. */
  marker: number;
};

/** What the name alone tells. */
export type SegmentName = {
  nodeId: string;
  lane: Lane;
  shard: number;
  /** Ms since the Unix epoch; in one directory never less than that of an older segment. */
  epochMs: number;
  sequence: number;
  marker: number;
};

/** @throws Error when the node id or the shard cannot be written: a broken invariant of the caller */
export function assertNameable(nodeId: string, shard: number): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(nodeId) || nodeId.length > NODE_ID_BYTES_MAX) {
    throw new Error(`'${nodeId}' cannot be a node id in the event log`);
  }
  if (!Number.isInteger(shard) || shard < 0 || shard > 999) {
    throw new Error(`${shard} cannot be a shard of the event log`);
  }
}

/** The 128 bytes at the beginning of a segment. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  assertNameable(header.nodeId, header.shard);
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(buffer, 0);
  buffer.writeUInt16LE(header.formatVersion, 8);
  buffer.writeUInt16LE(header.rowVersion, 10);
  buffer.writeUInt8(LANES.indexOf(header.lane), 12);
  buffer.writeUInt8(header.nodeId.length, 13);
  buffer.writeUInt16LE(header.shard, 14);
  buffer.writeBigUInt64LE(BigInt(header.createdMs), 16);
  buffer.writeUInt32LE(header.marker, 24);
  buffer.write(header.nodeId, 28, 'latin1');
  buffer.writeUInt32LE(crc32(buffer.subarray(0, CRC_OFFSET)), CRC_OFFSET);
  return buffer;
}

/** The header at the beginning of `file`, or undefined when it is cut short or damaged. */
export function decodeSegmentHeader(file: Buffer): SegmentHeader | undefined {
  if (
    file.length < SEGMENT_HEADER_BYTES ||
    MAGIC.compare(file, 0, MAGIC.length) !== 0 ||
    crc32(file.subarray(0, CRC_OFFSET)) !== file.readUInt32LE(CRC_OFFSET)
  ) {
    return undefined;
  }
  const lane = LANES[file.readUInt8(12)];
  if (lane === undefined) {
    return undefined;
  }
  return {
    formatVersion: file.readUInt16LE(8),
    rowVersion: file.readUInt16LE(10),
    lane,
    shard: file.readUInt16LE(14),
    nodeId: file.toString('latin1', 28, 28 + file.readUInt8(13)),
    createdMs: Number(file.readBigUInt64LE(16)),
    marker: file.readUInt32LE(24),
  };
}

/** What can be said of a segment whose header is lost. The row version is a guess: today's. */
export function headerFromName(name: SegmentName): SegmentHeader {
  return {
    formatVersion: SEGMENT_FORMAT_VERSION,
    rowVersion: EVENT_ROW_VERSION,
    lane: name.lane,
    shard: name.shard,
    nodeId: name.nodeId,
    createdMs: name.epochMs,
    marker: name.marker,
  };
}

/**
 * A segment's name without extension, which is also its deduplication token:
 * `<node>-<lane>-<shard>-<epochMs>-<sequence>-<marker>`. The marker is drawn anew by each thread and
 * the sequence never repeats within one, so a name never comes again, whatever the clock does.
 */
export function formatSegmentName(name: SegmentName): string {
  const shard = String(name.shard).padStart(3, '0');
  const epochMs = String(name.epochMs).padStart(13, '0');
  const sequence = String(name.sequence).padStart(8, '0');
  const marker = name.marker.toString(16).padStart(8, '0');
  return `${name.nodeId}-${name.lane}-${shard}-${epochMs}-${sequence}-${marker}`;
}

const NAME =
  /^([A-Za-z0-9][A-Za-z0-9_.-]*)-(clicks|conversions)-(\d{3})-(\d{13,15})-(\d{8,15})-([0-9a-f]{8})$/;

/** The parts of a name without extension, or undefined when it is not a segment's. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const match = NAME.exec(name);
  if (match === null) {
    return undefined;
  }
  const [, nodeId = '', lane, shard, epochMs, sequence, marker = ''] = match;
  return {
    nodeId,
    lane: lane === 'clicks' ? 'clicks' : 'conversions',
    shard: Number(shard),
    epochMs: Number(epochMs),
    sequence: Number(sequence),
    marker: Number.parseInt(marker, 16),
  };
}

/** One file of a log directory. */
export type SegmentFile = {
  /** File name with extension. */
  file: string;
  /** Name without extension. */
  name: string;
  state: SegmentState;
  epochMs: number;
  sequence: number;
};

/** Splits a file name; undefined for a file that is no segment. */
export function parseSegmentFile(file: string): SegmentFile | undefined {
  const dot = file.lastIndexOf('.');
  const state = SEGMENT_STATES.find((known) => known === file.slice(dot + 1));
  const parsed = dot < 0 || state === undefined ? undefined : parseSegmentName(file.slice(0, dot));
  if (state === undefined || parsed === undefined) {
    return undefined;
  }
  const { epochMs, sequence } = parsed;
  return { file, name: file.slice(0, dot), state, epochMs, sequence };
}

/**
 * The segments of a directory, oldest first; other files are passed over. 10,000 of them take
 * about 30 ms.
 *
 * @throws the file system's error when the directory cannot be read
 */
export function listSegments(directory: string): SegmentFile[] {
  const segments: SegmentFile[] = [];
  for (const file of readdirSync(directory)) {
    const segment = parseSegmentFile(file);
    if (segment !== undefined) {
      segments.push(segment);
    }
  }
  return segments.sort(compareSegments);
}

/** Orders the segments of one directory by age. */
function compareSegments(a: SegmentFile, b: SegmentFile): number {
  return a.epochMs - b.epochMs || a.sequence - b.sequence || (a.name < b.name ? -1 : 1);
}
