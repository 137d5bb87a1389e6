/** What does it cost to seal a record, to append a batch to the event log, and to have it on disk? */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_HEADER_BYTES, sealRecord } from '../../actors/log/record.ts';
import { SegmentLog } from '../../actors/log/segment-log.ts';
import { InProcessSyncer } from '../../actors/log/sync/in-process-syncer.ts';
import { systemClock } from '../../core/clock.ts';
import { effort, measure, nanosecondsPer, timingOf, timingRow } from './measure.ts';
import { randomBelow, seededRandom } from './random.ts';
import { type BenchRow, resultHash, type Size } from './result.ts';

const BENCH = 'log';
const SEED = 1;
const PAYLOAD_BYTES = 640;
const RECORDS_MAX = 64;

export function log(size: Size): BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-log-'));
  try {
    return [
      sealRow(size),
      appendRow(join(folder, 'one'), 1, size, 5_000),
      appendRow(join(folder, 'many'), RECORDS_MAX, size, 30_000),
      syncRow(join(folder, 'synced'), size),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Records with the same payloads for the same count. */
function makeBatch(records: number): Buffer {
  const random = seededRandom(SEED);
  const recordBytes = RECORD_HEADER_BYTES + PAYLOAD_BYTES;
  const batch = Buffer.alloc(records * recordBytes);
  for (let start = 0; start < batch.length; start += recordBytes) {
    for (let at = start + RECORD_HEADER_BYTES; at < start + recordBytes; at++) {
      batch[at] = 32 + randomBelow(random, 95);
    }
    sealRecord(batch, start, start + recordBytes);
  }
  return batch;
}

/** The part of a batch that does not depend on this thread's random marker: payloads and CRCs. */
function unmarked(batch: Buffer): Buffer[] {
  const recordBytes = RECORD_HEADER_BYTES + PAYLOAD_BYTES;
  return Array.from({ length: batch.length / recordBytes }, (_, record) =>
    batch.subarray(record * recordBytes + 4, (record + 1) * recordBytes),
  );
}

function sealRow(size: Size): BenchRow {
  const { samples, operations } = effort(size, 64_000);
  const batch = makeBatch(RECORDS_MAX);
  const recordBytes = RECORD_HEADER_BYTES + PAYLOAD_BYTES;
  const rounds = Math.ceil(operations / RECORDS_MAX);
  const timing = measure(samples, () =>
    nanosecondsPer(rounds * RECORDS_MAX, () => {
      for (let round = 0; round < rounds; round++) {
        for (let start = 0; start < batch.length; start += recordBytes) {
          sealRecord(batch, start, start + recordBytes);
        }
      }
    }),
  );
  const hash = resultHash(unmarked(batch));
  const parameters = `${PAYLOAD_BYTES} bytes`;
  return timingRow({ bench: BENCH, what: 'seal a record', parameters, hash }, timing, 500);
}

function openLog(directory: string, syncer: InProcessSyncer): SegmentLog {
  const options = { nodeId: 'bench', lane: 'clicks', shard: 0, clock: systemClock } as const;
  return SegmentLog.open({ ...options, directory, syncer });
}

function appendOrThrow(log: SegmentLog, batch: Buffer, records: number): void {
  const outcome = log.append(batch, batch.length, records);
  if (outcome !== 'appended') {
    throw new Error(`the log refused a batch: ${outcome}`);
  }
}

/** Full segments are sealed and deleted between the samples. */
function appendRow(directory: string, records: number, size: Size, budgetNs: number): BenchRow {
  const { samples, operations } = effort(size, records === 1 ? 5_000 : 500);
  const batch = makeBatch(records);
  const syncer = new InProcessSyncer({ manual: true });
  const log = openLog(directory, syncer);
  const timing = measure(samples, () => {
    const nanoseconds = nanosecondsPer(operations, () => {
      for (let index = 0; index < operations; index++) {
        appendOrThrow(log, batch, records);
      }
    });
    deleteSealed(syncer);
    return nanoseconds;
  });
  log.close();
  deleteSealed(syncer);
  const parameters = `batches of ${records}, ${PAYLOAD_BYTES} bytes a record`;
  const hash = resultHash(unmarked(batch));
  return timingRow({ bench: BENCH, what: 'append a batch', parameters, hash }, timing, budgetNs);
}

function deleteSealed(syncer: InProcessSyncer): void {
  syncer.run();
  for (const segment of syncer.sealed.splice(0)) {
    rmSync(segment.path);
  }
}

/** From the append until the records would survive a power failure. */
function syncRow(directory: string, size: Size): BenchRow {
  const syncs = size === 'full' ? 200 : 3;
  const batch = makeBatch(RECORDS_MAX);
  const syncer = new InProcessSyncer();
  const log = openLog(directory, syncer);
  const nanoseconds: number[] = [];
  for (let index = 0; index < syncs; index++) {
    const startedMs = performance.now();
    appendOrThrow(log, batch, RECORDS_MAX);
    const ticket = log.requestSync();
    if (log.syncedThrough() < ticket) {
      throw new Error('a batch did not become durable');
    }
    nanoseconds.push((performance.now() - startedMs) * 1e6);
  }
  log.close();
  deleteSealed(syncer);
  const parameters = `fdatasync in the folder for temporary files, ${RECORDS_MAX} records`;
  const row = { bench: BENCH, what: 'append and sync a batch', parameters };
  return timingRow({ ...row, hash: resultHash(unmarked(batch)) }, timingOf(nanoseconds));
}
