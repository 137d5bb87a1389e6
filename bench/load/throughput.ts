import { type BenchRow, median } from '../micro/result.ts';
import {
  canReadProcessorUse,
  type ProcessorShare,
  processorShares,
  readProcessorUse,
  residentMemory,
} from './processor-use.ts';
import type { MeasuredProduct } from './product.ts';
import type { ClickStore } from './stored-clicks.ts';
import type { Target } from './targets.ts';
import { WRK_CONNECTIONS, type Wrk, type WrkResult } from './wrk.ts';

const BENCH = 'throughput';
const DRAIN_MS_MAX = 120_000;
/** design.md: first this share of nginx's rate, then that. */
const NGINX_SHARES_MIN = [0.5, 0.7];
/** Redirects per second of Kutt 3.2 on two cores, measured once, not in this run. */
const KUTT_PER_SECOND = 2_300;
const KUTT_RATIO_MIN = 25;

export type ThroughputOptions = { rounds: number; seconds: number; report(line: string): void };

/** What the product did in one round. */
type TrellisRound = {
  result: WrkResult;
  shares: ProcessorShare[];
  /** Clicks that were answered and not yet in ClickHouse when the load ended. */
  backlog: number;
  drainMs: number;
};

/**
 * As many redirects as each target manages, in turn: A B C A B C. After the product's turn its backlog
 * is drained, so that its inserts burden nobody else's turn. A first turn of the product is not
 * counted: its code is compiled while it runs.
 *
 * @param others what the product is compared with
 */
export async function measureThroughput(
  wrk: Wrk,
  { product }: MeasuredProduct,
  store: ClickStore,
  others: readonly Target[],
  options: ThroughputOptions,
): Promise<BenchRow[]> {
  const otherResults = new Map<string, WrkResult[]>(others.map(({ name }) => [name, []]));
  const rounds: TrellisRound[] = [];
  const sayResult = (name: string, { requests, seconds, p99Ms }: WrkResult) =>
    options.report(`${name}: ${Math.round(requests / seconds)}/s, p99 ${p99Ms.toFixed(2)} ms`);
  const warmUp = await wrk.run(product.ports.engine, options.seconds, 'warm-');
  await store.untilRows(warmUp.requests, DRAIN_MS_MAX);
  for (let round = 1; round <= options.rounds; round++) {
    for (const { name, port } of others) {
      const result = await wrk.run(port, options.seconds, 'other-');
      otherResults.get(name)?.push(result);
      sayResult(name, result);
    }
    const rowsBefore = await store.rows();
    const use = canReadProcessorUse() ? readProcessorUse(product.processIds()) : undefined;
    const result = await wrk.run(product.ports.engine, options.seconds, `wrk${round}-`);
    const shares =
      use === undefined
        ? []
        : processorShares(use, readProcessorUse(product.processIds()), result.requests);
    const rowsAfter = await store.rows();
    const wanted = rowsBefore + result.requests;
    const drained = await store.untilRows(wanted, DRAIN_MS_MAX);
    rounds.push({ result, shares, backlog: wanted - rowsAfter, drainMs: drained.ms });
    sayResult('Trellis', result);
    if (drained.rows < wanted) {
      options.report(
        `${wanted - drained.rows} clicks were not stored after ${Math.round(drained.ms)} ms`,
      );
    }
  }
  const memory = residentMemory(product.processIds());
  return [
    ...rateRows(rounds, otherResults, options),
    ...ratioRows(rounds, otherResults),
    await storedRow(store, rounds),
    ...drainRows(rounds),
    ...shareRows(rounds),
    ...memory.map(({ process, mebibytes }) =>
      plainRow(`memory of ${process}`, 'after the load', mebibytes, 'MiB'),
    ),
  ];
}

const perSecond = ({ requests, seconds }: WrkResult) => requests / seconds;

function plainRow(what: string, parameters: string, value: number, unit: string): BenchRow {
  return { bench: BENCH, what, parameters, value, unit };
}

/** The median of something over the rounds, with its range. */
function medianRow(what: string, parameters: string, values: number[], unit: string): BenchRow {
  return {
    ...plainRow(what, parameters, median(values), unit),
    range: [Math.min(...values), Math.max(...values)],
  };
}

function rateRows(
  rounds: readonly TrellisRound[],
  others: ReadonlyMap<string, WrkResult[]>,
  { rounds: count, seconds }: ThroughputOptions,
): BenchRow[] {
  const parameters = `${WRK_CONNECTIONS} connections, ${count} × ${seconds} s`;
  const all: [string, WrkResult[]][] = [
    ...others,
    ['Trellis, full path', rounds.map(({ result }) => result)],
  ];
  return all.flatMap(([name, results]) => [
    medianRow(name, parameters, results.map(perSecond), 'redirects/s'),
    medianRow(
      `  p50 of ${name}`,
      parameters,
      results.map(({ p50Ms }) => p50Ms),
      'ms',
    ),
    medianRow(
      `  p99 of ${name}`,
      parameters,
      results.map(({ p99Ms }) => p99Ms),
      'ms',
    ),
    plainRow(
      `  failed at ${name}`,
      parameters,
      results.reduce((sum, { failed }) => sum + failed, 0),
      'requests',
    ),
  ]);
}

/** Ratios are taken within a round and then their median, because the machine drifts. */
function ratioRows(
  rounds: readonly TrellisRound[],
  others: ReadonlyMap<string, WrkResult[]>,
): BenchRow[] {
  const rates = rounds.map(({ result }) => perSecond(result));
  const rows = [...others].flatMap(([name, results]): BenchRow[] => {
    const ratios = results.map((result, round) => (rates[round] ?? 0) / perSecond(result));
    const row = medianRow(`Trellis ÷ ${name}`, 'median of the rounds', ratios, '×');
    return name === 'nginx' ? nginxGoals(row) : [row];
  });
  const kutt = rates.map((rate) => rate / KUTT_PER_SECOND);
  const kuttRow = medianRow('Trellis ÷ Kutt 3.2', `its ${KUTT_PER_SECOND}/s`, kutt, '×');
  return [...rows, withLeast(kuttRow, KUTT_RATIO_MIN)];
}

/** One goal is for now, the other for later. */
function nginxGoals(row: BenchRow): BenchRow[] {
  return NGINX_SHARES_MIN.map((least, index) => ({
    ...withLeast(row, least),
    what: index === 0 ? row.what : `${row.what}, next goal`,
  }));
}

function withLeast(row: BenchRow, least: number): BenchRow {
  return { ...row, goal: { text: `≥ ${least} ×`, met: row.value >= least } };
}

/** wrk gives up what is under way when its time is over: those clicks are stored, too, but not its. */
async function storedRow(store: ClickStore, rounds: readonly TrellisRound[]): Promise<BenchRow> {
  let missing = 0;
  let answered = 0;
  for (const [index, { result }] of rounds.entries()) {
    const { rows, different } = await store.clicks(`wrk${index + 1}-`);
    answered += result.requests;
    missing += Math.max(0, result.requests - different) + (rows - different);
  }
  const row = plainRow('answered, missing or twice', `${answered} answered`, missing, 'clicks');
  return { ...row, goal: { text: '0 clicks', met: missing === 0 } };
}

function drainRows(rounds: readonly TrellisRound[]): BenchRow[] {
  const backlogs = rounds.map(({ backlog }) => Math.max(0, backlog));
  const rates = rounds.map(({ drainMs }, round) => ((backlogs[round] ?? 0) * 1_000) / drainMs);
  const times = rounds.map(({ drainMs }) => drainMs / 1_000);
  return [
    medianRow('backlog when the load ends', 'not in ClickHouse', backlogs, 'clicks'),
    medianRow('  drained after', 'no load', times, 's'),
    medianRow('  drain rate', 'no load', rates, 'clicks/s'),
  ];
}

/** Processor time per click, of the last round: its threads are the warmest. */
function shareRows(rounds: readonly TrellisRound[]): BenchRow[] {
  const shares = rounds.at(-1)?.shares ?? [];
  return shares.map(({ who, microsecondsPerClick }) =>
    plainRow(`processor: ${who}`, 'per click, last round', microsecondsPerClick, 'µs'),
  );
}
