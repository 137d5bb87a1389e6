/**
 * Wakes the generator whenever a request is due. A timer of the event loop is a millisecond late or
 * more; a thread that sleeps on a futex is some ten microseconds late and uses next to no processor.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { monotonicMs } from './paced-messages.ts';
import { type FromTicker, GO, PENDING, type TickerData } from './ticker.ts';

if (isMainThread) {
  throw new Error('bench/load/ticker-thread is the entry of a worker thread');
}
const data = workerData as TickerData;
const dueMs = new Float64Array(data.dueMs);
const words = new Int32Array(data.words);
/** Never notified: this thread only ever waits for the time to pass. */
const never = new Int32Array(new SharedArrayBuffer(4));

function send(message: FromTicker): void {
  parentPort?.postMessage(message);
}

send('ready');
Atomics.wait(words, GO, 0);
for (let next = 0; next < dueMs.length; ) {
  const waitMs = (dueMs[next] as number) - monotonicMs();
  if (waitMs > 0) {
    Atomics.wait(never, 0, 0, waitMs);
  }
  if (Atomics.exchange(words, PENDING, 1) === 0) {
    send('tick');
  }
  const nowMs = monotonicMs();
  while (next < dueMs.length && (dueMs[next] as number) <= nowMs) {
    next++;
  }
}
