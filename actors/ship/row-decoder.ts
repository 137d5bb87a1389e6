import { TrellisError } from '../../core/errors.ts';
import { COLUMNS_BY_VERSION, EVENT_ROW_VERSION } from '../../core/event-columns.ts';

/** One value as it stands in a row; times are milliseconds since the epoch. */
export type RowValue = string | number | boolean | null | string[] | Record<string, string>;

/** A decoded row: the value of each column by name. */
export type DecodedRow = Record<string, RowValue>;

type Cursor = { bytes: Uint8Array; view: DataView; at: number };
type Read = (cursor: Cursor) => RowValue;

/**
 * Reads one row in ClickHouse's RowBinary format. For showing rows and for finding faults, not for
 * the redirect path: it is exact rather than fast.
 *
 * @param row exactly the bytes of one row
 * @param version the layout it was written with; see core/event-columns
 * @throws TrellisError `malformed_row` when the bytes are not exactly one row
 */
export function decodeRow(row: Uint8Array, version: number = EVENT_ROW_VERSION): DecodedRow {
  const columns = COLUMNS_BY_VERSION.get(version);
  if (columns === undefined) {
    throw malformed(`no row layout has version ${version}`);
  }
  const cursor: Cursor = {
    bytes: row,
    view: new DataView(row.buffer, row.byteOffset, row.byteLength),
    at: 0,
  };
  const decoded: DecodedRow = {};
  for (const [name, type] of columns) {
    decoded[name] = readerOf(type)(cursor);
  }
  if (cursor.at !== row.length) {
    throw malformed(`${row.length - cursor.at} bytes follow the last column`);
  }
  return decoded;
}

/** Whether the bytes are exactly one row of that version. */
export function isWellFormedRow(row: Uint8Array, version: number = EVENT_ROW_VERSION): boolean {
  return tryDecodeRow(row, version) !== undefined;
}

/** As `decodeRow`, with undefined in place of the exception. */
export function tryDecodeRow(
  row: Uint8Array,
  version: number = EVENT_ROW_VERSION,
): DecodedRow | undefined {
  try {
    return decodeRow(row, version);
  } catch (error) {
    if (error instanceof TrellisError) {
      return undefined;
    }
    throw error;
  }
}

function malformed(detail: string): TrellisError {
  return new TrellisError('malformed_row', `The bytes are not one row: ${detail}`);
}

/** A type's reader. LowCardinality changes how a column is stored, not how a value is sent. */
function readerOf(type: string): Read {
  const plain = type.replace(/LowCardinality\(((?:[^()]|\([^()]*\))*)\)/g, '$1');
  const read = READERS.get(plain);
  if (read === undefined) {
    throw malformed(`no reader for the type ${type}`);
  }
  return read;
}

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['String', readString],
  ['Nullable(String)', (cursor) => (readFlag(cursor) ? null : readString(cursor))],
  ['Bool', readFlag],
  ['UInt8', (cursor) => cursor.view.getUint8(advance(cursor, 1))],
  ['Float32', (cursor) => cursor.view.getFloat32(advance(cursor, 4), true)],
  ["DateTime64(3, 'UTC')", (cursor) => Number(cursor.view.getBigInt64(advance(cursor, 8), true))],
  ['Array(String)', readStrings],
  ['Map(String, String)', readMap],
]);

/** Moves past `length` bytes and returns where they start. */
function advance(cursor: Cursor, length: number): number {
  const start = cursor.at;
  if (length > cursor.bytes.length - start) {
    throw malformed(`${length} bytes expected at offset ${start} of ${cursor.bytes.length}`);
  }
  cursor.at = start + length;
  return start;
}

/** An unsigned LEB128 number, as RowBinary writes lengths. */
function readLength(cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (let digit = 0; digit < 5; digit += 1) {
    const byte = cursor.view.getUint8(advance(cursor, 1));
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      return value;
    }
    factor *= 128;
  }
  throw malformed(`a length of more than five digits before offset ${cursor.at}`);
}

function readString(cursor: Cursor): string {
  const length = readLength(cursor);
  const start = advance(cursor, length);
  const { buffer, byteOffset } = cursor.bytes;
  return Buffer.from(buffer, byteOffset + start, length).toString('utf8');
}

function readFlag(cursor: Cursor): boolean {
  const start = advance(cursor, 1);
  const byte = cursor.view.getUint8(start);
  if (byte > 1) {
    throw malformed(`the flag at offset ${start} is ${byte}`);
  }
  return byte === 1;
}

function readStrings(cursor: Cursor): string[] {
  const count = readLength(cursor);
  const values: string[] = [];
  // An absurd count ends with the bytes, after at most one element for each of them.
  for (let index = 0; index < count; index += 1) {
    values.push(readString(cursor));
  }
  return values;
}

function readMap(cursor: Cursor): Record<string, string> {
  const count = readLength(cursor);
  const entries: [string, string][] = [];
  for (let index = 0; index < count; index += 1) {
    const key = readString(cursor);
    entries.push([key, readString(cursor)]);
  }
  return Object.fromEntries(entries);
}
