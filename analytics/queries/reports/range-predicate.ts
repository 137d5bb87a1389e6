import {
  IN_HOURS_OF_RANGE,
  IN_TIME_RANGE,
  isOfWholeHours,
  type TimeRange,
} from '../../schema/time-range.ts';

/** SQL of a range, written so that sums by hour can answer it where that is possible. */
export function rangePredicate(range: TimeRange): string {
  return isOfWholeHours(range) ? IN_HOURS_OF_RANGE : IN_TIME_RANGE;
}
