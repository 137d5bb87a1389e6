/**
 * ClickHouse's RowBinary form of texts side by side: each as its length in bytes (LEB128 varint)
 * and its UTF-8. Used off the hot path, to prepare pieces that are then copied whole.
 * Source of the format: https://clickhouse.com/docs/interfaces/formats/RowBinary
 */
export function encodeStrings(values: readonly string[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const value of values) {
    const text = Buffer.from(value, 'utf8');
    pieces.push(varint(text.length), text);
  }
  return joinBytes(pieces);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** RowBinary of a `Nullable(String)`: a byte that tells whether it is NULL, then the text. */
export function encodeNullableString(value: string | null): Uint8Array {
  return value === null ? Uint8Array.of(1) : joinBytes([Uint8Array.of(0), encodeStrings([value])]);
}

/** One array of its own from pieces. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
