/** Do redirects notice when ClickHouse stands still, and how fast is the backlog gone afterwards? */
import { setTimeout as delay } from 'node:timers/promises';
import { onAbruptExit } from '../load/children.ts';
import type { PacedLoad } from '../load/paced.ts';
import { monotonicMs } from '../load/paced-messages.ts';
import { atLeast, type BenchRow } from '../micro/result.ts';
import { drainRows, dueByNow, finishWave, phaseRows, startWave, type WaveContext } from './wave.ts';

const WAVE = 'slow ClickHouse';
const CLICKS_PER_SECOND = 5_000;
const BEFORE = { seconds: 3, clicksPerSecond: CLICKS_PER_SECOND };
const STANDSTILL = { seconds: 6, clicksPerSecond: CLICKS_PER_SECOND };
const AFTER = { seconds: 10, clicksPerSecond: CLICKS_PER_SECOND };
const PHASES = [BEFORE, STANDSTILL, AFTER];
/** design.md: the backlog goes at this many times the rate at which clicks come. */
const DRAIN_RATIO_MIN = 3;
/** Clicks are in ClickHouse this long after they came, when there is no backlog. */
const USUAL_LAG_MS = 2_500;
const CATCH_UP_MS_MAX = 60_000;
const LOOK_MS = 50;

export async function slowClickHouse(context: WaveContext): Promise<BenchRow[]> {
  const rowsBefore = await context.store.rows();
  const load = startWave(context, 'slow-', PHASES);
  const startedMs = await load.started;
  await untilMonotonic(startedMs + BEFORE.seconds * context.scale * 1_000);
  await standStill(context, STANDSTILL.seconds * context.scale);
  const drained = await catchUp(context, load, startedMs, rowsBefore);
  const result = await finishWave(context, load, rowsBefore);
  return [
    ...phaseRows(WAVE, 'before', BEFORE, result.phases[0]),
    ...phaseRows(WAVE, 'standing still', STANDSTILL, result.phases[1]),
    ...phaseRows(WAVE, 'afterwards', AFTER, result.phases[2]),
    ...drained,
    ...drainRows(WAVE, result),
  ];
}

async function untilMonotonic(atMs: number): Promise<void> {
  await delay(Math.max(0, atMs - monotonicMs()));
}

/** Stops the ClickHouse process without ending it, as an overloaded machine would. */
async function standStill({ product, report }: WaveContext, seconds: number): Promise<void> {
  const { clickhouse } = product.processIds();
  if (clickhouse === null) {
    throw new Error('the product has no ClickHouse process');
  }
  const goOn = () => {
    try {
      process.kill(clickhouse, 'SIGCONT');
    } catch (error) {
      report(`ClickHouse is gone: ${(error as Error).message}`);
    }
  };
  const release = onAbruptExit(goOn);
  process.kill(clickhouse, 'SIGSTOP');
  try {
    await delay(seconds * 1_000);
  } finally {
    goOn();
    release();
  }
}

/** Clicks keep coming meanwhile: the backlog is gone when stored clicks lag as little as usual. */
async function catchUp(
  { store, scale, report }: WaveContext,
  load: PacedLoad,
  startedMs: number,
  rowsBefore: number,
): Promise<BenchRow[]> {
  const phases = PHASES.map((phase) => ({ ...phase, seconds: phase.seconds * scale }));
  const returnedMs = monotonicMs();
  const atReturn = (await store.rows()) - rowsBefore;
  const backlog = dueByNow(phases, startedMs) - atReturn;
  let stored = atReturn;
  let isOver = false;
  const noteEnd = () => {
    isOver = true;
  };
  // A failed load is reported by whoever waits for its result.
  load.finished.then(noteEnd, noteEnd);
  while (stored < dueByNow(phases, startedMs + USUAL_LAG_MS) && !isOver) {
    if (monotonicMs() - returnedMs > CATCH_UP_MS_MAX) {
      report(`the backlog was not gone after ${CATCH_UP_MS_MAX} ms`);
      break;
    }
    await delay(LOOK_MS);
    stored = (await store.rows()) - rowsBefore;
  }
  const seconds = (monotonicMs() - returnedMs) / 1_000;
  const rate = (stored - atReturn) / seconds;
  const ratio = rate / CLICKS_PER_SECOND;
  const row = { bench: WAVE, parameters: `${CLICKS_PER_SECOND}/s keep coming` };
  return [
    { ...row, what: 'backlog on return', value: backlog, unit: 'clicks' },
    { ...row, what: 'caught up after', value: seconds, unit: 's' },
    { ...row, what: 'drain rate', value: rate, unit: 'clicks/s' },
    {
      ...row,
      what: 'drain rate ÷ ingest rate',
      value: ratio,
      unit: '×',
      goal: atLeast(DRAIN_RATIO_MIN, ratio, '×'),
    },
  ];
}
