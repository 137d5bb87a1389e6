import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recordMarker } from './record.ts';
import { encodeSegmentHeader, formatSegmentName, SEGMENT_HEADER_BYTES } from './segment.ts';
import { readSegment, rowsBetween, scanSegment } from './segment-reader.ts';
import { frame, seededRandom, temporaryDirectory, texts } from './testing/batches.ts';

const identity = { nodeId: 'node1', lane: 'clicks' as const, shard: 0, marker: recordMarker };
const name = formatSegmentName({ ...identity, epochMs: 1_700_000_000_000, sequence: 1 });
const header = encodeSegmentHeader({
  ...identity,
  formatVersion: 1,
  rowVersion: 1,
  createdMs: 1_700_000_000_000,
});

function segmentOf(...payloads: string[]): Buffer {
  return Buffer.concat([header, frame(payloads.map((text) => Buffer.from(text, 'latin1')))]);
}

/** Where each record of `segmentOf(...payloads)` ends. */
function endsOf(payloads: readonly string[]): number[] {
  let end = SEGMENT_HEADER_BYTES;
  return payloads.map((payload) => {
    end += 12 + payload.length;
    return end;
  });
}

describe('reading a segment', () => {
  it('gives the payloads one by one and as one piece that can be cut anywhere', () => {
    const { directory, cleanUp } = temporaryDirectory();
    onTestFinished(cleanUp);
    const path = join(directory, `${name}.sealed`);
    writeFileSync(path, segmentOf('alpha', 'be', 'gamma'));
    const content = readSegment(path);
    expect(content).toMatchObject({
      headerDamaged: false,
      records: 3,
      payloadBytes: 12,
      corruptRecords: 0,
      corruptBytes: 0,
      tornTail: false,
    });
    expect(content.header).toMatchObject({ lane: 'clicks', nodeId: 'node1', rowVersion: 1 });
    expect(texts(content.payloads)).toEqual(['alpha', 'be', 'gamma']);
    expect(content.rows.toString()).toBe('alphabegamma');
    expect(rowsBetween(content, 1, 3).toString()).toBe('begamma');
  });

  it('gives every record before a cut, wherever the file is cut', () => {
    const payloads = ['first', 'the second', 'x', 'last of them'];
    const whole = segmentOf(...payloads);
    const ends = endsOf(payloads);
    for (let length = 0; length <= whole.length; length++) {
      const content = scanSegment(Buffer.from(whole.subarray(0, length)), name);
      const intact = ends.filter((end) => end <= length).length;
      expect(texts(content.payloads)).toEqual(payloads.slice(0, intact));
      const goodEnd =
        length < SEGMENT_HEADER_BYTES ? 0 : (ends[intact - 1] ?? SEGMENT_HEADER_BYTES);
      expect(content.endOffset).toBe(goodEnd);
      expect(content.tornTail).toBe(length !== goodEnd);
      expect(content.corruptRecords).toBe(0);
    }
  });

  it.each([
    { records: 'of different sizes', payloads: ['first', 'the second', 'x', 'last of them'] },
    // A length with one bit flipped leads exactly to a later record.
    { records: 'of 32 bytes each', payloads: ['a', 'b', 'c', 'd', 'e'].map((x) => x.repeat(20)) },
  ])('loses exactly the record that a flipped bit hits, with records $records', ({ payloads }) => {
    const whole = segmentOf(...payloads);
    const ends = endsOf(payloads);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const content = scanSegment(damaged, name);
      const inHeader = bit >> 3 < SEGMENT_HEADER_BYTES;
      const hit = inHeader ? -1 : ends.findIndex((end) => bit >> 3 < end);
      expect(texts(content.payloads)).toEqual(payloads.filter((_, index) => index !== hit));
      expect(content.headerDamaged).toBe(inHeader);
      expect(content.header).toMatchObject({ nodeId: 'node1', lane: 'clicks', shard: 0 });
      const lost = content.corruptRecords + (content.tornTail ? 1 : 0);
      expect(lost).toBe(inHeader ? 0 : 1);
    }
  });

  it('finds the records behind a lost first block, by the marker in the name', () => {
    const payloads = Array.from({ length: 40 }, (_, index) => `${index}:${'p'.repeat(200)}`);
    const file = segmentOf(...payloads).fill(0, 0, 4_096);
    const content = scanSegment(file, name);
    const found = texts(content.payloads);
    expect(found).toEqual(payloads.slice(-found.length));
    expect(found.length).toBeGreaterThan(20);
    expect(content.headerDamaged).toBe(true);
    expect(content.corruptRecords).toBeGreaterThan(0);
  });

  it('counts everything as corrupt when header and name are both lost', () => {
    const file = segmentOf('a', 'b').fill(0, 0, 20);
    const content = scanSegment(file, 'renamed');
    expect(content).toMatchObject({ records: 0, header: undefined, corruptRecords: 1 });
  });

  it('takes no record out of a payload, where damage makes it search there', () => {
    const forged = frame([Buffer.from('forged')]);
    forged.writeUInt32LE((recordMarker ^ 0x100) >>> 0, 0);
    for (const field of [0, 8, 20]) {
      const file = segmentOf('before', `text ${forged.toString('latin1')} more`, 'after');
      const at = SEGMENT_HEADER_BYTES + 18 + field;
      file.writeUInt8(file.readUInt8(at) ^ 1, at);
      expect(texts(scanSegment(file, name).payloads)).toEqual(['before', 'after']);
    }
  });

  it('tells a damaged record from the torn one behind it', () => {
    const whole = segmentOf('first', 'damaged', 'torn');
    whole.writeUInt8(0, SEGMENT_HEADER_BYTES + 17 + 12);
    const content = scanSegment(whole.subarray(0, whole.length - 2), name);
    expect(texts(content.payloads)).toEqual(['first']);
    expect(content).toMatchObject({ corruptRecords: 1, corruptBytes: 19, tornBytes: 14 });
  });

  it('takes a tail of zeros for an append that never reached the disk', () => {
    const file = Buffer.concat([segmentOf('a', 'b'), Buffer.alloc(5_000)]);
    const content = scanSegment(file, name);
    expect(content).toMatchObject({ records: 2, tornTail: true, tornBytes: 5_000 });
    expect(content.corruptRecords).toBe(0);
  });

  it('survives random damage and never gives a payload that was not written', () => {
    const random = seededRandom(20_260_101);
    for (let round = 0; round < 400; round++) {
      const payloads = Array.from(
        { length: 1 + Math.floor(random() * 30) },
        (_, index) => `${index}:${'q'.repeat(Math.floor(random() * 80))}`,
      );
      let file = segmentOf(...payloads);
      for (let count = random() * 4; count > 0; count--) {
        const at = Math.floor(random() * file.length);
        const length = Math.min(Math.floor(random() * 100), file.length - at);
        const kind = Math.floor(random() * 4);
        const before = file.subarray(0, at);
        const behind = file.subarray(at + length);
        const noise = Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
        const middles = [noise, Buffer.alloc(length), Buffer.alloc(0)];
        file = Buffer.concat(kind === 3 ? [before] : [before, middles[kind] ?? noise, behind]);
      }
      const found = texts(scanSegment(file, name).payloads);
      expect(found).toEqual(payloads.filter((payload) => found.includes(payload)));
    }
  });
});
