import type { BenchOutcome } from '../micro/result.ts';
import { measureManyAddresses } from './million-addresses.ts';
import { measureRedisOutage } from './redis-outage.ts';
import { measureShapes } from './shape-rows.ts';
import { measureFraudThroughput } from './throughput.ts';

export type FraudBenchOptions = {
  /** Turns of each with fraud detection off and on. */
  rounds: number;
  /** Of a turn, and of each phase of Redis. */
  seconds: number;
  /** Of one organisation. */
  addresses: number;
  /** While Redis comes and goes. */
  clicksPerSecond: number;
  /** Of the labelled traffic. */
  seed: number;
  report(line: string): void;
};

const BENCHES: Record<string, (options: FraudBenchOptions) => Promise<BenchOutcome>> = {
  shapes: async (options) => measureShapes(options),
  throughput: measureFraudThroughput,
  addresses: measureManyAddresses,
  redis: measureRedisOutage,
};

export const FRAUD_BENCH_NAMES = Object.keys(BENCHES);

/** @param names of FRAUD_BENCH_NAMES; all when empty */
export async function runFraudBenches(
  names: readonly string[],
  options: FraudBenchOptions,
): Promise<BenchOutcome> {
  const outcomes: BenchOutcome[] = [];
  for (const [name, measure] of Object.entries(BENCHES)) {
    if (names.length === 0 || names.includes(name)) {
      options.report(`fraud: ${name} …`);
      outcomes.push(await measure(options));
    }
  }
  return {
    rows: outcomes.flatMap(({ rows }) => rows),
    leftOut: outcomes.flatMap(({ leftOut }) => leftOut),
  };
}
