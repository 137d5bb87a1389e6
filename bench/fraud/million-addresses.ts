/** What do a million addresses of one organisation cost, and do other organisations notice? */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPaced, writeTemplates } from '../load/paced.ts';
import type { PhaseResult } from '../load/paced-messages.ts';
import { canReadProcessorUse, readProcessorUse, residentMemory } from '../load/processor-use.ts';
import { startMeasuredProduct } from '../load/product.ts';
import { ClickStore } from '../load/stored-clicks.ts';
import { makeVisits, requestTemplates } from '../load/traffic.ts';
import { atMost, type BenchOutcome, type BenchRow, median } from '../micro/result.ts';
import { changeFraudSettings } from '../support/fraud-settings.ts';
import type { Product } from '../support/product.ts';
import { addQuietOrganization } from '../waves/hot-organization.ts';

const BENCH = 'fraud, many addresses';
const HOT_PER_SECOND = 5_000;
const QUIET_PER_SECOND = 200;
const VISITORS = 5_000;
/** Not counted: connections open. */
const WARM_UP_SECONDS = 1;
const CONNECTIONS = 64;
const DRAIN_MS_MAX = 120_000;
/** In this order, so that what grows with time (tables, merges) counts for both alike. */
const TURNS = [false, true, true, false];
/** "Unchanged", but for what two runs of the same differ by. */
const P99_RATIO_MAX = 1.25;

export type ManyAddressesOptions = {
  /** Clicks of the large organisation while it is judged, each from an address of its own. */
  addresses: number;
  report(line: string): void;
};

type Turn = {
  enabled: boolean;
  quiet: PhaseResult;
  hot: PhaseResult;
  engineMib: number;
  /** Of the actor threads, per click of both. */
  actorMicroseconds: number;
};

/**
 * One organisation's clicks come from ever new addresses while another one has its usual traffic, by
 * turns with fraud detection off and on for the large one.
 */
export async function measureManyAddresses(options: ManyAddressesOptions): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-fraud-'));
  const { product, dispose } = await startMeasuredProduct();
  const store = new ClickStore(product);
  try {
    const files = { hot: join(folder, 'hot.json'), quiet: join(folder, 'quiet.json') };
    writeTemplates(files.hot, requestTemplates(makeVisits(VISITORS)));
    writeTemplates(files.quiet, await addQuietOrganization(product));
    const startMib = engineMemory(product);
    const turns: Turn[] = [];
    for (const [number, enabled] of TURNS.entries()) {
      await changeFraudSettings(product, { enabled });
      const rowsBefore = await store.rows();
      const turn = await runTurn(product, files, { number, enabled }, options.addresses);
      const { hot, quiet, engineMib } = turn;
      await store.untilRows(rowsBefore + hot.answered + quiet.answered, DRAIN_MS_MAX);
      options.report(
        `fraud ${enabled ? 'on' : 'off'}: the quiet one's p99 ${quiet.p99Ms.toFixed(2)} ms, engine ${Math.round(engineMib)} MiB`,
      );
      await store.untilMerged(DRAIN_MS_MAX);
      turns.push(turn);
    }
    const metrics = await fraudMetrics(product);
    return { rows: rowsOf(startMib, turns, metrics, options), leftOut: [] };
  } finally {
    await store.close();
    await dispose();
    rmSync(folder, { recursive: true });
  }
}

async function runTurn(
  product: Product,
  files: { hot: string; quiet: string },
  { number, enabled }: { number: number; enabled: boolean },
  addresses: number,
): Promise<Turn> {
  const turnsEnabled = TURNS.filter((isOn) => isOn).length;
  const seconds = addresses / turnsEnabled / HOT_PER_SECOND;
  const start = (templatesFile: string, prefix: string, clicksPerSecond: number) =>
    startPaced({
      port: product.ports.engine,
      templatesFile,
      prefix,
      phases: [
        { seconds: WARM_UP_SECONDS, clicksPerSecond },
        { seconds, clicksPerSecond },
      ],
      connections: CONNECTIONS,
      clicksPerAddress: 1,
    });
  const actorsBefore = actorSeconds(product);
  const loads = [
    start(files.hot, `hot-${number}-`, HOT_PER_SECOND),
    start(files.quiet, `quiet-${number}-`, QUIET_PER_SECOND),
  ];
  const [hot, quiet] = await Promise.all(loads.map(({ finished }) => finished));
  const clicks = (seconds + WARM_UP_SECONDS) * (HOT_PER_SECOND + QUIET_PER_SECOND);
  return {
    enabled,
    hot: measured(hot?.phases),
    quiet: measured(quiet?.phases),
    engineMib: engineMemory(product),
    actorMicroseconds: ((actorSeconds(product) - actorsBefore) * 1e6) / clicks,
  };
}

function measured(phases: PhaseResult[] | undefined): PhaseResult {
  const phase = phases?.[1];
  if (phase === undefined) {
    throw new Error('the generator did not report its second phase');
  }
  return phase;
}

/** Processor time of the actor threads so far; NaN where the system does not tell. */
function actorSeconds(product: Product): number {
  if (!canReadProcessorUse()) {
    return Number.NaN;
  }
  return [...readProcessorUse(product.processIds()).threads.values()]
    .filter(({ name }) => name.startsWith('actor-'))
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

function engineMemory(product: Product): number {
  const memory = residentMemory(product.processIds());
  return memory.find(({ process }) => process === 'engine')?.mebibytes ?? Number.NaN;
}

/** What the engine counts of its windows. */
async function fraudMetrics(product: Product): Promise<{ addresses: number; evictions: number }> {
  const text = await (await fetch(`http://127.0.0.1:${product.ports.metrics}/metrics`)).text();
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+]+)$`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  return {
    addresses: sum('trellis_fraud_addresses'),
    evictions: sum('trellis_fraud_evictions_total'),
  };
}

function rowsOf(
  startMib: number,
  turns: readonly Turn[],
  metrics: { addresses: number; evictions: number },
  { addresses }: ManyAddressesOptions,
): BenchRow[] {
  const parameters = `${addresses} addresses, ${HOT_PER_SECOND}/s beside ${QUIET_PER_SECOND}/s`;
  const row = (what: string, value: number, unit: string): BenchRow => ({
    bench: BENCH,
    what,
    parameters,
    value,
    unit,
  });
  const of = (enabled: boolean, figure: (turn: Turn) => number) => {
    const values = turns.filter((turn) => turn.enabled === enabled).map(figure);
    return { value: median(values), range: [Math.min(...values), Math.max(...values)] as const };
  };
  const both = (what: string, figure: (turn: Turn) => number, unit = 'ms'): BenchRow[] =>
    [false, true].map((enabled) => {
      const { value, range } = of(enabled, figure);
      return { ...row(`${what}, fraud ${enabled ? 'on' : 'off'}`, value, unit), range };
    });
  const quietP99 = (turn: Turn) => turn.quiet.p99Ms;
  const ratio = of(true, quietP99).value / of(false, quietP99).value;
  const [before, after] = [turns[0], turns.at(-1)].map((turn) => turn?.engineMib ?? Number.NaN);
  const grownMib = (after ?? Number.NaN) - (before ?? Number.NaN);
  const failed = turns.reduce((sum, { hot, quiet }) => sum + hot.failed + quiet.failed, 0);
  return [
    ...both("the quiet one's p99", quietP99),
    { ...row('  on ÷ off', ratio, '×'), goal: atMost(P99_RATIO_MAX, ratio, '×') },
    ...both("the large one's p50", ({ hot }) => hot.p50Ms),
    ...both("the large one's p99", ({ hot }) => hot.p99Ms),
    ...both('  until it was sent: the generator', ({ hot }) => hot.sendDelayP99Ms),
    ...both('actor thread, per click', ({ actorMicroseconds }) => actorMicroseconds, 'µs'),
    {
      ...row('failed or blocked', failed, 'clicks'),
      goal: { text: '0 clicks', met: failed === 0 },
    },
    row('addresses in windows', metrics.addresses, ''),
    row('  evicted', metrics.evictions, ''),
    row('memory of the engine, before', startMib, 'MiB'),
    row('  after a turn with fraud off', before ?? Number.NaN, 'MiB'),
    row('  at the end', after ?? Number.NaN, 'MiB'),
    row('  which makes, per address', (grownMib * 1_048_576) / addresses, 'bytes'),
  ];
}
