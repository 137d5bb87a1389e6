/**
 * Sends clicks at fixed rates, as visitors come: whether or not the ones before were answered. Latency
 * counts from when a click was due, so that a target which stalls is charged for all the clicks that
 * had to wait meanwhile ("coordinated omission", Gil Tene).
 *
 * Those of one millisecond are due together, at its end. A wake per click would cost this process more
 * than the target needs for the click, on the same processors.
 */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { entryFile } from '../../core/entry-file.ts';
import { HttpConnection } from '../support/http-connection.ts';
import {
  type FromPaced,
  monotonicMs,
  type PacedOptions,
  type PhaseResult,
} from './paced-messages.ts';
import { type FromTicker, GO, PENDING, TICKER_WORDS, type TickerData } from './ticker.ts';
import { firstVisitorOf, type RequestTemplate, requestText, visitorOf } from './traffic.ts';

/** Between the start and the first click, so that whoever waits for the start knows of it. */
const LEAD_MS = 50;

const options = JSON.parse(process.argv[2] ?? '{}') as PacedOptions;
const templates = JSON.parse(readFileSync(options.templatesFile, 'utf8')) as RequestTemplate[];
const firstVisitor = firstVisitorOf(options.prefix);
const phaseOf = phaseNumbers();
const total = phaseOf.length;
const dueMs = new Float64Array(new SharedArrayBuffer(total * 8));
const words = new Int32Array(new SharedArrayBuffer(TICKER_WORDS * 4));
const latencyMs = new Float64Array(total);
const sendDelayMs = new Float64Array(total);
const failures: Record<string, number> = {};
const free = Array.from(
  { length: options.connections },
  () => new HttpConnection('127.0.0.1', options.port),
);
let nextToSend = 0;
let done = 0;

/** The number of the phase of each click. */
function phaseNumbers(): Uint16Array {
  const counts = options.phases.map(({ seconds, clicksPerSecond }) =>
    Math.round(seconds * clicksPerSecond),
  );
  const numbers = new Uint16Array(counts.reduce((sum, count) => sum + count, 0));
  let from = 0;
  for (const [phase, count] of counts.entries()) {
    numbers.fill(phase, from, from + count);
    from += count;
  }
  return numbers;
}

function fillDueTimes(startMs: number): void {
  let next = 0;
  let phaseStartMs = startMs;
  for (const { seconds, clicksPerSecond } of options.phases) {
    const count = Math.round(seconds * clicksPerSecond);
    for (let index = 0; index < count; index++) {
      dueMs[next++] = Math.ceil(phaseStartMs + (index * 1_000) / clicksPerSecond);
    }
    phaseStartMs += seconds * 1_000;
  }
}

/** Sends what is due, as far as connections are free; the rest stays due. */
function sendDue(): void {
  const nowMs = monotonicMs();
  while (nextToSend < total && (dueMs[nextToSend] as number) <= nowMs) {
    // In turn, so that all of them are open before it matters.
    const connection = free.shift();
    if (connection === undefined) {
      return;
    }
    void click(nextToSend++, connection);
  }
}

async function click(index: number, connection: HttpConnection): Promise<void> {
  const template = templates[index % templates.length] as RequestTemplate;
  const repetition = Math.floor(index / templates.length);
  const visitor = visitorOf(firstVisitor, repetition, options.clicksPerAddress);
  const text = requestText(template, `${options.prefix}${index}`, visitor);
  const due = dueMs[index] as number;
  sendDelayMs[index] = monotonicMs() - due;
  try {
    const { status } = await connection.request(text);
    if (status === 302) {
      latencyMs[index] = monotonicMs() - due;
    } else {
      countFailure(index, `status ${status}`);
    }
  } catch (error) {
    countFailure(index, (error as Error).message);
  }
  free.push(connection);
  done++;
  if (done === total) {
    finish();
  } else {
    sendDue();
  }
}

function countFailure(index: number, reason: string): void {
  latencyMs[index] = Number.NaN;
  failures[reason] = (failures[reason] ?? 0) + 1;
}

function finish(): void {
  const phases = options.phases.map((_, phase): PhaseResult => {
    const isInPhase = (_: number, index: number) => phaseOf[index] === phase;
    const all = latencyMs.filter(isInPhase);
    const answered = all.filter((latency) => !Number.isNaN(latency)).sort();
    return {
      answered: answered.length,
      failed: all.length - answered.length,
      p50Ms: quantile(answered, 0.5),
      p99Ms: quantile(answered, 0.99),
      maxMs: quantile(answered, 1),
      sendDelayP99Ms: quantile(sendDelayMs.filter(isInPhase).sort(), 0.99),
    };
  });
  send({ kind: 'finished', phases, failures });
  for (const connection of free) {
    connection.close();
  }
  process.disconnect();
}

/** Of rising values; 0 of none. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

function send(message: FromPaced): void {
  process.send?.(message);
}

process.once('disconnect', () => process.exit(done === total ? 0 : 1));
const workerData: TickerData = {
  dueMs: dueMs.buffer as SharedArrayBuffer,
  words: words.buffer as SharedArrayBuffer,
};
const ticker = new Worker(entryFile('bench/load/ticker-thread'), { workerData });
ticker.on('message', (message: FromTicker) => {
  if (message === 'ready') {
    const startMs = monotonicMs() + LEAD_MS;
    fillDueTimes(startMs);
    Atomics.store(words, GO, 1);
    Atomics.notify(words, GO);
    send({ kind: 'started', atMonotonicMs: startMs });
  } else {
    Atomics.store(words, PENDING, 0);
    sendDue();
  }
});
