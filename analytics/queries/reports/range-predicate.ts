import { IN_TIME_RANGE, type TimeRange } from '../../schema/time-range.ts';

const HOUR_MS = 3_600_000;

/** Predicates of times that exclude each other, and values for their placeholders. */
export type Spans = { predicates: string[]; params: Record<string, unknown> };

/**
 * A range cut into its whole hours of UTC, in words that sums by hour can answer, and what is left at its
 * ends. One span, the range, when there is no whole hour in it. Needs `timeRangeParams` as well.
 */
export function spansOfRange({ startMs, endMs }: TimeRange): Spans {
  const fromMs = Math.ceil(startMs / HOUR_MS) * HOUR_MS;
  const toMs = Math.floor(endMs / HOUR_MS) * HOUR_MS;
  if (fromMs >= toMs) {
    return { predicates: [IN_TIME_RANGE], params: {} };
  }
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const hour = (name: string) => `toDateTime(intDiv({${name}:Int64}, 1000), 'UTC')`;
  const hours = `(toStartOfHour(event_time) >= ${hour('hours_from_ms')}
    AND toStartOfHour(event_time) < ${hour('hours_to_ms')})`;
  const before = `(event_time >= ${time('range_start_ms')} AND event_time < ${time('hours_from_ms')})`;
  const after = `(event_time >= ${time('hours_to_ms')} AND event_time < ${time('range_end_ms')})`;
  return {
    predicates: [hours, ...(startMs < fromMs ? [before] : []), ...(toMs < endMs ? [after] : [])],
    params: { hours_from_ms: String(fromMs), hours_to_ms: String(toMs) },
  };
}
