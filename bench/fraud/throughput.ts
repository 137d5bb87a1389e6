/** What does it cost, in redirects per second, that every click is judged? */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMeasuredProduct } from '../load/product.ts';
import { ClickStore } from '../load/stored-clicks.ts';
import { findProgram } from '../load/targets.ts';
import { makeVisits, requestTemplates } from '../load/traffic.ts';
import { WRK_CONNECTIONS, Wrk, type WrkResult } from '../load/wrk.ts';
import { atLeast, type BenchOutcome, type BenchRow, median } from '../micro/result.ts';
import { changeFraudSettings } from '../support/fraud-settings.ts';

const BENCH = 'fraud throughput';
const VISITORS = 5_000;
const DRAIN_MS_MAX = 120_000;
const MERGES_MS_MAX = 30_000;
/** At most 10 % of throughput. */
const RATIO_MIN = 0.9;

export type FraudThroughputOptions = {
  rounds: number;
  /** Of one turn. */
  seconds: number;
  report(line: string): void;
};

type Turns = { off: WrkResult[]; on: WrkResult[] };

/**
 * As many redirects as one product manages, without and with fraud detection in turn: off on, on off,
 * off on. Its backlog is drained after each turn, and the first turn is not counted.
 */
export async function measureFraudThroughput(
  options: FraudThroughputOptions,
): Promise<BenchOutcome> {
  const wrkProgram = findProgram('wrk');
  if (wrkProgram === undefined) {
    const reason = 'wrk is not installed; on Debian: apt-get install wrk';
    return { rows: [], leftOut: [{ bench: BENCH, reason }] };
  }
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-fraud-'));
  const wrk = new Wrk(wrkProgram, folder, requestTemplates(makeVisits(VISITORS)));
  const { product, dispose } = await startMeasuredProduct();
  const store = new ClickStore(product);
  const turn = async (enabled: boolean, name: string) => {
    await changeFraudSettings(product, { enabled });
    // ClickHouse goes on merging what the turn before has left.
    await store.untilMerged(MERGES_MS_MAX);
    const rowsBefore = await store.rows();
    const result = await wrk.run(product.ports.engine, options.seconds, `${name}-`);
    await store.untilRows(rowsBefore + result.requests, DRAIN_MS_MAX);
    const rate = Math.round(result.requests / result.seconds);
    options.report(`fraud ${enabled ? 'on' : 'off'}: ${rate}/s, p99 ${result.p99Ms.toFixed(2)} ms`);
    return result;
  };
  try {
    await turn(true, 'warm');
    const turns: Turns = { off: [], on: [] };
    for (let round = 1; round <= options.rounds; round++) {
      // Whatever grows while the bench runs burdens both alike.
      for (const enabled of round % 2 === 1 ? [false, true] : [true, false]) {
        const key = enabled ? 'on' : 'off';
        turns[key].push(await turn(enabled, `${key}${round}`));
      }
    }
    return { rows: rowsOf(turns, options), leftOut: [] };
  } finally {
    await store.close();
    await dispose();
    rmSync(folder, { recursive: true });
  }
}

function rowsOf({ off, on }: Turns, { rounds, seconds }: FraudThroughputOptions): BenchRow[] {
  const parameters = `${WRK_CONNECTIONS} connections, ${rounds} × ${seconds} s`;
  const row = (what: string, values: number[], unit: string): BenchRow => ({
    bench: BENCH,
    what,
    parameters,
    value: median(values),
    unit,
    range: [Math.min(...values), Math.max(...values)],
  });
  const rates = (results: WrkResult[]) => results.map(({ requests, seconds: s }) => requests / s);
  const offRates = rates(off);
  // Within a round, because the machine drifts.
  const ratios = rates(on).map((rate, round) => rate / (offRates[round] ?? Number.NaN));
  const failed = [...off, ...on].reduce((sum, result) => sum + result.failed, 0);
  return [
    row('fraud off', offRates, 'redirects/s'),
    row('fraud on', rates(on), 'redirects/s'),
    { ...row('on ÷ off', ratios, '×'), goal: atLeast(RATIO_MIN, median(ratios), '×') },
    row(
      'p99, fraud off',
      off.map(({ p99Ms }) => p99Ms),
      'ms',
    ),
    row(
      'p99, fraud on',
      on.map(({ p99Ms }) => p99Ms),
      'ms',
    ),
    {
      ...row('failed or blocked', [failed], 'clicks'),
      goal: { text: '0 clicks', met: failed === 0 },
    },
  ];
}
