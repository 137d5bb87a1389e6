import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  formatSegmentName,
  listSegments,
  parseSegmentFile,
  parseSegmentName,
  type SegmentHeader,
} from './segment.ts';
import { temporaryDirectory } from './testing/batches.ts';

const header: SegmentHeader = {
  formatVersion: 1,
  rowVersion: 3,
  lane: 'conversions',
  shard: 62,
  nodeId: 'node-7.example',
  createdMs: 1_700_000_000_123,
  marker: 0xfedcbaf9,
};

describe('a segment header', () => {
  it('reads back as it was written', () => {
    expect(decodeSegmentHeader(encodeSegmentHeader(header))).toEqual(header);
  });

  it('is refused when any of its bits is flipped or its end is missing', () => {
    const good = encodeSegmentHeader(header);
    for (let bit = 0; bit < good.length * 8; bit++) {
      const damaged = Buffer.from(good);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(decodeSegmentHeader(damaged)).toBeUndefined();
    }
    for (let length = 0; length < good.length; length++) {
      expect(decodeSegmentHeader(good.subarray(0, length))).toBeUndefined();
    }
  });

  it('cannot be made for a node id that would not fit into a file name', () => {
    for (const nodeId of ['', '../up', 'a b', 'x'.repeat(65), '.hidden']) {
      expect(() => encodeSegmentHeader({ ...header, nodeId })).toThrow('node id');
    }
    expect(() => encodeSegmentHeader({ ...header, shard: 1_000 })).toThrow('shard');
  });
});

describe('a segment name', () => {
  const name = {
    nodeId: 'node-7',
    lane: 'clicks' as const,
    shard: 3,
    epochMs: 1_700_000_000_123,
    sequence: 42,
    marker: 0x0badcafe,
  };

  it('holds what the header holds, but for the versions', () => {
    expect(formatSegmentName(name)).toBe('node-7-clicks-003-1700000000123-00000042-0badcafe');
    expect(parseSegmentName(formatSegmentName(name))).toEqual(name);
  });

  it('is told from other files by its form and its extension', () => {
    const text = formatSegmentName(name);
    expect(parseSegmentFile(`${text}.open`)).toMatchObject({ name: text, state: 'open' });
    expect(parseSegmentFile(`${text}.sealed`)).toMatchObject({ name: text, state: 'sealed' });
    for (const file of [text, `${text}.tmp`, 'x.sealed', '.open', `${text}x.open`]) {
      expect(parseSegmentFile(file)).toBeUndefined();
    }
  });

  it('orders by age: by time, then by sequence, as numbers', () => {
    const { directory, cleanUp } = temporaryDirectory();
    onTestFinished(cleanUp);
    const ages = [
      [1_700_000_000_001, 9],
      [1_700_000_000_001, 100_000_000],
      [1_700_000_000_002, 1],
      [10_000_000_000_000, 0],
    ] as const;
    for (const [epochMs, sequence] of ages.toReversed()) {
      const file = `${formatSegmentName({ ...name, epochMs, sequence })}.sealed`;
      writeFileSync(join(directory, file), '');
    }
    writeFileSync(join(directory, 'lost+found'), '');
    const listed = listSegments(directory).map((each) => [each.epochMs, each.sequence]);
    expect(listed).toEqual(ages);
  });
});
