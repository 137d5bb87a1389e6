import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listSegments } from './segment.ts';
import { SegmentLog } from './segment-log.ts';
import { readSegment } from './segment-reader.ts';
import { InProcessSyncer } from './sync/in-process-syncer.ts';
import { frame, ManualClock, temporaryDirectory, texts, textsIn } from './testing/batches.ts';

/** Why no small file system can be had here, or undefined. */
function whyNoTmpfs(): string | undefined {
  const { directory, cleanUp } = temporaryDirectory();
  try {
    mountTmpfs(directory);
    execFileSync('umount', [directory]);
    return undefined;
  } catch {
    return 'needs root and the right to mount a tmpfs';
  } finally {
    cleanUp();
  }
}

function mountTmpfs(directory: string): void {
  const size = ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory];
  execFileSync('mount', size, { stdio: 'ignore' });
}

/** A log on a disk of one MiB, and a clock for it. */
function logOnSmallDisk() {
  const { directory, cleanUp } = temporaryDirectory();
  mountTmpfs(directory);
  onTestFinished(() => {
    execFileSync('umount', ['-l', directory]);
    cleanUp();
  });
  const clock = new ManualClock();
  const syncer = new InProcessSyncer();
  const options = { directory, nodeId: 'node1', lane: 'clicks', shard: 0, clock, syncer } as const;
  return { directory, clock, open: () => SegmentLog.open(options) };
}

const reason = whyNoTmpfs();

function batchOf(number: number, bytes: number): Buffer {
  return frame([Buffer.from(`${number}:`.padEnd(bytes - 12, '.'))]);
}

describe.skipIf(reason !== undefined)(`a full disk${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it('refuses batches whole, takes back what was written in part, and recovers by itself', () => {
    const { directory, clock, open } = logOnSmallDisk();
    const log = open();
    const accepted: number[] = [];
    let number = 0;
    // No multiple of the page size: the last write before the end is cut short.
    const appendNext = () => {
      number += 1;
      const batch = batchOf(number, 30_001);
      const outcome = log.append(batch, batch.length, 1);
      if (outcome === 'appended') {
        accepted.push(number);
      }
      return outcome;
    };
    writeFileSync(join(directory, 'ballast'), Buffer.alloc(300_000));
    while (appendNext() === 'appended') {
      expect(number).toBeLessThan(100);
    }
    expect(accepted.length).toBeGreaterThan(20);
    const file = join(directory, listSegments(directory)[0]?.file ?? '');
    expect(readSegment(file)).toMatchObject({ records: accepted.length, tornTail: false });

    rmSync(join(directory, 'ballast'));
    clock.advance(99);
    expect(appendNext()).toBe('disk_full');
    clock.advance(1);
    expect(appendNext()).toBe('appended');
    expect(appendNext()).toBe('appended');
    log.close();
    const found = textsIn(directory, 'sealed').map((text) => Number.parseInt(text, 10));
    expect(found).toEqual(accepted);
  });

  it('leaves no file behind when not even a header fits', () => {
    const { directory, clock, open } = logOnSmallDisk();
    const log = open();
    expect(() => writeFileSync(join(directory, 'ballast'), Buffer.alloc(2_000_000))).toThrow();
    const batch = batchOf(1, 100);
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(log.append(batch, batch.length, 1)).toBe('disk_full');
      clock.advance(100);
    }
    expect(listSegments(directory)).toEqual([]);
    rmSync(join(directory, 'ballast'));
    expect(log.append(batch, batch.length, 1)).toBe('appended');
  });

  it('loses nothing appended when the writer dies between a partial write and its truncation', () => {
    const { directory, open } = logOnSmallDisk();
    const log = open();
    const batch = batchOf(1, 500);
    log.append(batch, batch.length, 1);
    const file = join(directory, listSegments(directory)[0]?.file ?? '');
    writeFileSync(file, batchOf(2, 500).subarray(0, 77), { flag: 'a' });
    const { recovered } = open();
    expect(recovered).toMatchObject({ segments: 1, records: 1, tornBytes: 77 });
    expect(texts(recovered.payloads())[0]).toMatch(/^1:/);
  });
});
