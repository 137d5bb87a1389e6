import { TrellisError } from '../../core/errors.ts';

/** A span of event times. */
export type TimeRange = {
  /** Ms since the epoch, inclusive. */
  startMs: number;
  /** Ms since the epoch, exclusive; later than `startMs`. */
  endMs: number;
  /** IANA name that ClickHouse and JavaScript both know; decides what a day, an hour, a weekday is. */
  timezone: string;
};

/** What a request says of a span: ISO 8601, see `parseInstant`. */
export type TimeRangeText = {
  start?: string | undefined;
  end?: string | undefined;
  timezone?: string | undefined;
};

/** A span that cannot be understood; `path` is the field at fault. Its code: `invalid_time_range`. */
export class TimeRangeError extends TrellisError {
  readonly path: keyof TimeRangeText;

  constructor(path: keyof TimeRangeText, message: string) {
    super('invalid_time_range', message);
    this.name = 'TimeRangeError';
    this.path = path;
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What a request without a start asks for. */
const DEFAULT_DAYS = 30;
/** Times that the event table can hold. */
const INSTANT_MS_MIN = Date.UTC(1970, 0, 1);
const INSTANT_MS_MAX = Date.UTC(2200, 0, 1);
/** More caches than there are zones would be somebody trying out spellings. */
const ZONES_MAX = 600;

/**
 * The span that a request means. Without an end it ends now, without a start it begins 30 days before
 * its end.
 *
 * @param nowMs ms since the epoch
 * @throws TimeRangeError
 */
export function parseTimeRange(text: TimeRangeText, nowMs: number): TimeRange {
  const timezone = parseTimezone(text.timezone);
  const endMs = text.end === undefined ? nowMs : parseInstant(text.end, timezone, 'end');
  const startMs =
    text.start === undefined
      ? endMs - DEFAULT_DAYS * DAY_MS
      : parseInstant(text.start, timezone, 'start');
  if (startMs >= endMs) {
    throw new TimeRangeError(
      text.end === undefined ? 'start' : 'end',
      'The end must be later than the start; it is exclusive',
    );
  }
  return { startMs, endMs, timezone };
}

/**
 * @param name IANA name in any case; UTC when it is not given
 * @returns the name in its usual spelling
 * @throws TimeRangeError
 */
export function parseTimezone(name: string | undefined): string {
  if (name === undefined) {
    return 'UTC';
  }
  // Intl also takes offsets such as +02:00, which ClickHouse does not.
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(name)) {
    throw new TimeRangeError('timezone', 'Not a time zone; for example Europe/Berlin');
  }
  try {
    return formatOf(name).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new TimeRangeError('timezone', 'There is no such time zone; for example Europe/Berlin');
    }
    throw error;
  }
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|z|[+-]\d{2}:?\d{2})?$/;

/**
 * @param text ISO 8601: a date (its midnight) or a date and a time, both of the time zone unless the
 *   text carries an offset. A time that daylight saving skips is the first one after the gap, one that
 *   occurs twice is the first of both.
 * @param path the field to name when it is wrong
 * @returns ms since the epoch
 * @throws TimeRangeError
 */
export function parseInstant(text: string, timezone: string, path: 'start' | 'end'): number {
  const parts = INSTANT.exec(text.trim());
  if (parts === null) {
    throw new TimeRangeError(path, 'Not a time of ISO 8601; for example 2024-03-01');
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const millisecond = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const read = new Date(wallMs);
  const isDate = read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
  if (!isDate || hour > 23 || minute > 59 || second > 59) {
    throw new TimeRangeError(path, 'There is no such time');
  }
  const offset = parts[8];
  const instantMs =
    offset === undefined ? wallToInstantMs(wallMs, timezone) : wallMs - offsetMs(offset, path);
  if (!(instantMs >= INSTANT_MS_MIN && instantMs <= INSTANT_MS_MAX)) {
    throw new TimeRangeError(path, 'Only times from 1970 to 2199 are known');
  }
  return instantMs;
}

function offsetMs(offset: string, path: 'start' | 'end'): number {
  if (/^z$/i.test(offset)) {
    return 0;
  }
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 23 || minutes > 59) {
    throw new TimeRangeError(path, 'There is no such offset');
  }
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

/**
 * The instant at which clocks of the zone show a wall time.
 *
 * @param wallMs the wall time as if it were UTC, ms
 */
function wallToInstantMs(wallMs: number, timezone: string): number {
  // Offsets on both sides of any change that could matter; no zone changes twice in two days.
  const before = zoneOffsetMs(wallMs - DAY_MS, timezone);
  const after = zoneOffsetMs(wallMs + DAY_MS, timezone);
  const candidates = [wallMs - before, wallMs - after].filter(
    (instantMs) => instantMs + zoneOffsetMs(instantMs, timezone) === wallMs,
  );
  if (candidates.length > 0) {
    return Math.min(...candidates);
  }
  return firstAfterChangeMs(
    wallMs - Math.max(before, after),
    wallMs - Math.min(before, after),
    timezone,
  );
}

/** The first minute between two instants at which the zone's offset is that of the later one. */
function firstAfterChangeMs(fromMs: number, toMs: number, timezone: string): number {
  const wanted = zoneOffsetMs(toMs, timezone);
  let low = Math.floor(fromMs / MINUTE_MS);
  let high = Math.ceil(toMs / MINUTE_MS);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffsetMs(middle * MINUTE_MS, timezone) === wanted) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low * MINUTE_MS;
}

/** Local time minus UTC at an instant, in ms. */
function zoneOffsetMs(instantMs: number, timezone: string): number {
  if (timezone === 'UTC') {
    return 0;
  }
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(timezone).formatToParts(instantMs)) {
    shown[type] = Number(value);
  }
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return wallMs - Math.floor(instantMs / 1000) * 1000;
}

/** The local midnight with which the day of an instant begins, in ms since the epoch. */
export function startOfDayMs(instantMs: number, timezone: string): number {
  const wallMs = instantMs + zoneOffsetMs(instantMs, timezone);
  return wallToInstantMs(Math.floor(wallMs / DAY_MS) * DAY_MS, timezone);
}

/** The local date of an instant: `2024-03-01`. */
export function localDate(instantMs: number, timezone: string): string {
  return new Date(instantMs + zoneOffsetMs(instantMs, timezone)).toISOString().slice(0, 10);
}

const HOUR_MS = 60 * MINUTE_MS;
/** Between two looks at a zone's offset; offsets that hold for less have been summer times. */
const LOOK_MS = 60 * DAY_MS;

/**
 * Whether each hour of UTC lies within one hour of the zone's clocks all the time between two instants,
 * so that sums by hour of UTC can be summed further by hours and days of the zone.
 */
export function hasWholeHours(timezone: string, startMs: number, endMs: number): boolean {
  if (timezone === 'UTC') {
    return true;
  }
  for (let instantMs = startMs; instantMs < endMs; instantMs += LOOK_MS) {
    if (zoneOffsetMs(instantMs, timezone) % HOUR_MS !== 0) {
      return false;
    }
  }
  return zoneOffsetMs(endMs, timezone) % HOUR_MS === 0;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError when there is no such zone */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) {
    return known;
  }
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= ZONES_MAX) {
    formats.clear();
  }
  formats.set(timezone, format);
  return format;
}

/** SQL: the event lies in the range whose `timeRangeParams` are bound. */
export const IN_TIME_RANGE =
  "(event_time >= fromUnixTimestamp64Milli({range_start_ms:Int64}, 'UTC') AND " +
  "event_time < fromUnixTimestamp64Milli({range_end_ms:Int64}, 'UTC'))";

/** Values for `IN_TIME_RANGE`, and `range_timezone` for expressions such as `toHour(event_time, {range_timezone:String})`. */
export function timeRangeParams(range: TimeRange): Record<string, unknown> {
  return {
    range_start_ms: String(range.startMs),
    range_end_ms: String(range.endMs),
    range_timezone: range.timezone,
  };
}
