/** One day of a time zone, from its first instant to that of the next; 23 to 25 hours long. */
export type LocalDay = { startMs: number; endMs: number };

const HOUR_MS = 3_600_000;
/** No day is longer; where a whole date is skipped, the next date begins at once. */
const DAY_MS_MAX = 26 * HOUR_MS;
const ZONES_MAX = 1_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The day of a time zone in which an instant lies. It begins at the first instant that has its date,
 * which is not midnight where clocks are put forward at midnight.
 *
 * @param atMs Unix time in ms
 * @param timezone IANA name
 * @throws RangeError for a time zone that does not exist
 */
export function localDay(atMs: number, timezone: string): LocalDay {
  const date = localDate(atMs, timezone);
  return {
    startMs: firstInstant(atMs - DAY_MS_MAX, atMs, (ms) => localDate(ms, timezone) >= date),
    endMs: firstInstant(atMs, atMs + DAY_MS_MAX, (ms) => localDate(ms, timezone) > date),
  };
}

/** The date as one number: 20260115. */
function localDate(atMs: number, timezone: string): number {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
    if (formats.size >= ZONES_MAX) formats.clear();
    formats.set(timezone, format);
  }
  let date = 0;
  for (const { type, value } of format.formatToParts(atMs)) {
    if (type === 'year') date += Number(value) * 10_000;
    if (type === 'month') date += Number(value) * 100;
    if (type === 'day') date += Number(value);
  }
  return date;
}

/** Bisection: the least time in (`beforeMs`, `atMs`] for which it holds, as it does for `atMs`. */
function firstInstant(beforeMs: number, atMs: number, holds: (ms: number) => boolean): number {
  let low = Math.floor(beforeMs);
  let high = Math.floor(atMs);
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}
