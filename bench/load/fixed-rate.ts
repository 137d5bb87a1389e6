import { atMost, type BenchRow, median } from '../micro/result.ts';
import { PACED_CONNECTIONS, startPaced } from './paced.ts';
import type { PhaseResult } from './paced-messages.ts';
import type { Target } from './targets.ts';

const BENCH = 'fixed rate';
/** Not counted: connections open, code is compiled. */
const WARM_UP_SECONDS = 1;
/** design.md: p99 at most this many times nginx's. */
const P99_RATIO_MAX = 3;

export type FixedRateOptions = {
  rounds: number;
  seconds: number;
  clicksPerSecond: number;
  templatesFile: string;
  report(line: string): void;
};

/**
 * Latency at a rate that leaves the machine room, of several targets in turn.
 *
 * @param targets the first one is the product; it is compared with the one named nginx
 */
export async function measureFixedRate(
  targets: readonly Target[],
  options: FixedRateOptions,
): Promise<BenchRow[]> {
  const rounds = new Map<string, PhaseResult[]>(targets.map(({ name }) => [name, []]));
  for (let round = 1; round <= options.rounds; round++) {
    for (const target of targets) {
      const result = await measureOnce(target, round, options);
      rounds.get(target.name)?.push(result);
      options.report(
        `${target.name} at ${options.clicksPerSecond}/s: p50 ${result.p50Ms.toFixed(2)} ms, p99 ${result.p99Ms.toFixed(2)} ms, ${result.failed} failed`,
      );
    }
  }
  const parameters = `${options.clicksPerSecond}/s, ${options.rounds} × ${options.seconds} s`;
  const rows = [...rounds].flatMap(([name, results]) => latencyRows(name, results, parameters));
  const product = rounds.get(targets[0]?.name ?? '') ?? [];
  const nginx = rounds.get('nginx');
  return nginx === undefined ? rows : [...rows, ratioRow(product, nginx, parameters)];
}

async function measureOnce(
  target: Target,
  round: number,
  { seconds, clicksPerSecond, templatesFile }: FixedRateOptions,
): Promise<PhaseResult> {
  const { finished } = startPaced({
    port: target.port,
    templatesFile,
    prefix: `paced${round}-`,
    phases: [
      { seconds: WARM_UP_SECONDS, clicksPerSecond },
      { seconds, clicksPerSecond },
    ],
    connections: PACED_CONNECTIONS,
  });
  const { phases } = await finished;
  const measured = phases[1];
  if (measured === undefined) {
    throw new Error('the generator did not report its second phase');
  }
  return measured;
}

function latencyRows(name: string, rounds: readonly PhaseResult[], parameters: string): BenchRow[] {
  const row = (what: string, values: number[], unit: string): BenchRow => ({
    bench: BENCH,
    what: `${what} of ${name}`,
    parameters,
    value: median(values),
    unit,
    range: [Math.min(...values), Math.max(...values)],
  });
  return [
    row(
      'p50',
      rounds.map(({ p50Ms }) => p50Ms),
      'ms',
    ),
    row(
      'p99',
      rounds.map(({ p99Ms }) => p99Ms),
      'ms',
    ),
    row(
      '  longest',
      rounds.map(({ maxMs }) => maxMs),
      'ms',
    ),
    row(
      '  failed clicks',
      rounds.map(({ failed }) => failed),
      'clicks',
    ),
    row(
      '  p99 of sending late',
      rounds.map(({ sendDelayP99Ms }) => sendDelayP99Ms),
      'ms',
    ),
  ];
}

function ratioRow(
  product: readonly PhaseResult[],
  nginx: readonly PhaseResult[],
  parameters: string,
): BenchRow {
  const ratios = product.map(({ p99Ms }, round) => p99Ms / (nginx[round]?.p99Ms ?? Number.NaN));
  const ratio = median(ratios);
  return {
    bench: BENCH,
    what: 'p99 of Trellis ÷ nginx',
    parameters,
    value: ratio,
    unit: '×',
    range: [Math.min(...ratios), Math.max(...ratios)],
    goal: atMost(P99_RATIO_MAX, ratio, '×'),
  };
}
