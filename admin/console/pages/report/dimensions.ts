import type { Filter } from './api-types.ts';

/** What reports can be grouped by, in the order in which the reader is offered them. */
const LABELS: Readonly<Record<string, string>> = {
  campaign_id: 'Campaign',
  source: 'Source',
  medium: 'Medium',
  referer_domain: 'Referring site',
  country: 'Country',
  region: 'Region',
  city: 'City',
  device_type: 'Device',
  os: 'Operating system',
  os_version: 'Version of the system',
  browser: 'Browser',
  browser_version: 'Version of the browser',
  language: 'Language',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  hourly: 'Hour by hour',
  hour: 'Hour of the day',
  weekday: 'Weekday',
  rule_id: 'Rule',
  destination: 'Destination',
  path: 'Path',
  tag: 'Tag',
  event_type: 'Type of event',
  conversion_event: 'Conversion',
  is_bot: 'Robot',
  is_blocked: 'Blocked',
  is_suspicious: 'Suspicious',
};

export const DIMENSIONS = Object.keys(LABELS);
export const PARAMETER = 'param.';
/** As many as the API takes. */
export const GROUPINGS_MAX = 8;

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** Those that are times that follow each other. */
const CALENDAR = ['hourly', 'day', 'week', 'month'];
const CYCLES = ['hour', 'weekday'];

/** Whether the values have an order of their own, that of the calendar or of the clock. */
export function isTime(dimension: string): boolean {
  return CALENDAR.includes(dimension) || CYCLES.includes(dimension);
}

export function isCalendar(dimension: string): boolean {
  return CALENDAR.includes(dimension);
}

export function labelOf(dimension: string): string {
  return dimension.startsWith(PARAMETER)
    ? `Parameter ${dimension.slice(PARAMETER.length)}`
    : (LABELS[dimension] ?? dimension);
}

export type Value = string | number | boolean | null;

const HOUR = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
// Days are days of the reader's calendar already: they must not be moved to another time zone.
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const MONTH = new Intl.DateTimeFormat(undefined, {
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** A value as it is shown. */
export function showValue(dimension: string, value: Value): string {
  if (value === null || value === '') {
    return dimension === 'campaign_id' ? 'Without campaign' : 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'Yes' : 'No';
  }
  switch (dimension) {
    case 'hourly':
      return HOUR.format(new Date(String(value)));
    case 'day':
      return DAY.format(new Date(String(value)));
    case 'week':
      return `Week of ${DAY.format(new Date(String(value)))}`;
    case 'month':
      return MONTH.format(new Date(String(value)));
    case 'hour':
      return `${String(value).padStart(2, '0')}:00`;
    case 'weekday':
      return `${String(value).charAt(0).toUpperCase()}${String(value).slice(1)}`;
    default:
      return String(value);
  }
}

/** The filter that leaves only the events of one value; not for what is of the calendar. */
export function filterFor(dimension: string, value: Value): Filter {
  if (value === null || value === '') {
    return { field: dimension, operator: 'not_exists' };
  }
  return { field: dimension, operator: 'equals', value };
}
