import {
  parseInstant,
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

/**
 * A span of a list, which may be open on either side.
 *
 * @param place where its members stand: `/querystring`
 * @returns ms since the epoch; undefined where nothing is asked
 * @throws ProblemError 400 naming the member at fault
 */
export function readOpenRange(
  { start, end, timezone }: TimeRangeText,
  place: string,
): { startMs: number | undefined; endMs: number | undefined } {
  return blaming(place, () => {
    const zone = parseTimezone(timezone);
    const startMs = start === undefined ? undefined : parseInstant(start, zone, 'start');
    const endMs = end === undefined ? undefined : parseInstant(end, zone, 'end');
    if (startMs !== undefined && endMs !== undefined && startMs >= endMs) {
      throw new TimeRangeError('end', 'The end must be later than the start; it is exclusive');
    }
    return { startMs, endMs };
  });
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
