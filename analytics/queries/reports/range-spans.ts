import { IN_TIME_RANGE, type TimeRange } from '../../schema/time-range.ts';

/** Units that there are sums by, and how ClickHouse names their beginning. */
const UNITS = {
  hour: { ms: 3_600_000, start: 'toStartOfHour(event_time)' },
  day: { ms: 86_400_000, start: 'toStartOfDay(event_time)' },
} as const;

/** Predicates of times that exclude each other, and values for their placeholders. */
export type Spans = { predicates: string[]; params: Record<string, unknown>; hasWhole: boolean };

/**
 * A range cut into its whole hours or days of UTC, in words that sums by them can answer, and what is
 * left at its ends. One span, the range, when there is no whole one in it (`hasWhole` is false). Needs
 * `timeRangeParams` as well.
 */
export function spansOfRange({ startMs, endMs }: TimeRange, unit: keyof typeof UNITS): Spans {
  const { ms, start } = UNITS[unit];
  const fromMs = Math.ceil(startMs / ms) * ms;
  const toMs = Math.floor(endMs / ms) * ms;
  if (fromMs >= toMs) {
    return { predicates: [IN_TIME_RANGE], params: {}, hasWhole: false };
  }
  const whole = (name: string) => `toDateTime(intDiv({${name}:Int64}, 1000), 'UTC')`;
  return {
    predicates: [
      `(${start} >= ${whole('whole_from_ms')} AND ${start} < ${whole('whole_to_ms')})`,
      ...(startMs < fromMs ? [between('range_start_ms', 'whole_from_ms')] : []),
      ...(toMs < endMs ? [between('whole_to_ms', 'range_end_ms')] : []),
    ],
    params: { whole_from_ms: String(fromMs), whole_to_ms: String(toMs) },
    hasWhole: true,
  };
}

function between(from: string, to: string): string {
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  return `(event_time >= ${time(from)} AND event_time < ${time(to)})`;
}
