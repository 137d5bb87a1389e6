import {
  parseTimeRange,
  parseTimezone,
  type TimeRange,
  TimeRangeError,
  type TimeRangeText,
} from '../../../analytics/schema/time-range.ts';
import { invalidRequest } from '../validation.ts';

/**
 * The span that a request means.
 *
 * @param place where its members stand: `/querystring`, `/body/range`
 * @throws ProblemError 400 naming the member at fault
 */
export function readTimeRange(text: TimeRangeText, nowMs: number, place: string): TimeRange {
  return blaming(place, () => parseTimeRange(text, nowMs));
}

/** @throws ProblemError 400 */
export function readTimezone(timezone: string | undefined, place: string): string {
  return blaming(place, () => parseTimezone(timezone));
}

function blaming<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TimeRangeError) {
      throw invalidRequest([{ path: `${place}/${error.path}`, message: error.message }]);
    }
    throw error;
  }
}
