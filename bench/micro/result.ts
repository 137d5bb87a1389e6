import { createHash } from 'node:crypto';

/** One line of the table that a run ends with. */
export type BenchRow = {
  /** The file that measured it. */
  bench: string;
  what: string;
  /** What the figure depends on: counts, sizes, rates. */
  parameters: string;
  value: number;
  unit: string;
  /** Least and greatest sample, same unit. */
  range?: readonly [number, number];
  /** Of what was computed, not of the figure: equal between runs of one version of the code. */
  hash?: string;
  /** What the figure should be, from design.md or the opening line of the measured file. */
  goal?: { text: string; met: boolean };
};

/** What is missing on this machine, and how to get it. */
export type LeftOut = { bench: string; reason: string };

export type BenchOutcome = { rows: BenchRow[]; leftOut: LeftOut[] };

/** `smoke`: as little as shows that the bench still works; its figures mean nothing. */
export type Size = 'full' | 'smoke';

/** A goal `value ≤ limit`; both in the row's unit. */
export function atMost(limit: number, value: number, unit: string): NonNullable<BenchRow['goal']> {
  return { text: `≤ ${limit} ${unit}`, met: value <= limit };
}

/** A goal `value ≥ limit`; both in the row's unit. */
export function atLeast(limit: number, value: number, unit: string): NonNullable<BenchRow['goal']> {
  return { text: `≥ ${limit} ${unit}`, met: value >= limit };
}

/** The first 12 hex digits of the SHA-256 over all parts. */
export function resultHash(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part);
    hash.update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

/** The median; NaN of nothing. Does not change the list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
