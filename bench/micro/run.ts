import { click } from './click.ts';
import { destination } from './destination.ts';
import { encode } from './encode.ts';
import { enrich } from './enrich.ts';
import { fraud } from './fraud.ts';
import { log } from './log.ts';
import { mailbox } from './mailbox.ts';
import { matching } from './matching.ts';
import { organizations } from './organizations.ts';
import type { BenchOutcome, BenchRow, Size } from './result.ts';
import { routing } from './routing.ts';

/** The micro benches by name, in the order of a click's way. */
const MICRO_BENCHES: Record<string, (size: Size) => BenchRow[] | Promise<BenchRow[]>> = {
  routing,
  mailbox,
  enrich,
  fraud,
  matching,
  destination,
  encode,
  log,
  click,
  organizations,
};

export const MICRO_BENCH_NAMES = Object.keys(MICRO_BENCHES);

/**
 * Runs micro benches one after the other.
 *
 * @param names of MICRO_BENCH_NAMES; all when empty
 */
export async function runMicroBenches(
  names: readonly string[],
  size: Size,
  report: (line: string) => void,
): Promise<BenchOutcome> {
  const rows: BenchRow[] = [];
  for (const [name, bench] of Object.entries(MICRO_BENCHES)) {
    if (names.length === 0 || names.includes(name)) {
      report(`micro: ${name} …`);
      rows.push(...(await bench(size)));
    }
  }
  return { rows, leftOut: [] };
}
