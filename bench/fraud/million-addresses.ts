/** What do a million addresses of one organisation cost, and do other organisations notice? */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPaced, writeTemplates } from '../load/paced.ts';
import type { PhaseResult } from '../load/paced-messages.ts';
import { residentMemory } from '../load/processor-use.ts';
import { startMeasuredProduct } from '../load/product.ts';
import { ClickStore } from '../load/stored-clicks.ts';
import { makeVisits, requestTemplates } from '../load/traffic.ts';
import { atMost, type BenchOutcome, type BenchRow } from '../micro/result.ts';
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
/** "Unchanged", but for what two runs of the same differ by. */
const P99_RATIO_MAX = 1.25;

export type ManyAddressesOptions = {
  /** Clicks of the large organisation, each from an address of its own. */
  addresses: number;
  report(line: string): void;
};

type Run = { quiet: PhaseResult; hot: PhaseResult; engineMib: number };

/**
 * One organisation's clicks come from ever new addresses while another one has its usual traffic; first
 * with fraud detection off for the large one, then with it on.
 */
export async function measureManyAddresses(options: ManyAddressesOptions): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-fraud-'));
  const { product, dispose } = await startMeasuredProduct();
  const store = new ClickStore(product);
  try {
    const files = { hot: join(folder, 'hot.json'), quiet: join(folder, 'quiet.json') };
    writeTemplates(files.hot, requestTemplates(makeVisits(VISITORS)));
    writeTemplates(files.quiet, await addQuietOrganization(product));
    const run = async (enabled: boolean) => {
      await changeFraudSettings(product, { enabled });
      const rowsBefore = await store.rows();
      const result = await runBoth(product, files, enabled, options.addresses);
      const { hot, quiet, engineMib } = result;
      await store.untilRows(rowsBefore + hot.answered + quiet.answered, DRAIN_MS_MAX);
      options.report(
        `fraud ${enabled ? 'on' : 'off'}: the quiet one's p99 ${quiet.p99Ms.toFixed(2)} ms, engine ${Math.round(engineMib)} MiB`,
      );
      await store.untilMerged(DRAIN_MS_MAX);
      return result;
    };
    const startMib = engineMemory(product);
    const off = await run(false);
    const on = await run(true);
    const metrics = await fraudMetrics(product);
    return { rows: rowsOf(startMib, off, on, metrics, options), leftOut: [] };
  } finally {
    await store.close();
    await dispose();
    rmSync(folder, { recursive: true });
  }
}

async function runBoth(
  product: Product,
  files: { hot: string; quiet: string },
  enabled: boolean,
  addresses: number,
): Promise<Run> {
  const seconds = addresses / HOT_PER_SECOND;
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
  const name = enabled ? 'on' : 'off';
  const loads = [
    start(files.hot, `hot-${name}-`, HOT_PER_SECOND),
    start(files.quiet, `quiet-${name}-`, QUIET_PER_SECOND),
  ];
  const [hot, quiet] = await Promise.all(loads.map(({ finished }) => finished));
  return {
    hot: measured(hot?.phases),
    quiet: measured(quiet?.phases),
    engineMib: engineMemory(product),
  };
}

function measured(phases: PhaseResult[] | undefined): PhaseResult {
  const phase = phases?.[1];
  if (phase === undefined) {
    throw new Error('the generator did not report its second phase');
  }
  return phase;
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
  off: Run,
  on: Run,
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
  const ratio = on.quiet.p99Ms / off.quiet.p99Ms;
  const grownMib = on.engineMib - off.engineMib;
  const failed = [off, on].reduce((sum, { hot, quiet }) => sum + hot.failed + quiet.failed, 0);
  return [
    row('the quiet one beside it, fraud off: p99', off.quiet.p99Ms, 'ms'),
    row('the quiet one beside it, fraud on: p99', on.quiet.p99Ms, 'ms'),
    { ...row('on ÷ off', ratio, '×'), goal: atMost(P99_RATIO_MAX, ratio, '×') },
    row('the large one, fraud off: p99', off.hot.p99Ms, 'ms'),
    row('the large one, fraud on: p99', on.hot.p99Ms, 'ms'),
    {
      ...row('failed or blocked', failed, 'clicks'),
      goal: { text: '0 clicks', met: failed === 0 },
    },
    row('addresses in windows', metrics.addresses, ''),
    row('  evicted', metrics.evictions, ''),
    row('memory of the engine, before', startMib, 'MiB'),
    row('  after a run with fraud off', off.engineMib, 'MiB'),
    row('  after a run with fraud on', on.engineMib, 'MiB'),
    row('  which makes, per address', (grownMib * 1_048_576) / addresses, 'bytes'),
  ];
}
