/**
 * A writer thread that appends numbered records for as long as it lives, and says in shared memory
 * how far it has come: the test kills it at any moment.
 */
import { type MessagePort, workerData } from 'node:worker_threads';
import { systemClock } from '../../../core/clock.ts';
import { SegmentLog } from '../segment-log.ts';
import { ThreadSyncer } from '../sync/thread-syncer.ts';
import { frame } from './batches.ts';

/** Index 0: last number that `append` reported as appended. */
export type AppendUntilKilled = {
  directory: string;
  port: MessagePort;
  progress: Int32Array;
  firstNumber: number;
};

const { directory, port, progress, firstNumber } = workerData as AppendUntilKilled;
const log = SegmentLog.open({
  directory,
  nodeId: 'node1',
  lane: 'clicks',
  shard: 0,
  segmentRecordsMax: 200,
  segmentAgeMsMax: 5,
  clock: systemClock,
  syncer: new ThreadSyncer(port),
});

for (let number = firstNumber; ; number += 7) {
  const payloads = Array.from({ length: 7 }, (_, index) =>
    Buffer.from(`${number + index}:${'x'.repeat((number + index) % 300)}`),
  );
  const batch = frame(payloads);
  if (log.append(batch, batch.length, payloads.length) !== 'appended') {
    throw new Error('The test directory takes no more records');
  }
  Atomics.store(progress, 0, number + 6);
  log.requestSync();
  log.tick();
}
