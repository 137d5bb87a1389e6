import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listSegments, SEGMENT_HEADER_BYTES } from './segment.ts';
import { SegmentLog, type SegmentLogOptions } from './segment-log.ts';
import { readSegment } from './segment-reader.ts';
import { InProcessSyncer } from './sync/in-process-syncer.ts';
import {
  frame,
  ManualClock,
  seededRandom,
  temporaryDirectory,
  texts,
  textsIn,
} from './testing/batches.ts';

let directory: string;
let clock: ManualClock;

beforeEach(() => {
  const temporary = temporaryDirectory();
  directory = temporary.directory;
  clock = new ManualClock();
  onTestFinished(temporary.cleanUp);
});

/** Tests that do not ask for durability need not wait for it. */
const unsynced = () => new InProcessSyncer({ fdatasync: () => undefined });

function open(options: Partial<SegmentLogOptions> = {}): SegmentLog {
  return SegmentLog.open({
    directory,
    nodeId: 'node1',
    lane: 'clicks',
    shard: 0,
    clock,
    syncer: unsynced(),
    ...options,
  });
}

function append(log: SegmentLog, ...payloads: string[]) {
  const batch = frame(payloads.map((text) => Buffer.from(text, 'latin1')));
  return log.append(batch, batch.length, payloads.length);
}

const states = () => listSegments(directory).map((segment) => segment.state);

describe('a log', () => {
  it('has no file before its first append and none after an empty life', () => {
    const log = open();
    log.tick();
    expect(readdirSync(directory)).toEqual([]);
    log.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('appends batches to one segment and seals it when closed', () => {
    const log = open({ shard: 7, rowVersion: 4 });
    expect(append(log, 'a', 'b')).toBe('appended');
    expect(append(log, 'c')).toBe('appended');
    expect(states()).toEqual(['open']);
    log.close();
    expect(states()).toEqual(['sealed']);
    expect(textsIn(directory)).toEqual(['a', 'b', 'c']);
    const [segment] = listSegments(directory);
    const { header } = readSegment(join(directory, segment?.file ?? ''));
    expect(header).toMatchObject({ lane: 'clicks', shard: 7, rowVersion: 4, nodeId: 'node1' });
    expect(header?.createdMs).toBe(clock.nowMs());
    expect(() => append(log, 'd')).toThrow('closed: true');
  });

  it('takes only the named bytes of a larger buffer', () => {
    const log = open();
    const batch = Buffer.concat([frame([Buffer.from('kept')]), Buffer.alloc(1_000, 9)]);
    log.append(batch, 16, 1);
    append(log, 'next');
    log.close();
    expect(textsIn(directory)).toEqual(['kept', 'next']);
  });

  it('refuses a batch that was not sealed by this thread', () => {
    const log = open();
    const batch = frame([Buffer.from('foreign')]);
    batch.writeUInt8(batch.readUInt8(2) ^ 1, 2);
    expect(() => log.append(batch, batch.length, 1)).toThrow('cannot be appended');
  });

  it('begins a new segment before the batch that would exceed the bytes or the records', () => {
    const byBytes = open({ segmentBytesMax: SEGMENT_HEADER_BYTES + 2 * 112 });
    for (let index = 0; index < 5; index++) {
      append(byBytes, `${index}${'.'.repeat(99)}`);
    }
    expect(states()).toEqual(['sealed', 'sealed', 'open']);
    byBytes.close();
    const byRecords = open({ shard: 1, segmentRecordsMax: 4 });
    append(byRecords, 'a', 'b', 'c');
    append(byRecords, 'd');
    append(byRecords, 'e', 'f', 'g', 'h', 'i');
    expect(states()).toEqual(['sealed', 'sealed', 'sealed', 'sealed', 'open']);
    byRecords.close();
    expect(textsIn(directory).slice(5)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
  });

  it('seals by age in tick, at the last millisecond and not before', () => {
    const log = open({ segmentAgeMsMax: 1_000 });
    append(log, 'a');
    clock.advance(999);
    log.tick();
    expect(states()).toEqual(['open']);
    clock.advance(1);
    log.tick();
    expect(states()).toEqual(['sealed']);
    log.tick();
    append(log, 'b');
    expect(states()).toEqual(['sealed', 'open']);
  });

  it('seals in time and names in order although the clock steps back', () => {
    const log = open({ segmentAgeMsMax: 1_000, segmentRecordsMax: 1 });
    append(log, 'a');
    clock.advance(-3_600_000);
    append(log, 'b');
    clock.advance(-3_600_000);
    log.tick();
    clock.advance(1_000);
    log.tick();
    expect(states()).toEqual(['sealed', 'sealed']);
    const successor = open();
    append(successor, 'c');
    expect(textsIn(directory)).toEqual(['a', 'b', 'c']);
  });

  it('never uses a name twice, even when the clock stands still and all files are gone', () => {
    const names = new Set<string>();
    for (let round = 0; round < 50; round++) {
      const log = open({ shard: 0 });
      append(log, 'x');
      log.close();
      for (const segment of listSegments(directory)) {
        names.add(segment.name);
        truncateSync(join(directory, segment.file), 0);
        writeFileSync(join(directory, `shipped-${round}`), '');
      }
    }
    expect(names.size).toBe(50);
  });

  it('keeps the last batch in an open segment until the next append or tick', () => {
    const log = open({ segmentRecordsMax: 2, segmentAgeMsMax: 1 });
    append(log, 'a', 'b');
    clock.advance(5_000);
    expect(textsIn(directory, 'open')).toEqual(['a', 'b']);
    append(log, 'c');
    expect(textsIn(directory, 'open')).toEqual(['c']);
    expect(texts(open().recovered.payloads())).toEqual(['c']);
  });

  it('reports a directory that cannot be used', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => open({ directory: join(directory, 'file', 'log') })).toThrow(
      expect.objectContaining({ code: 'log_directory_unusable' }),
    );
  });
});

describe('recovery', () => {
  /** A writer's open segment as bytes, with the payloads in it. */
  function abandoned(...payloads: string[]): { file: string; bytes: Buffer } {
    append(open({ syncer: new InProcessSyncer({ manual: true }) }), ...payloads);
    const [segment] = listSegments(directory);
    const file = join(directory, segment?.file ?? '');
    return { file, bytes: readFileSync(file) };
  }

  it('seals what a dead writer left open and hands out its payloads', () => {
    abandoned('a', 'b');
    const { recovered } = open();
    expect(recovered).toMatchObject({ segments: 1, records: 2, corruptRecords: 0, tornBytes: 0 });
    expect(texts(recovered.payloads())).toEqual(['a', 'b']);
    recovered.release();
    expect(texts(recovered.payloads())).toEqual([]);
    expect(states()).toEqual(['sealed']);
    expect(open().recovered.segments).toBe(0);
  });

  it('keeps every whole record, at whatever byte the last segment was cut', () => {
    const payloads = ['first', 'the second', 'x'];
    const { file, bytes } = abandoned(...payloads);
    const ends = [145, 167, 180];
    expect(bytes.length).toBe(180);
    for (let length = 0; length <= bytes.length; length++) {
      const fresh = temporaryDirectory();
      onTestFinished(fresh.cleanUp);
      writeFileSync(join(fresh.directory, file.slice(directory.length)), bytes.subarray(0, length));
      const intact = payloads.slice(0, ends.filter((end) => end <= length).length);
      const log = open({ directory: fresh.directory });
      expect(texts(log.recovered.payloads())).toEqual(intact);
      expect(log.recovered.tornBytes > 0).toBe(
        ![0, SEGMENT_HEADER_BYTES, ...ends].includes(length),
      );
      append(log, 'new');
      log.close();
      expect(textsIn(fresh.directory, 'sealed')).toEqual([...intact, 'new']);
      for (const segment of listSegments(fresh.directory)) {
        expect(readSegment(join(fresh.directory, segment.file)).tornTail).toBe(false);
      }
      fresh.cleanUp();
    }
  });

  it('keeps the records around any flipped bit and counts the one it hit', () => {
    const payloads = ['first', 'the second', 'x'];
    const { file, bytes } = abandoned(...payloads);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      writeFileSync(file, damaged);
      const { recovered } = open({ syncer: new InProcessSyncer({ manual: true }) });
      const found = texts(recovered.payloads());
      const left = textsIn(directory);
      const hit = [SEGMENT_HEADER_BYTES, 145, 167, 180].findIndex((end) => bit >> 3 < end) - 1;
      expect(found).toEqual(payloads.filter((_, index) => index !== hit));
      expect(left).toEqual(found);
      const lost = recovered.corruptRecords + (recovered.tornBytes > 0 ? 1 : 0);
      expect(lost).toBe(hit < 0 ? 0 : 1);
    }
  });

  it('deletes an open segment without a record but keeps one with damaged records', () => {
    const { file, bytes } = abandoned('lost');
    truncateSync(file, SEGMENT_HEADER_BYTES);
    expect(open().recovered.segments).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
    bytes.writeUInt8(bytes.readUInt8(142) ^ 1, 142);
    writeFileSync(file, bytes);
    expect(open().recovered).toMatchObject({ segments: 1, records: 0, corruptRecords: 1 });
    expect(states()).toEqual(['sealed']);
  });
});

describe('against a model', () => {
  it('holds what was appended, once and in order, over random lives', () => {
    const random = seededRandom(7);
    const model: string[] = [];
    const options = () => ({
      segmentBytesMax: 500 + Math.floor(random() * 3_000),
      segmentRecordsMax: 1 + Math.floor(random() * 40),
      segmentAgeMsMax: 50,
    });
    let log = open(options());
    for (let step = 0; step < 1_500; step++) {
      const choice = random();
      if (choice < 0.8) {
        const payloads = Array.from(
          { length: 1 + Math.floor(random() * 12) },
          (_, index) => `${step}.${index}:${'z'.repeat(Math.floor(random() * 200))}`,
        );
        expect(append(log, ...payloads)).toBe('appended');
        model.push(...payloads);
      } else if (choice < 0.9) {
        clock.advance(Math.floor(random() * 60) - 5);
        log.tick();
      } else if (choice < 0.95) {
        expect(log.syncedThrough()).toBeLessThanOrEqual(log.requestSync());
      } else if (choice < 0.98) {
        // The writer dies: whatever it had open is its successor's.
        const openBefore = textsIn(directory, 'open');
        log = open(options());
        expect(texts(log.recovered.payloads())).toEqual(openBefore);
      } else {
        log.close();
        log = open(options());
        expect(log.recovered.segments).toBe(0);
      }
    }
    log.close();
    expect(textsIn(directory, 'sealed')).toEqual(model);
    expect(textsIn(directory, 'open')).toEqual([]);
  });
});
