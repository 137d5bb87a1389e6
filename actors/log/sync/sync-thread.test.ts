import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { entryFile } from '../../../core/entry-file.ts';
import { SegmentLog, type SegmentLogOptions } from '../segment-log.ts';
import type { AppendUntilKilled } from '../testing/append-until-killed.ts';
import { frame, seededRandom, temporaryDirectory, texts, textsIn } from '../testing/batches.ts';
import { SyncThread } from './sync-thread.ts';
import type { SealedSegment } from './syncer.ts';
import { ThreadSyncer } from './thread-syncer.ts';

let directory: string;
let registry: Registry;
let deaths: Error[];
let syncThread: SyncThread;

beforeEach(() => {
  const temporary = temporaryDirectory();
  directory = temporary.directory;
  registry = new Registry();
  deaths = [];
  syncThread = new SyncThread({ registry, onDeath: (error) => deaths.push(error) });
  onTestFinished(async () => {
    await syncThread.close();
    temporary.cleanUp();
    expect(deaths).toEqual([]);
  });
});

function open(syncer: ThreadSyncer, options: Partial<SegmentLogOptions> = {}): SegmentLog {
  return SegmentLog.open({
    directory,
    nodeId: 'node1',
    lane: 'clicks',
    shard: 0,
    clock: systemClock,
    syncer,
    ...options,
  });
}

function append(log: SegmentLog, ...payloads: string[]) {
  const batch = frame(payloads.map((text) => Buffer.from(text)));
  return log.append(batch, batch.length, payloads.length);
}

const fsyncCount = async () => {
  const metric = await registry.getSingleMetric('trellis_log_fsync_seconds')?.get();
  return metric?.values.find((value) => 'metricName' in value && isCount(value))?.value;
};
const isCount = (value: object) =>
  'metricName' in value && value.metricName === 'trellis_log_fsync_seconds_count';

describe('the sync thread', () => {
  it('serves the tickets of two logs to a thread that never turns its event loop', () => {
    const wake = { wakeBuffer: new Int32Array(new SharedArrayBuffer(4)), index: 0 };
    const syncer = new ThreadSyncer(syncThread.connect(), wake);
    const logs = ['clicks', 'conversions'].map((lane) =>
      open(syncer, { directory: join(directory, lane), segmentRecordsMax: 3 }),
    );
    for (let round = 0; round < 20; round++) {
      for (const log of logs) {
        append(log, `${round}a`, `${round}b`);
      }
      const tickets = logs.map((log) => log.requestSync());
      const deadlineMs = performance.now() + 10_000;
      while (logs.some((log, index) => log.syncedThrough() < (tickets[index] ?? 0))) {
        expect(performance.now()).toBeLessThan(deadlineMs);
        const seen = Atomics.load(wake.wakeBuffer, 0);
        if (logs.some((log, index) => log.syncedThrough() < (tickets[index] ?? 0))) {
          Atomics.wait(wake.wakeBuffer, 0, seen, 1_000);
        }
      }
    }
    for (const log of logs) {
      log.close();
    }
    syncer.close();
  });

  it('syncs and seals without being asked, tells its subscriber, and counts', async () => {
    const sealedPort = syncThread.subscribeSealed();
    const sealed: SealedSegment[] = [];
    sealedPort.on('message', (segment: SealedSegment) => sealed.push(segment));
    onTestFinished(() => sealedPort.close());
    const log = open(new ThreadSyncer(syncThread.connect()), { segmentAgeMsMax: 100 });
    append(log, 'a');
    await expect.poll(fsyncCount, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect
      .poll(
        () => {
          log.tick();
          return sealed.length;
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(sealed[0]?.path).toBe(join(directory, `${sealed[0]?.name}.sealed`));
    expect(textsIn(directory, 'sealed')).toEqual(['a']);
  });

  it('completes on close everything that was sent to it', async () => {
    const syncer = new ThreadSyncer(syncThread.connect());
    const log = open(syncer, { segmentRecordsMax: 1 });
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    for (const number of numbers) {
      append(log, number);
    }
    const ticket = log.requestSync();
    log.close();
    await syncThread.close();
    expect(log.syncedThrough()).toBe(ticket);
    expect(textsIn(directory, 'sealed')).toEqual(numbers);
    const counter = await registry.getSingleMetric('trellis_log_segments_sealed_total')?.get();
    expect(counter?.values[0]?.value).toBe(50);
  });

  it('loses nothing that was appended, however often the writer is killed', {
    timeout: 120_000,
  }, async () => {
    const random = seededRandom(4);
    let nextNumber = 0;
    let acknowledged = 0;
    for (let life = 0; life < 8; life++) {
      const progress = new Int32Array(new SharedArrayBuffer(4)).fill(nextNumber - 1);
      const port = syncThread.connect();
      const data: AppendUntilKilled = { directory, port, progress, firstNumber: nextNumber };
      const writer = new Worker(entryFile('actors/log/testing/append-until-killed'), {
        workerData: data,
        transferList: [port],
      });
      const goal = nextNumber + Math.floor(random() * 3_000);
      await expect.poll(() => progress[0], { interval: 2, timeout: 20_000 }).toBeGreaterThan(goal);
      await writer.terminate();
      acknowledged = progress[0] ?? 0;
      const found = numbersIn(await settled());
      expect(found).toEqual(Array.from({ length: found.length }, (_, index) => index));
      expect(found.length).toBeGreaterThan(acknowledged);
      // At most the one batch that was being reported when the thread died.
      expect(found.length).toBeLessThanOrEqual(acknowledged + 1 + 7);
      // What was not yet reported is where the successor looks for it.
      const stillOpen = numbersIn(await settled('open'));
      expect(stillOpen).toEqual(expect.arrayContaining(found.slice(acknowledged + 1)));
      nextNumber = found.length;
    }
    const successor = open(new ThreadSyncer(syncThread.connect()));
    expect(successor.recovered.corruptRecords).toBe(0);
    const recovered = numbersIn(texts(successor.recovered.payloads()));
    for (let number = acknowledged + 1; number < nextNumber; number++) {
      expect(recovered).toContain(number);
    }
    successor.close();
    await syncThread.close();
    expect(numbersIn(textsIn(directory, 'sealed'))).toHaveLength(nextNumber);
  });

  it('reports its own death', async () => {
    const died = new Promise<Error>((resolve) => {
      const doomed = new SyncThread({ registry: new Registry(), onDeath: resolve });
      // A message for a log that was never opened breaks the protocol.
      new ThreadSyncer(doomed.connect()).send({ kind: 'seal', log: 1, name: 'x' });
    });
    expect(await died).toMatchObject({ code: 'sync_thread_died' });
  });

  const numbersIn = (found: readonly string[]) => found.map((text) => Number.parseInt(text, 10));

  /** The log's payloads, read again if a rename came in between. */
  async function settled(state?: 'open'): Promise<string[]> {
    for (;;) {
      const before = readdirSync(directory).sort();
      try {
        const found = textsIn(directory, state);
        if (before.join() === readdirSync(directory).sort().join()) {
          return found;
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOENT' });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
