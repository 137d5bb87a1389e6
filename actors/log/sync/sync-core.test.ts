import { fstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listSegments } from '../segment.ts';
import { SegmentLog } from '../segment-log.ts';
import { frame, ManualClock, temporaryDirectory, textsIn } from '../testing/batches.ts';
import { InProcessSyncer, type InProcessSyncerOptions } from './in-process-syncer.ts';
import { SyncCore } from './sync-core.ts';
import { type Syncer, type ToSyncer, widenTicket } from './syncer.ts';

let directory: string;
let clock: ManualClock;
let syncs: number;

beforeEach(() => {
  const temporary = temporaryDirectory();
  directory = temporary.directory;
  clock = new ManualClock();
  syncs = 0;
  onTestFinished(temporary.cleanUp);
});

function queued(options: InProcessSyncerOptions = {}): InProcessSyncer {
  const observer = {
    ...options.observer,
    fsynced: () => {
      syncs += 1;
    },
  };
  return new InProcessSyncer({ manual: true, ...options, observer });
}

function open(syncer: Syncer, shard = 0): SegmentLog {
  return SegmentLog.open({
    directory: join(directory, String(shard)),
    nodeId: 'node1',
    lane: 'conversions',
    shard,
    segmentRecordsMax: 2,
    clock,
    syncer,
  });
}

function append(log: SegmentLog, ...payloads: string[]) {
  const batch = frame(payloads.map((text) => Buffer.from(text)));
  return log.append(batch, batch.length, payloads.length);
}

describe('group commit', () => {
  it('serves all tickets that wait with one sync, and only then', () => {
    const syncer = queued();
    const log = open(syncer);
    append(log, 'a');
    const first = log.requestSync();
    append(log, 'b');
    const second = log.requestSync();
    expect(second).toBe(first + 1);
    expect(log.requestSync()).toBe(second);
    expect(log.syncedThrough()).toBeLessThan(first);
    syncer.run();
    expect(log.syncedThrough()).toBe(second);
    expect(syncs).toBe(1);
    syncer.run(true);
    expect(syncs).toBe(1);
  });

  it('waits for the rotated segments too that a ticket covers', () => {
    const syncer = queued();
    const log = open(syncer);
    append(log, 'a', 'b');
    append(log, 'c', 'd');
    append(log, 'e');
    const ticket = log.requestSync();
    syncer.run();
    expect(log.syncedThrough()).toBe(ticket);
    expect(syncs).toBe(3);
    expect(syncer.sealed).toHaveLength(2);
  });

  it('knows of a segment that was begun while it looked for tickets', () => {
    const messages: ToSyncer[] = [];
    const synced: number[] = [];
    let drains = 0;
    const core = new SyncCore({
      observer: { fsynced: () => undefined, sealed: () => undefined, problem: () => undefined },
      drain: () => {
        for (const message of messages.splice(0)) {
          core.receive(connection, message);
        }
        drains += 1;
        if (drains === 2) {
          // Between the look into the queue and the look at the tickets the writer goes on.
          append(log, 'c', 'd');
          log.requestSync();
        }
      },
      nowMs: () => performance.now(),
      fdatasync: (fd) => synced.push(fstatSync(fd).ino),
    });
    const connection = core.connect();
    let logs = 0;
    const syncer: Syncer = {
      wake: undefined,
      nextLog: () => ++logs,
      send: (message) => messages.push(message),
    };
    const log = open(syncer);
    append(log, 'a', 'b');
    core.run(false);
    core.run(false);
    expect(log.syncedThrough()).toBe(1);
    const inodes = readdirSync(join(directory, '0')).map(
      (file) => statSync(join(directory, '0', file)).ino,
    );
    expect(new Set(synced)).toEqual(new Set(inodes));
  });

  it('wakes the thread that waits', () => {
    const wake = { wakeBuffer: new Int32Array(new SharedArrayBuffer(16)), index: 2 };
    const syncer = queued({ wake });
    const log = open(syncer);
    append(log, 'a');
    log.requestSync();
    expect(wake.wakeBuffer[2]).toBe(0);
    syncer.run();
    expect(wake.wakeBuffer[2]).toBe(1);
  });

  it('syncs without a ticket once per period, and only what was appended to', () => {
    const syncer = queued();
    const busy = open(syncer, 0);
    const idle = open(syncer, 1);
    append(busy, 'a');
    append(idle, 'b');
    syncer.run(true);
    expect(syncs).toBe(2);
    append(busy, 'c');
    syncer.run(false);
    expect(syncs).toBe(2);
    syncer.run(true);
    expect(syncs).toBe(3);
  });

  it('counts tickets across the end of 32 bits', () => {
    expect(widenTicket(5, 3)).toBe(3);
    expect(widenTicket(2 ** 32 + 1, (2 ** 32 - 2) | 0)).toBe(2 ** 32 - 2);
    expect(widenTicket(2 ** 40, (2 ** 40) | 0)).toBe(2 ** 40);
  });
});

describe('sealing', () => {
  it('does no harm when asked twice, or when the segment was shipped in between', () => {
    const problems: string[] = [];
    const old = queued({ observer: { problem: (_, path) => problems.push(path) } });
    const log = open(old);
    append(log, 'a', 'b');
    append(log, 'c');
    const [first] = listSegments(join(directory, '0'));
    // The thread dies with its messages still queued; its successor hands over the same files.
    const successor = queued();
    open(successor);
    successor.run();
    expect(successor.sealed.map((segment) => segment.name)).toContain(first?.name);
    rmSync(join(directory, '0', `${first?.name}.sealed`));
    old.run();
    expect(old.sealed).toEqual([]);
    expect(problems).toEqual([]);
    expect(textsIn(join(directory, '0'), 'sealed')).toEqual(['c']);
  });

  it('keeps a batch of records together under the name it had while open', () => {
    const syncer = queued();
    const log = open(syncer);
    append(log, 'a', 'b');
    const before = listSegments(join(directory, '0'))[0];
    log.close();
    syncer.run();
    const path = join(directory, '0', `${before?.name}.sealed`);
    expect(syncer.sealed).toEqual([{ directory: join(directory, '0'), name: before?.name, path }]);
  });
});

describe('a sync that fails', () => {
  it('fails the tickets and the appends, then lets the log begin anew', () => {
    let broken = false;
    const problems: string[] = [];
    const syncer = queued({
      fdatasync: () => {
        if (broken) {
          throw new Error('EIO: i/o error');
        }
      },
      observer: { problem: (what) => problems.push(what) },
    });
    const log = open(syncer);
    append(log, 'good');
    const served = log.requestSync();
    syncer.run();
    expect(log.syncedThrough()).toBe(served);

    broken = true;
    append(log, 'unsure');
    const lost = log.requestSync();
    syncer.run();
    expect(problems).toEqual(['log_failed']);
    expect(log.failedThrough()).toBe(lost);
    expect(log.syncedThrough()).toBe(served);
    expect(append(log, 'refused')).toBe('io_error');

    broken = false;
    log.tick();
    clock.advance(999);
    log.tick();
    expect(append(log, 'refused')).toBe('io_error');
    clock.advance(1);
    log.tick();
    expect(append(log, 'healed')).toBe('appended');
    const healed = log.requestSync();
    syncer.run();
    expect(log.failedThrough()).toBe(lost);
    expect(log.syncedThrough()).toBe(healed);
  });

  it('keeps no later ticket waiting, even if the old segment never recovers', () => {
    let brokenInode = -1;
    const syncer = queued({
      fdatasync: (fd) => {
        if (fstatSync(fd).ino === brokenInode) {
          throw new Error('EIO: i/o error');
        }
      },
    });
    const log = open(syncer);
    append(log, 'unsure');
    const [file = ''] = readdirSync(join(directory, '0'));
    brokenInode = statSync(join(directory, '0', file)).ino;
    const lost = log.requestSync();
    syncer.run();
    log.tick();
    clock.advance(1_000);
    log.tick();
    append(log, 'healed');
    const healed = log.requestSync();
    syncer.run();
    expect(log.failedThrough()).toBe(lost);
    expect(log.syncedThrough()).toBe(healed);
  });

  it('still seals the segment it left behind, once the disk works again', async () => {
    let broken = true;
    const syncer = queued({
      fdatasync: () => {
        if (broken) {
          throw new Error('EIO: i/o error');
        }
      },
    });
    const log = open(syncer);
    append(log, 'unsure');
    syncer.run(true);
    expect(log.failedThrough()).toBe(0);
    expect(append(log, 'refused')).toBe('io_error');
    log.tick();
    clock.advance(1_000);
    log.tick();
    syncer.run();
    broken = false;
    await expect
      .poll(
        () => {
          syncer.run();
          return readdirSync(join(directory, '0')).filter((file) => file.endsWith('.sealed'));
        },
        { timeout: 20_000 },
      )
      .toHaveLength(1);
    expect(textsIn(join(directory, '0'), 'sealed')).toEqual(['unsure']);
  });
});
