import { IS_SUSPICIOUS } from '../../../schema/clicks.ts';

/** What a report can be grouped by. */
export type Dimension = {
  name: string;
  /** Its value as SQL over `events`; may be NULL where the name says that nothing is there. */
  sql: string;
  /** What SQL placeholders in it stand for. */
  params: Record<string, unknown>;
  /** Whether a row belongs to several groups, so that groups do not add up to the total. */
  isMultiple: boolean;
};

/** Placeholder of the time zone; bound by `timeRangeParams`. */
const ZONE = '{range_timezone:String}';
const WEEKDAYS = "['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']";
/** The host of an absolute URL without `www.`; the same pattern as the rules' field. */
const REFERER_DOMAIN = `lower(extract(referer, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?:[Ww][Ww][Ww][.])?([^/?#:@]*)'))`;

const EXPRESSIONS = {
  campaign_id: 'campaign_id',
  rule_id: 'rule_id',
  event_type: 'event_type',
  conversion_event: 'conversion_event',
  source: 'source',
  medium: 'medium',
  referer_domain: REFERER_DOMAIN,
  country: 'country',
  region: 'region',
  city: 'city',
  language: 'language',
  device_type: 'device_type',
  os: 'os',
  os_version: 'os_version',
  browser: 'browser',
  browser_version: 'browser_version',
  is_bot: 'is_bot',
  is_blocked: 'is_blocked',
  is_suspicious: `toBool(${IS_SUSPICIOUS})`,
  destination: 'destination',
  path: 'cutQueryStringAndFragment(url)',
  tag: 'tag',
  hour: `toHour(event_time, ${ZONE})`,
  weekday: `${WEEKDAYS}[toDayOfWeek(event_time, 0, ${ZONE})]`,
  hourly: `formatDateTime(toStartOfHour(event_time, ${ZONE}), '%FT%TZ', 'UTC')`,
  day: `toDate32(toTimeZone(event_time, ${ZONE}))`,
  week: `toStartOfWeek(toDate32(toTimeZone(event_time, ${ZONE})), 1)`,
  month: `toStartOfMonth(toDate32(toTimeZone(event_time, ${ZONE})))`,
} as const;

/** Goes behind FROM when a dimension is multiple: a row without tags stays, with an empty one. */
export const EACH_TAG = "ARRAY JOIN if(empty(tags), [''], tags) AS tag";

export const DIMENSION_NAMES = Object.keys(EXPRESSIONS);

const PARAMETER_NAME_LENGTH_MAX = 128;

/**
 * @param name of `DIMENSION_NAMES`, or `param.<name>`
 * @param position tells the placeholders of several parameters apart
 * @returns undefined when there is no such dimension
 */
export function findDimension(name: string, position: number): Dimension | undefined {
  if (name.startsWith('param.')) {
    const parameter = name.slice('param.'.length);
    const placeholder = `dimension_${position}`;
    return parameter === '' || parameter.length > PARAMETER_NAME_LENGTH_MAX
      ? undefined
      : {
          name,
          sql: `query_params[{${placeholder}:String}]`,
          params: { [placeholder]: parameter },
          isMultiple: false,
        };
  }
  return Object.hasOwn(EXPRESSIONS, name)
    ? {
        name,
        sql: EXPRESSIONS[name as keyof typeof EXPRESSIONS],
        params: {},
        isMultiple: name === 'tag',
      }
    : undefined;
}
