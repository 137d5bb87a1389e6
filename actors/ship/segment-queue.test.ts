import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SegmentQueue } from './segment-queue.ts';
import { removeDirectory, temporaryDirectory, writeSegment } from './testing/segments.ts';

let directory: string;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => removeDirectory(directory));

describe('the segment queue', () => {
  it('gives the oldest and the newest of all shards', async () => {
    const names = [3000, 1000, 4000, 2000].map(
      (epochMs, index) => writeSegment(directory, [], { epochMs, shard: index % 2 }).name,
    );
    const queue = new SegmentQueue(directory);
    await queue.refresh();
    expect(queue.length).toBe(4);
    expect(queue.takeOldest()?.name).toBe(names[1]);
    expect(queue.takeNewest()?.name).toBe(names[2]);
    const newer = writeSegment(directory, [], { epochMs: 5000 });
    await queue.refresh();
    expect(queue.takeNewest()?.name).toBe(newer.name);
    expect(queue.takeOldest()?.name).toBe(names[3]);
    expect(queue.takeOldest()?.name).toBe(names[0]);
    expect(queue.takeOldest()).toBeUndefined();
    expect(queue.takeNewest()).toBeUndefined();
  });

  it('offers a segment once until it is released', async () => {
    const { name, path } = writeSegment(directory, []);
    const queue = new SegmentQueue(directory);
    await queue.refresh();
    expect(queue.takeOldest()?.name).toBe(name);
    await queue.refresh();
    expect(queue.length).toBe(0);
    queue.release(name);
    await queue.refresh();
    expect(queue.takeOldest()?.name).toBe(name);
    unlinkSync(path);
    queue.release(name);
    await queue.refresh();
    expect(queue.length).toBe(0);
  });

  it('passes over open segments and files that are none', async () => {
    const { path } = writeSegment(directory, []);
    writeFileSync(path.replace('.sealed', '.open'), '');
    writeFileSync(join(directory, '0', 'notes.sealed'), '');
    writeFileSync(join(directory, 'stray'), '');
    const queue = new SegmentQueue(directory);
    await queue.refresh();
    expect(queue.length).toBe(1);
  });

  it('is empty where there is no log yet', async () => {
    const queue = new SegmentQueue(join(directory, 'missing'));
    await queue.refresh();
    expect(queue.length).toBe(0);
  });
});
