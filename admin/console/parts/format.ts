/** How figures, money and times are written, everywhere the same, in the reader's own language. */

const COUNT = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** `1,234,567`; a dash for what is unknown. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : COUNT.format(value);
}

/** `1.2M`, for axes and narrow places. */
export function formatCompact(value: number): string {
  return COMPACT.format(value);
}

const moneyFormats = new Map<string, Intl.NumberFormat>();

/** @param currency ISO 4217; '' writes the number alone */
export function formatMoney(value: number | string | null | undefined, currency: string): string {
  if (value === null || value === undefined) {
    return '–';
  }
  let format = moneyFormats.get(currency);
  if (format === undefined) {
    format = new Intl.NumberFormat(
      undefined,
      /^[A-Z]{3}$/.test(currency)
        ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }
        : { minimumFractionDigits: 2, maximumFractionDigits: 2 },
    );
    moneyFormats.set(currency, format);
  }
  return format.format(Number(value));
}

/** @param value in percent: 3.04 → `3.04 %` */
export function formatPercent(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined
    ? '–'
    : `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} %`;
}

/** @param value a share from 0 to 1: 0.873 → `0.87` */
export function formatScore(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(2);
}

/** Day and time of ISO 8601, in the reader's time zone. */
export function formatTime(iso: string | null | undefined): string {
  return iso === null || iso === undefined ? '–' : TIME.format(new Date(iso));
}

/** Only the time of the day, with seconds. */
export function formatClock(iso: string): string {
  return CLOCK.format(new Date(iso));
}

export function formatDay(iso: string): string {
  return DAY.format(new Date(iso));
}

const UNITS: ReadonlyArray<readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number]> = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `5 minutes ago`, `in 2 days`. */
export function formatAgo(iso: string, nowMs: number = Date.now()): string {
  const seconds = (new Date(iso).getTime() - nowMs) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) {
      return RELATIVE.format(Math.round(seconds / size), unit);
    }
  }
  return RELATIVE.format(Math.round(seconds), 'second');
}

/** `1.2 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}
