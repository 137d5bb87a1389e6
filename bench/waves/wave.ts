import { PACED_CONNECTIONS, type PacedLoad, type PacedResult, startPaced } from '../load/paced.ts';
import { monotonicMs, type Phase, type PhaseResult } from '../load/paced-messages.ts';
import type { ClickStore } from '../load/stored-clicks.ts';
import type { BenchRow } from '../micro/result.ts';
import type { Product } from '../support/product.ts';

/** What every wave gets: one running product for all of them. */
export type WaveContext = {
  product: Product;
  store: ClickStore;
  /** The requests of the demo organisation's visitors. */
  templatesFile: string;
  folder: string;
  /** Lengths in seconds are multiplied by it: below 1 to look whether everything still works. */
  scale: number;
  report(line: string): void;
};

export type Wave = (context: WaveContext) => Promise<BenchRow[]>;

const DRAIN_MS_MAX = 120_000;

/** Starts a load on the product. */
export function startWave(
  { product, templatesFile, scale }: WaveContext,
  prefix: string,
  phases: readonly Phase[],
  connections = PACED_CONNECTIONS,
): PacedLoad {
  return startPaced({
    port: product.ports.engine,
    templatesFile,
    prefix,
    phases: phases.map((phase) => ({ ...phase, seconds: phase.seconds * scale })),
    connections,
  });
}

/** Waits for a load to end and for its clicks to be in ClickHouse. */
export async function finishWave(
  { store }: WaveContext,
  load: PacedLoad,
  rowsBefore: number,
): Promise<PacedResult & { drainMs: number; missing: number }> {
  const result = await load.finished;
  const answered = result.phases.reduce((sum, phase) => sum + phase.answered, 0);
  const { ms, rows } = await store.untilRows(rowsBefore + answered, DRAIN_MS_MAX);
  return { ...result, drainMs: ms, missing: Math.max(0, rowsBefore + answered - rows) };
}

/** How many clicks of a load are due by now. */
export function dueByNow(phases: readonly Phase[], startedAtMonotonicMs: number): number {
  let leftSeconds = (monotonicMs() - startedAtMonotonicMs) / 1_000;
  let due = 0;
  for (const { seconds, clicksPerSecond } of phases) {
    due += Math.max(0, Math.min(leftSeconds, seconds)) * clicksPerSecond;
    leftSeconds -= seconds;
  }
  return Math.floor(due);
}

/** The rows of one phase: counts, latency, and how late the generator itself was. */
export function phaseRows(
  wave: string,
  what: string,
  phase: Phase,
  result: PhaseResult | undefined,
): BenchRow[] {
  if (result === undefined) {
    throw new Error(`the generator did not report ${what}`);
  }
  const parameters = `${phase.clicksPerSecond}/s for ${phase.seconds} s`;
  const row = (name: string, value: number, unit: string): BenchRow => ({
    bench: wave,
    what: `${what}: ${name}`,
    parameters,
    value,
    unit,
  });
  return [
    row('answered', result.answered, 'clicks'),
    { ...row('failed', result.failed, 'clicks'), goal: none(result.failed) },
    row('p50', result.p50Ms, 'ms'),
    row('p99', result.p99Ms, 'ms'),
    row('longest', result.maxMs, 'ms'),
    row('sent late, p99', result.sendDelayP99Ms, 'ms'),
  ];
}

/** The rows of what happened after the load. */
export function drainRows(
  wave: string,
  { drainMs, missing }: { drainMs: number; missing: number },
): BenchRow[] {
  const row = { bench: wave, parameters: 'after the load' };
  return [
    { ...row, what: 'drained after', value: drainMs / 1_000, unit: 's' },
    { ...row, what: 'answered, not stored', value: missing, unit: 'clicks', goal: none(missing) },
  ];
}

function none(count: number): NonNullable<BenchRow['goal']> {
  return { text: '0 clicks', met: count === 0 };
}
