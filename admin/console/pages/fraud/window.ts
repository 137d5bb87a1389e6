import { formatCount } from '../../parts/format.ts';

/** `130 ms`, `4.2 s`, `3 min`. */
export function formatInterval(intervalMs: number): string {
  if (intervalMs < 1_000) {
    return `${Math.round(intervalMs)} ms`;
  }
  return intervalMs < 120_000
    ? `${(intervalMs / 1_000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`
    : `${formatCount(intervalMs / 60_000)} min`;
}

/** What the spread of the intervals tells: 0 like clockwork, 1 as people by chance (docs/fraud.md). */
export function rhythmOf(variation: number): string {
  if (variation < 0.25) {
    return 'like clockwork';
  }
  return variation < 0.5 ? 'regular' : 'irregular';
}
