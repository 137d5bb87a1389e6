import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LogUsageMeter } from './log-usage.ts';
import { formatSegmentName } from './segment.ts';
import { temporaryDirectory } from './testing/batches.ts';

function nameAt(epochMs: number): string {
  const identity = { nodeId: 'node1', lane: 'clicks' as const, shard: 0, marker: 1, sequence: 1 };
  return formatSegmentName({ ...identity, epochMs });
}

describe('the usage of a log', () => {
  it('is nothing for a directory that does not exist yet', () => {
    const meter = new LogUsageMeter('/nonexistent/trellis');
    expect(meter.measure(5)).toEqual({ bytes: 0, segments: 0, oldestAgeMs: 0 });
  });

  it('follows segments as they grow, are sealed and are shipped', () => {
    const { directory, cleanUp } = temporaryDirectory();
    onTestFinished(cleanUp);
    const meter = new LogUsageMeter(directory);
    const startMs = 1_700_000_000_000;
    const first = join(directory, nameAt(startMs));
    const second = join(directory, nameAt(startMs + 500));
    writeFileSync(`${first}.open`, Buffer.alloc(100));
    const measure = () => meter.measure(startMs + 2_000);
    expect(measure()).toEqual({ bytes: 100, segments: 1, oldestAgeMs: 2_000 });
    writeFileSync(`${first}.open`, Buffer.alloc(150));
    writeFileSync(join(directory, 'unrelated.txt'), 'x');
    expect(measure().bytes).toBe(150);
    renameSync(`${first}.open`, `${first}.sealed`);
    writeFileSync(`${second}.open`, Buffer.alloc(7));
    expect(measure()).toEqual({ bytes: 157, segments: 2, oldestAgeMs: 2_000 });
    rmSync(`${first}.sealed`);
    expect(measure()).toEqual({ bytes: 7, segments: 1, oldestAgeMs: 1_500 });
    expect(meter.measure(startMs - 10_000).oldestAgeMs).toBe(0);
  });
});
