// HOT PATH: `at` runs once per click that a rule about time looks at. Budget: 20 ns, no allocation
// within the same quarter of an hour.

const NAME = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*){0,2}$/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Clocks are changed at these marks only: some zones are off by a half or a quarter of an hour. */
const QUARTER_MS = HOUR_MS / 4;
const QUARTERS_REMEMBERED_MAX = 1_000;
/** 1 January 1970 was a Thursday; monday is 0. */
const FIRST_WEEKDAY = 3;

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/**
 * Whether both this process and ClickHouse know a time zone by this name, such as `Europe/Berlin`. This
 * process reads names in any case; ClickHouse only as they are written in the time zone database.
 */
export function isTimezone(name: string): boolean {
  if (!NAME.test(name)) return false;
  try {
    const known = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    return known.toLowerCase() === name.toLowerCase() ? known === name : isAliasWellWritten(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** `US/Pacific`, `Asia/Kolkata`, `EST5EDT`, but not `US/PACIFIC` or `ASIA/Kolkata`. */
function isAliasWellWritten(name: string): boolean {
  const [area = '', ...places] = name.split('/');
  if (places.length === 0) return area.length < 5 || /[a-z\d]/.test(area);
  return (
    (area === 'US' || /[a-z]/.test(area)) &&
    places.every((place) => place.length < 5 || /[a-z\d]/.test(place))
  );
}

/** Reads wall clocks in one time zone. Offsets are remembered by the quarter of an hour. */
export class ZoneClock {
  readonly timezone: string;
  /** 0 to 23. */
  hour = 0;
  /** Days since 1 January 1970 in this zone. */
  day = 0;
  /** 0 is monday. */
  weekday = FIRST_WEEKDAY;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  #lastMs = Number.NaN;
  #lastQuarter = Number.NaN;
  #lastOffsetMs = 0;

  constructor(timezone: string) {
    this.timezone = timezone;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      ...{ era: 'short', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  }

  /** Sets hour, day and weekday to those of a moment in ms since epoch. */
  at(ms: number): void {
    if (ms === this.#lastMs) return;
    const quarter = Math.floor(ms / QUARTER_MS);
    if (quarter !== this.#lastQuarter) {
      this.#lastOffsetMs = this.#offset(quarter);
      this.#lastQuarter = quarter;
    }
    this.#lastMs = ms;
    const localMs = ms + this.#lastOffsetMs;
    this.day = Math.floor(localMs / DAY_MS);
    this.hour = Math.floor((localMs - this.day * DAY_MS) / HOUR_MS);
    const weekday = (this.day + FIRST_WEEKDAY) % 7;
    this.weekday = weekday < 0 ? weekday + 7 : weekday;
  }

  #offset(quarter: number): number {
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    if (this.#offsets.size === QUARTERS_REMEMBERED_MAX) this.#offsets.clear();
    const ms = quarter * QUARTER_MS;
    const offset = this.#wallClockMs(ms) - ms;
    this.#offsets.set(quarter, offset);
    return offset;
  }

  /** What the wall clock shows, as if it showed UTC. */
  #wallClockMs(ms: number): number {
    const shown = new Map(this.#format.formatToParts(ms).map((part) => [part.type, part.value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(shown.get(type));
    const year = shown.get('era') === 'BC' ? 1 - number('year') : number('year');
    const time = [number('hour'), number('minute'), number('second')] as const;
    return Date.UTC(year, number('month') - 1, number('day'), ...time);
  }
}

const clocks = new Map<string, ZoneClock>();

/**
 * The clock of a time zone; one for all rules of a thread. There are as many as zones have names.
 *
 * @throws RangeError for a name that `isTimezone` refuses
 */
export function zoneClock(timezone: string): ZoneClock {
  const known = clocks.get(timezone);
  if (known !== undefined) return known;
  const clock = new ZoneClock(timezone);
  clocks.set(timezone, clock);
  return clock;
}

/** Days since 1970 of a date such as `2026-03-29`, or null when there is no such day. */
export function parseDate(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text) ? null : ms / DAY_MS;
}
