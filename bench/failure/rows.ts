import type { BenchOutcome, BenchRow } from '../micro/result.ts';
import { type CrashOptions, runCrashTest, VICTIMS } from './crash.ts';
import { type DiskFullOptions, runDiskFullTest } from './disk-full.ts';
import { type HostileOptions, runHostileTest } from './hostile.ts';
import { type OutageOptions, runOutageTest } from './outage.ts';
import { isExactlyOnce } from './stored.ts';

/** Makes rows of one test. */
function rowMaker(bench: string, parameters: string) {
  const figure = (what: string, value: number, unit: string): BenchRow => ({
    bench,
    what,
    parameters,
    value,
    unit,
  });
  const zero = (what: string, value: number, unit: string): BenchRow => ({
    ...figure(what, value, unit),
    goal: { text: `0 ${unit}`, met: value === 0 },
  });
  return { figure, zero };
}

/** Is anything lost, late or failed when a store is away for a while? */
export async function measureOutage(options: OutageOptions): Promise<BenchOutcome> {
  const result = await runOutageTest(options);
  const restart = options.restartEngine ? ', engine restarted' : '';
  const { figure, zero } = rowMaker(
    'outage',
    `${options.store} down ${options.outageSeconds} s, ${options.clicksPerSecond}/s${restart}`,
  );
  const { before, during, difference } = result;
  const p99Ratio = during.p99Ms / before.p99Ms;
  const rows = [
    figure('clicks answered during the outage', during.clicksAnswered, 'clicks'),
    zero('  failed', during.clicksFailed + during.postbacksFailed, 'requests'),
    figure('p99 before', before.p99Ms, 'ms'),
    {
      ...figure('p99 during ÷ before', p99Ratio, '×'),
      goal: { text: '≤ 2 ×', met: p99Ratio <= 2 },
    },
    figure('clicks acknowledged', difference.clicksAcknowledged, 'clicks'),
    figure('postbacks acknowledged', difference.ordersAcknowledged, 'postbacks'),
    zero('  lost or stored twice', isExactlyOnce(difference) ? 0 : 1, 'cases'),
    figure('all stored after the return', result.drainedAfterSeconds, 's'),
  ];
  return { rows, leftOut: [] };
}

/** Does hostile input crash anything, inject a header or redirect anywhere else? */
export async function measureHostile(options: HostileOptions): Promise<BenchOutcome> {
  const { statuses, faults } = await runHostileTest(options);
  const { figure, zero } = rowMaker(
    'hostile',
    `${options.requests} requests, seed ${options.seed}`,
  );
  const answered = Object.entries(statuses).map(([status, count]) =>
    figure(status === '0' ? 'closed without an answer' : `answered ${status}`, count, 'requests'),
  );
  const found = Object.entries(faults).map(([fault, count]) => zero(fault, count, 'requests'));
  return {
    rows: [...answered, zero('kinds of faults', found.length, 'faults'), ...found],
    leftOut: [],
  };
}

/** What happens when the disk of the event log is full, and when it has room again? */
export async function measureDiskFull(options: DiskFullOptions): Promise<BenchOutcome> {
  const result = await runDiskFullTest(options);
  const { figure, zero } = rowMaker('disk full', 'tmpfs');
  const rows = [
    figure('clicks redirected while it was full', result.redirectedWhileFull, 'clicks'),
    zero('  failed', result.failedWhileFull, 'clicks'),
    figure('  counted as dropped', result.countedAsDropped, 'clicks'),
    zero('  neither dropped nor stored', result.unaccounted, 'clicks'),
    figure('postbacks answered 503 while it was full', result.postbacksRefused, 'postbacks'),
    zero('  accepted and not stored', result.postbacksLost, 'postbacks'),
    figure('recorded again after', result.recoveredAfterMs, 'ms'),
  ];
  return { rows, leftOut: [] };
}

/** Is anything lost or counted twice when processes and threads are killed under load? */
export async function measureCrashes(options: CrashOptions): Promise<BenchOutcome> {
  const { rounds, difference, ...failed } = await runCrashTest(options);
  const { figure, zero } = rowMaker(
    'crash',
    `${options.rounds} rounds, ${options.clicksPerSecond} clicks/s, ${options.postbacksPerSecond} postbacks/s, seed ${options.seed}`,
  );
  const rows = [
    ...VICTIMS.map((victim) => figure(`killed: ${victim}`, rounds[victim], 'times')),
    figure('clicks acknowledged', difference.clicksAcknowledged, 'clicks'),
    zero('  not stored', difference.clicksMissing, 'clicks'),
    zero('  stored twice', difference.clicksTwice, 'clicks'),
    figure('postbacks acknowledged', difference.ordersAcknowledged, 'postbacks'),
    zero('  not in PostgreSQL', difference.ordersMissingInPostgres, 'postbacks'),
    zero('  twice in PostgreSQL', difference.ordersTwiceInPostgres, 'postbacks'),
    zero('  not in ClickHouse', difference.ordersMissingInClickhouse, 'postbacks'),
    zero('  twice in ClickHouse', difference.ordersTwiceInClickhouse, 'postbacks'),
    zero('failed while an actor died', failed.failedWhileActorDied, 'requests'),
    zero('failed while a store died', failed.failedWhileStoreDied, 'requests'),
    figure('failed while the engine died', failed.failedWhileEngineDied, 'requests'),
  ];
  return { rows, leftOut: [] };
}
