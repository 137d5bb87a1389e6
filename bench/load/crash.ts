/** Is anything lost or counted twice when processes and threads are killed under load? */
import { type CrashOptions, runCrashTest, VICTIMS } from '../failure/crash.ts';
import type { BenchOutcome, BenchRow } from '../micro/result.ts';

/** Runs the crash test of bench/failure and puts its figures into rows. */
export async function measureCrashes(options: CrashOptions): Promise<BenchOutcome> {
  const { rounds, difference, ...failed } = await runCrashTest(options);
  const parameters = `${options.rounds} rounds, ${options.clicksPerSecond} clicks/s, ${options.postbacksPerSecond} postbacks/s, seed ${options.seed}`;
  const row = (what: string, value: number, unit: string): BenchRow => ({
    bench: 'crash',
    what,
    parameters,
    value,
    unit,
  });
  const zero = (what: string, value: number, unit: string): BenchRow => ({
    ...row(what, value, unit),
    goal: { text: `0 ${unit}`, met: value === 0 },
  });
  const rows = [
    ...VICTIMS.map((victim) => row(`killed: ${victim}`, rounds[victim], 'times')),
    row('clicks acknowledged', difference.clicksAcknowledged, 'clicks'),
    zero('  not stored', difference.clicksMissing, 'clicks'),
    zero('  stored twice', difference.clicksTwice, 'clicks'),
    row('postbacks acknowledged', difference.ordersAcknowledged, 'postbacks'),
    zero('  not in PostgreSQL', difference.ordersMissingInPostgres, 'postbacks'),
    zero('  twice in PostgreSQL', difference.ordersTwiceInPostgres, 'postbacks'),
    zero('  not in ClickHouse', difference.ordersMissingInClickhouse, 'postbacks'),
    zero('  twice in ClickHouse', difference.ordersTwiceInClickhouse, 'postbacks'),
    zero('failed while an actor died', failed.failedWhileActorDied, 'requests'),
    zero('failed while a store died', failed.failedWhileStoreDied, 'requests'),
    row('failed while the engine died', failed.failedWhileEngineDied, 'requests'),
  ];
  return { rows, leftOut: [] };
}
