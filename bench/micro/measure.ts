import { type BenchRow, median, type Size } from './result.ts';

/** Nanoseconds per operation: median, least and greatest sample. */
export type Timing = { medianNs: number; range: readonly [number, number] };

/** How often a bench samples, and how many operations it does per sample. */
export function effort(size: Size, operations: number): { samples: number; operations: number } {
  return size === 'full'
    ? { samples: 11, operations }
    : { samples: 2, operations: Math.max(64, Math.ceil(operations / 200)) };
}

/** Samples that only warm the code up. */
const WARMUPS = 2;

/**
 * Takes samples, the first ones for nothing.
 *
 * @param sample does some work and returns the nanoseconds per operation
 */
export function measure(samples: number, sample: () => number): Timing {
  for (let warmup = 0; warmup < WARMUPS; warmup++) {
    sample();
  }
  return timingOf(Array.from({ length: samples }, sample));
}

export function timingOf(nanoseconds: readonly number[]): Timing {
  return {
    medianNs: median(nanoseconds),
    range: [Math.min(...nanoseconds), Math.max(...nanoseconds)],
  };
}

/** Nanoseconds per operation of one call of `work`. */
export function nanosecondsPer(operations: number, work: () => void): number {
  const startedMs = performance.now();
  work();
  return ((performance.now() - startedMs) * 1e6) / operations;
}

/**
 * Texts as the request reader makes them: each in memory of its own and without a hash yet, so that
 * looking it up costs what it costs in a click.
 */
export function freshCopies(texts: readonly string[]): string[] {
  return texts.map((text) => Buffer.from(text, 'utf8').toString('utf8'));
}

/**
 * What an optimising compiler must not know to be unused: each bench gives its results here.
 * A sum is enough, because it depends on all of them.
 */
export const sink = { value: 0 };

/** The row of a timing in nanoseconds. */
export function timingRow(
  row: Pick<BenchRow, 'bench' | 'what' | 'parameters'> & Pick<Partial<BenchRow>, 'hash'>,
  timing: Timing,
  budgetNs?: number,
): BenchRow {
  const goal =
    budgetNs === undefined
      ? {}
      : { goal: { text: `≤ ${budgetNs} ns`, met: timing.medianNs <= budgetNs } };
  return { ...row, value: timing.medianNs, unit: 'ns', range: timing.range, ...goal };
}
