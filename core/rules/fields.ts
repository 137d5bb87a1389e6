// HOT PATH: the `read` functions run once per field and click. Budget: 20 ns; derived texts (path,
// referer_domain, campaign) 300 ns and one string.
import { UNREAD_HEADERS } from '../unread-headers.ts';
import type { RuleEvent } from './event-view.ts';
import type { Parameters } from './parameters.ts';
import { parseDate, WEEKDAYS, type ZoneClock } from './timezone.ts';

/** What a field holds, which decides how it compares. */
export type FieldKind = 'text' | 'version' | 'address' | 'number' | 'boolean' | 'date';

/** A value as it is compared, or why it can never be a value of the field. */
export type CheckedValue<T> = { value: T } | { fault: string };

/** A field that is read as text; `null` and '' mean that the event has no such value. */
export type TextField = {
  family: 'text';
  name: string;
  kind: 'text' | 'version' | 'address';
  read(event: RuleEvent, clock: ZoneClock): string | null;
  /** The same as an expression on the columns of trellis.events; never NULL. */
  sql(parameters: Parameters, timezone: string): string;
  /** For a fixed set of values or a fixed form: checks a folded value of equals and in. */
  checkValue?(folded: string): CheckedValue<string>;
  /** The only values that there are, where they are few. */
  values?: readonly string[];
};

/** A field that is read as a number; every event has one. */
export type NumberField = {
  family: 'number';
  name: string;
  kind: 'number' | 'boolean' | 'date';
  read(event: RuleEvent, clock: ZoneClock): number;
  sql(parameters: Parameters, timezone: string): string;
  parseValue(value: unknown): CheckedValue<number>;
  /** The number as people read it, for explanations. */
  show(value: number): string | number | boolean;
};

export type Field = TextField | NumberField;

/** Parts of addresses. Both engines agree on these patterns: no `.`, no back references. */
const REFERER_DOMAIN = '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?:[Ww][Ww][Ww][.])?([^/?#:@]*)';
const PATH = '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)';
const SLUG = '^/in/([^?#]*?)/?(?:[?#]|$)';

const DEVICE_TYPES = ['mobile', 'tablet', 'desktop', 'bot', 'other'];

const localTime = (parameters: Parameters, timezone: string) =>
  `toTimeZone(event_time, ${parameters.bind('String', timezone)})`;

const FIELDS: readonly Field[] = [
  text('source', (event) => event.source, 'source'),
  text('medium', (event) => event.medium, "ifNull(medium, '')"),
  text(
    'campaign',
    firstGroup(SLUG, (event) => event.url),
    extract('url', SLUG),
  ),
  text('click_id', (event) => event.clickId, 'click_id'),
  text('referer', (event) => event.referer, 'referer'),
  {
    ...text(
      'referer_domain',
      firstGroup(REFERER_DOMAIN, (event) => event.referer),
      extract('referer', REFERER_DOMAIN),
    ),
    checkValue: (folded) => ({ value: folded.replace(/^www\./, '') }),
  },
  text('url', (event) => event.url, 'url'),
  text(
    'path',
    firstGroup(PATH, (event) => event.url, '/'),
    `if(url = '', '', if(${extract('url', PATH)} = '', '/', ${extract('url', PATH)}))`,
  ),
  text('user_agent', (event) => event.userAgent, 'user_agent'),
  { ...text('ip', (event) => event.ip, 'ip'), kind: 'address' },
  { ...text('country', (event) => event.country, 'country'), checkValue: checkCountry },
  text('region', (event) => event.region, 'region'),
  text('city', (event) => event.city, 'city'),
  text('language', (event) => event.language, 'language'),
  {
    ...text('device_type', (event) => event.deviceType, 'device_type'),
    ...oneOf(DEVICE_TYPES),
  },
  text('os', (event) => event.os, 'os'),
  { ...text('os_version', (event) => event.osVersion, 'os_version'), kind: 'version' },
  text('browser', (event) => event.browser, 'browser'),
  {
    ...text('browser_version', (event) => event.browserVersion, 'browser_version'),
    kind: 'version',
  },
  {
    family: 'number',
    name: 'hour',
    kind: 'number',
    read: (event, clock) => {
      clock.at(event.occurredAtMs);
      return clock.hour;
    },
    sql: (parameters, timezone) => `toHour(${localTime(parameters, timezone)})`,
    parseValue: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 23
        ? { value }
        : { fault: 'must be a whole number from 0 to 23' },
    show: (value) => value,
  },
  {
    family: 'text',
    name: 'weekday',
    kind: 'text',
    read: (event, clock) => {
      clock.at(event.occurredAtMs);
      return WEEKDAYS[clock.weekday] ?? null;
    },
    sql: (parameters, timezone) =>
      `[${WEEKDAYS.map((day) => `'${day}'`).join(', ')}][toDayOfWeek(${localTime(parameters, timezone)})]`,
    ...oneOf(WEEKDAYS),
  },
  {
    family: 'number',
    name: 'date',
    kind: 'date',
    read: (event, clock) => {
      clock.at(event.occurredAtMs);
      return clock.day;
    },
    sql: (parameters, timezone) => `toInt32(toDate32(${localTime(parameters, timezone)}))`,
    parseValue: (value) => {
      const day = typeof value === 'string' ? parseDate(value) : null;
      return day === null ? { fault: 'must be a date such as "2026-03-29"' } : { value: day };
    },
    show: (value) => new Date(value * 86_400_000).toISOString().slice(0, 10),
  },
  boolean('is_bot', (event) => event.isBot),
  boolean('is_unique', (event) => event.isUnique),
  {
    family: 'number',
    name: 'fraud_score',
    kind: 'number',
    // Stored in 32 bits: both sides compare what is left of the number there.
    read: (event) => Math.fround(event.fraudScore),
    sql: () => 'toFloat64(fraud_score)',
    parseValue: (value) =>
      typeof value === 'number' && value >= 0 && value <= 1
        ? { value: Math.fround(value) }
        : { fault: 'must be a number from 0 to 1' },
    show: (value) => Number(value.toPrecision(7)),
  },
];

const BY_NAME = new Map(FIELDS.map((field) => [field.name, field]));

/** The names of the fields that stand for themselves; `param.<name>` and `header.<name>` come on top. */
export const FIELD_NAMES: readonly string[] = FIELDS.map((field) => field.name);

const NAME_LENGTH_MAX = 128;

/** @returns the field of this name, or why there is none */
export function findField(name: string): Field | { fault: string } {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (name.startsWith('param.')) return paramField(name.slice('param.'.length));
  if (name.startsWith('header.')) return headerField(name.slice('header.'.length).toLowerCase());
  return {
    fault: `is no field; fields are ${FIELD_NAMES.join(', ')}, param.<name> and header.<name>`,
  };
}

function paramField(param: string): Field | { fault: string } {
  if (param === '' || param.length > NAME_LENGTH_MAX) {
    return { fault: `needs a parameter's name of 1 to ${NAME_LENGTH_MAX} characters after param.` };
  }
  return {
    ...text(`param.${param}`, (event) => event.param(param), ''),
    sql: (parameters) => `query_params[${parameters.bind('String', param)}]`,
  };
}

function headerField(header: string): Field | { fault: string } {
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(header) || header.length > NAME_LENGTH_MAX) {
    return { fault: `needs a header's name of 1 to ${NAME_LENGTH_MAX} characters after header.` };
  }
  if (UNREAD_HEADERS.has(header) || header === 'cookie') {
    return { fault: `names a header that is not kept, so that nothing could ever match` };
  }
  const stored = canonicalHeaderName(header);
  return {
    ...text(`header.${header}`, (event) => event.header(header), ''),
    sql: (parameters) => `headers[${parameters.bind('String', stored)}]`,
  };
}

/** `accept-language` → `Accept-Language`: how actors store the names of headers, and rules look them up. */
export function canonicalHeaderName(lowerCaseName: string): string {
  return lowerCaseName.replace(
    /(^|-)([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function text(
  name: string,
  read: (event: RuleEvent) => string | null,
  expression: string,
): TextField {
  return { family: 'text', name, kind: 'text', read, sql: () => expression };
}

function boolean(name: string, read: (event: RuleEvent) => boolean): NumberField {
  return {
    family: 'number',
    name,
    kind: 'boolean',
    read: (event) => (read(event) ? 1 : 0),
    sql: () => `toUInt8(${name})`,
    parseValue: (value) =>
      typeof value === 'boolean' ? { value: value ? 1 : 0 } : { fault: 'must be true or false' },
    show: (value) => value === 1,
  };
}

/** @param whenEmpty what an empty group of a text that is there stands for */
function firstGroup(
  pattern: string,
  read: (event: RuleEvent) => string,
  whenEmpty = '',
): (event: RuleEvent) => string {
  const expression = new RegExp(pattern);
  return (event) => {
    const whole = read(event);
    return whole === '' ? '' : expression.exec(whole)?.[1] || whenEmpty;
  };
}

function extract(column: string, pattern: string): string {
  return `extract(${column}, '${pattern}')`;
}

function oneOf(values: readonly string[]): Required<Pick<TextField, 'values' | 'checkValue'>> {
  return {
    values,
    checkValue: (folded) =>
      values.includes(folded)
        ? { value: folded }
        : { fault: `must be one of ${values.join(', ')}` },
  };
}

function checkCountry(folded: string): CheckedValue<string> {
  if (!/^[a-z]{2}$/.test(folded)) {
    return { fault: 'must be a country code of two letters (ISO 3166), such as DE' };
  }
  // Everybody writes UK; the code that clicks are stored with is GB.
  return { value: folded === 'uk' ? 'gb' : folded };
}
