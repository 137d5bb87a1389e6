import { CLICK, CONVERSION, OF_ORGANIZATION, VISIT } from '../../schema/clicks.ts';
import { type Rates, revenueExpression } from '../../schema/money.ts';

/**
 * SQL: the rows that are touchpoints. People's clicks that were not blocked; and visits that came by no redirect, when they
 * arrived from somewhere (a page without a referer, or with one of its own site, is `direct`) and belong
 * to no click: the landing page after a redirect hands the click's id on, and is not a second touch.
 */
export const CLICK_TOUCH = CLICK;
export const VISIT_TOUCH = `(${VISIT} AND source NOT IN ('', 'direct') AND click_id = event_id)`;

/** SQL: a conversion's value in ten-thousandths of the reporting currency, rounded half away from zero. */
export function unitsExpression(rates: Rates): string {
  return `toInt128(round(${revenueExpression(rates)}, 4) * 10000)`;
}

/** What journeys are grouped by; the SQL is a text, '' for none. */
export const GROUP_COLUMNS = {
  source: 'toString(source)',
  medium: "toString(ifNull(medium, ''))",
  campaign: "toString(ifNull(campaign_id, ''))",
} as const;
export type GroupBy = keyof typeof GROUP_COLUMNS;

/** SQL: in the range of conversions, and the touchpoints that can belong to them. */
const CONVERSION_TIME = `(event_time >= fromUnixTimestamp64Milli({start_ms:Int64}, 'UTC')
  AND event_time < fromUnixTimestamp64Milli({end_ms:Int64}, 'UTC'))`;
const TOUCH_TIME = `(event_time >= fromUnixTimestamp64Milli({origin_ms:Int64}, 'UTC')
  AND event_time < fromUnixTimestamp64Milli({end_ms:Int64}, 'UTC'))`;
/** Ms since the earliest possible touchpoint: 41 bits are enough for any range. */
const RELATIVE_MS = 'toUnixTimestamp64Milli(event_time) - {origin_ms:Int64}';

export type JourneyShape = {
  groupBy: GroupBy;
  rates: Rates;
  /** Groups beyond so many are pooled as one. At most 32,767. */
  groupsMax: number;
  /** Whether journeys that did not convert matter. */
  withNulls: boolean;
  /** Whether there are conversions without a user whose click may have one. */
  withOrphans: boolean;
};

/** Touchpoints of one user that are kept, the latest ones. More is a robot, or many people as one. */
export const JOURNEY_TOUCHES_MAX = 250;
/** Conversions of one user that are credited, the latest ones. Together they bound the work per user. */
export const USER_CONVERSIONS_MAX = 1000;
/** Users whose journeys are in memory at the same time, per thread. */
export const JOURNEY_SETTINGS = 'SETTINGS max_block_size = 4096';

/** A touchpoint as one number, which sorts by time: ms (47 bits), direct (1 bit), group (15 bits). */
export const TOUCH_MS = (touch: string) => `bitShiftRight(${touch}, 16)`;
export const TOUCH_IS_DIRECT = (touch: string) => `bitTest(${touch}, 15)`;
export const TOUCH_GROUP = (touch: string) => `bitAnd(${touch}, 32767)`;

/**
 * SQL of the groups' names, those with most touchpoints, as an array; group n of a touchpoint is
 * `group_names[n]`, group 0 is all others. Touchpoints of all users count: telling the converted ones
 * apart would cost as much as the rest of the query.
 */
export function groupNames(shape: JourneyShape): string {
  const rows = TOUCH_PREDICATES.map(
    (predicate) =>
      `SELECT ${GROUP_COLUMNS[shape.groupBy]} AS name, count() AS touches
       ${fromTouches(predicate)} GROUP BY name`,
  );
  const limit = shape.groupsMax;
  return `(SELECT arraySlice(groupArray(name), 1, if(count() > ${limit}, ${limit - 1}, ${limit})) FROM (
    SELECT name FROM (${rows.join(' UNION ALL ')})
    GROUP BY name ORDER BY sum(touches) DESC, name LIMIT ${limit + 1}))`;
}

/**
 * SQL of one row per user: `touches` (packed, oldest first), `conversions` as (ms, units), `is_cut`.
 * Needs `group_names` from a WITH clause.
 */
export function journeys(shape: JourneyShape): string {
  const group = `transform(${GROUP_COLUMNS[shape.groupBy]}, group_names, arrayEnumerate(group_names), 0)`;
  const touch = `bitOr(bitShiftLeft(${RELATIVE_MS}, 16),
    bitOr(if(source = 'direct', 32768, 0), toInt64(${group})))`;
  const converters = shape.withNulls ? '' : `AND user_id IN (${converterIds(shape)})`;
  const touchRows = TOUCH_PREDICATES.map(
    (predicate) => `SELECT user_id, toInt64(${touch}) AS touch, toInt64(-1) AS converted_ms,
      toInt128(0) AS units ${fromTouches(predicate)} ${converters}`,
  );
  // Sorted by the negative, because the aggregate keeps the smallest.
  return `SELECT
      user_id,
      arrayMap(touch -> -touch, arrayReverse(
        groupArraySortedIf(${JOURNEY_TOUCHES_MAX})(-touch, touch >= 0))) AS touches,
      arrayMap(latest -> (-latest.1, latest.2), arrayReverse(
        groupArraySortedIf(${USER_CONVERSIONS_MAX})((-converted_ms, units), converted_ms >= 0)
      )) AS conversions,
      countIf(touch >= 0) > ${JOURNEY_TOUCHES_MAX}
        OR countIf(converted_ms >= 0) > ${USER_CONVERSIONS_MAX} AS is_cut
    FROM (${[...touchRows, ...conversionRows(shape)].join(' UNION ALL ')})
    GROUP BY user_id`;
}

const TOUCH_PREDICATES = [CLICK_TOUCH, VISIT_TOUCH];

function fromTouches(predicate: string): string {
  return `FROM events WHERE ${OF_ORGANIZATION} AND ${predicate} AND ${TOUCH_TIME} AND user_id != ''`;
}

function converterIds(shape: JourneyShape): string {
  const known = `SELECT user_id FROM events
    WHERE ${OF_ORGANIZATION} AND ${CONVERSION} AND ${CONVERSION_TIME} AND user_id != ''`;
  return shape.withOrphans
    ? `${known} UNION ALL SELECT user_id FROM (${adopted(shape.rates)})`
    : known;
}

function conversionRows(shape: JourneyShape): string[] {
  const columns = 'toInt64(-1) AS touch, converted_ms, units';
  const known = `SELECT user_id, ${columns} FROM (
    SELECT user_id, ${RELATIVE_MS} AS converted_ms, ${unitsExpression(shape.rates)} AS units
    FROM events
    WHERE ${OF_ORGANIZATION} AND ${CONVERSION} AND ${CONVERSION_TIME} AND user_id != '')`;
  return shape.withOrphans
    ? [known, `SELECT user_id, ${columns} FROM (${adopted(shape.rates)})`]
    : [known];
}

/** SQL: conversions whose row names no user. */
export const ORPHAN = `(${CONVERSION} AND user_id = '' AND click_id != '')`;

/** SQL: conversions without a user, with the user of their click: the last before them, else the first after. */
function adopted(rates: Rates): string {
  const orphans = `FROM events WHERE ${OF_ORGANIZATION} AND ${ORPHAN} AND ${CONVERSION_TIME}`;
  return `SELECT
      argMax(click.user_id, (click.at <= orphan.at, if(click.at <= orphan.at, click.at, -click.at))) AS user_id,
      any(orphan.at) AS converted_ms,
      any(orphan.units) AS units
    FROM (
      SELECT event_id, click_id, order_id, event_type, ${RELATIVE_MS} AS at, ${unitsExpression(rates)} AS units
      ${orphans}
    ) AS orphan
    INNER JOIN (
      SELECT arrayJoin(arrayDistinct([click_id, event_id])) AS id, user_id, ${RELATIVE_MS} AS at
      FROM events
      WHERE ${OF_ORGANIZATION} AND event_type = 'click' AND user_id != '' AND ${TOUCH_TIME}
        AND (click_id IN (SELECT click_id ${orphans}) OR event_id IN (SELECT click_id ${orphans}))
    ) AS click ON orphan.click_id = click.id
    GROUP BY orphan.event_id, orphan.order_id, orphan.event_type, orphan.at`;
}

/** SQL: how many conversions there are and what they are worth, before anything is credited. */
export function conversionTotals(rates: Rates): string {
  return `SELECT count() AS conversions, toString(sum(${unitsExpression(rates)})) AS units,
      countIf(${ORPHAN}) AS orphans
    FROM events WHERE ${OF_ORGANIZATION} AND ${CONVERSION} AND ${CONVERSION_TIME}`;
}

/** SQL: sums in currencies that have no rate. */
export function unconvertedTotals(unconverted: string): string {
  return `SELECT toString(conversion_currency) AS currency, toString(sum(conversion_value)) AS value
    FROM events
    WHERE ${OF_ORGANIZATION} AND ${CONVERSION} AND ${CONVERSION_TIME} AND ${unconverted}
    GROUP BY currency ORDER BY currency`;
}
