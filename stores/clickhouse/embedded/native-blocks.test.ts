import { expect, test } from 'vitest';
import { convertNativeBlocks } from './native-blocks.ts';

const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]);
const BLOCK_INFO = Buffer.from([1, 0, 2, 255, 255, 255, 255, 0]);

const uint64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
/** Flags (one-byte indexes, keys of its own), two keys, two rows. */
const keysAndRows = Buffer.concat([
  uint64(0x200),
  uint64(2),
  text(''),
  text('key'),
  uint64(2),
  Buffer.from([0, 1]),
]);
const version = uint64(1);
const dictionary = Buffer.concat([version, keysAndRows]);

test('each block gets its information and each column the mark of the default serialisation', () => {
  const columns: Array<[type: string, twoRows: Buffer]> = [
    ['UInt8', Buffer.from([1, 2])],
    ["DateTime64(3, 'UTC')", Buffer.alloc(16, 3)],
    ['Decimal(18, 4)', Buffer.alloc(16, 4)],
    ['String', Buffer.concat([text('a'), text('bcd')])],
    ['Nullable(String)', Buffer.concat([Buffer.from([0, 1]), text('x'), text('')])],
    ["Enum8('a(' = 1, 'b' = 2)", Buffer.from([1, 2])],
    ['FixedString(3)', Buffer.from('abcdef')],
    [
      'Array(UInt16)',
      Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0]),
    ],
    [
      'Map(String, UInt8)',
      Buffer.concat([
        Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
        text('k'),
        Buffer.from([9]),
      ]),
    ],
    ['LowCardinality(Nullable(String))', dictionary],
    ['Array(LowCardinality(String))', Buffer.concat([version, uint64(1), uint64(2), keysAndRows])],
    ['Tuple(a UInt8, `b c` String)', Buffer.concat([Buffer.from([1, 2]), text('x'), text('y')])],
  ];
  const block = (mark: Buffer) =>
    Buffer.concat([
      Buffer.from([columns.length, 2]),
      ...columns.flatMap(([type, data]) => [text('c'), text(type), mark, data]),
    ]);
  const plain = block(Buffer.alloc(0));
  const converted = Buffer.concat([BLOCK_INFO, block(Buffer.from([0]))]);
  expect(Buffer.concat(convertNativeBlocks(plain))).toEqual(converted);
  expect(Buffer.concat(convertNativeBlocks(Buffer.concat([plain, plain])))).toEqual(
    Buffer.concat([converted, converted]),
  );
});

test('a type of unknown size is refused instead of sent wrongly', () => {
  const plain = Buffer.concat([Buffer.from([1, 1]), text('c'), text('Dynamic'), Buffer.from([0])]);
  expect(() => convertNativeBlocks(plain)).toThrow('Type Dynamic cannot be sent');
});
