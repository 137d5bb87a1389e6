import { exception } from './exception.ts';

/**
 * From this revision on (DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION) a Native block begins with
 * information about itself, and each column says how it is serialised. Go's client, hence Grafana's
 * data source, asks for it with `client_protocol_version`; the embedded engine cannot write it.
 */
export const NATIVE_REVISION_MIN = 54_454;

/** BlockInfo: field 1 `is_overflows` = 0, field 2 `bucket_num` = -1, end. */
const BLOCK_INFO = Buffer.from([1, 0, 2, 255, 255, 255, 255, 0]);
const DEFAULT_SERIALIZATION = Buffer.from([0]);

/** Bytes of one value, for types whose values all have the same size. */
const FIXED_SIZES: ReadonlyArray<readonly [types: RegExp, bytes: number]> = [
  [/^(U?Int8|Bool|Enum8|Nothing)\b/, 1],
  [/^(U?Int16|Date|Enum16|BFloat16)\b(?!32|Time)/, 2],
  [/^(U?Int32|Float32|Date32|DateTime|IPv4|Decimal32|Time)\b/, 4],
  [/^(U?Int64|Float64|DateTime64|Decimal64|Interval\w*|Time64)\b/, 8],
  [/^(U?Int128|UUID|IPv6|Decimal128|Point)\b/, 16],
  [/^(U?Int256|Decimal256)\b/, 32],
];

/**
 * Rewrites Native blocks from revision 0 to the one above.
 *
 * @returns pieces to be sent one after the other; they share the memory of `plain`
 * @throws ClickHouseException 48 for types whose size is not known here (Dynamic, JSON, …)
 */
export function convertNativeBlocks(plain: Buffer): Buffer[] {
  const reader = new BlockReader(plain);
  const pieces: Buffer[] = [];
  while (reader.position < plain.length) {
    const start = reader.position;
    const columns = reader.varint();
    const rows = reader.varint();
    pieces.push(BLOCK_INFO, plain.subarray(start, reader.position));
    for (let column = 0; column < columns; column += 1) {
      const headStart = reader.position;
      reader.skipString();
      const type = reader.string();
      pieces.push(plain.subarray(headStart, reader.position), DEFAULT_SERIALIZATION);
      const dataStart = reader.position;
      if (rows > 0) {
        // Each LowCardinality in a type, also an inner one, writes its version before all data.
        reader.position += 8 * (type.match(/LowCardinality\(/g)?.length ?? 0);
        reader.skipColumn(type, rows);
      }
      pieces.push(plain.subarray(dataStart, reader.position));
    }
  }
  return pieces;
}

class BlockReader {
  position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.position];
      if (byte === undefined) {
        throw new RangeError('A Native block ends too early');
      }
      this.position += 1;
      value += (byte & 127) * scale;
      if (byte < 128) {
        return value;
      }
      scale *= 128;
    }
  }

  string(): string {
    const length = this.varint();
    this.position += length;
    return this.#bytes.toString('utf8', this.position - length, this.position);
  }

  skipString(): void {
    const length = this.varint();
    this.position += length;
  }

  /** Steps over the values of one column. */
  skipColumn(type: string, rows: number): void {
    const size = FIXED_SIZES.find(([types]) => types.test(type))?.[1] ?? decimalSize(type);
    if (size !== undefined) {
      this.position += size * rows;
      return;
    }
    const [name, ...inner] = splitType(type);
    const [first = '', second = ''] = inner;
    switch (name) {
      case 'String':
        for (let row = 0; row < rows; row += 1) {
          this.skipString();
        }
        return;
      case 'FixedString':
        this.position += Number(first) * rows;
        return;
      case 'Nullable':
        this.position += rows;
        this.skipColumn(first, rows);
        return;
      case 'LowCardinality':
        this.#skipDictionary(first.replace(/^Nullable\((.*)\)$/, '$1'));
        return;
      case 'Array':
        this.#skipNested(first, rows);
        return;
      case 'Map':
        this.#skipNested(`Tuple(${first}, ${second})`, rows);
        return;
      case 'Nested':
        this.#skipNested(`Tuple(${inner.join(', ')})`, rows);
        return;
      case 'Tuple':
        for (const element of inner) {
          this.skipColumn(withoutName(element), rows);
        }
        return;
      case 'SimpleAggregateFunction':
        this.skipColumn(second, rows);
        return;
      default:
        throw exception('NOT_IMPLEMENTED', `Type ${type} cannot be sent in Native blocks here`);
    }
  }

  /** A column with a dictionary: flags, its keys, then each row's index into them. */
  #skipDictionary(keyType: string): void {
    const flags = this.#uint64();
    const indexBytes = 2 ** (flags % 256);
    const keys = this.#uint64();
    this.skipColumn(keyType, keys);
    const rows = this.#uint64();
    this.position += indexBytes * rows;
  }

  #uint64(): number {
    this.position += 8;
    return Number(this.#bytes.readBigUInt64LE(this.position - 8));
  }

  /** An array column: where each row's elements end, as UInt64, then all elements. */
  #skipNested(element: string, rows: number): void {
    const last = this.position + 8 * (rows - 1);
    const elements = Number(this.#bytes.readBigUInt64LE(last));
    this.position += 8 * rows;
    if (elements > 0) {
      this.skipColumn(element, elements);
    }
  }
}

function decimalSize(type: string): number | undefined {
  const precision = Number(/^Decimal\((\d+)/.exec(type)?.[1]);
  return Number.isNaN(precision)
    ? undefined
    : [4, 8, 16, 32][[9, 18, 38, 76].findIndex((max) => precision <= max)];
}

/** `Map(String, Array(UInt8))` → `Map`, `String`, `Array(UInt8)`. */
function splitType(type: string): string[] {
  const open = type.indexOf('(');
  if (open < 0) {
    return [type];
  }
  const parts = [type.slice(0, open)];
  let depth = 0;
  let quote = '';
  let start = open + 1;
  for (let at = start; at < type.length; at += 1) {
    const char = type.charAt(at);
    if (quote !== '') {
      at += char === '\\' ? 1 : 0;
      quote = char === quote ? '' : quote;
    } else if (/['`"]/.test(char)) {
      quote = char;
    } else if (char === '(') {
      depth += 1;
    } else if ((char === ',' || char === ')') && depth === 0) {
      parts.push(type.slice(start, at).trim());
      start = at + 1;
    } else if (char === ')') {
      depth -= 1;
    }
  }
  return parts;
}

/** A tuple's element may have a name: `a UInt8`, `` `a b` String ``. */
function withoutName(element: string): string {
  return element.replace(/^(`(\\.|[^\\`])*`|\w+) +(?=[A-Z])/, '');
}
