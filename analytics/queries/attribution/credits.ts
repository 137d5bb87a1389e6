import type { RuleModel } from '../../attribution/models.ts';
import {
  groupNames,
  JOURNEY_SETTINGS,
  type JourneyShape,
  journeys,
  TOUCH_GROUP,
  TOUCH_IS_DIRECT,
  TOUCH_MS,
} from './events.ts';

/*
 * The models of attribution/models and the apportioning of attribution/apportion once more, in
 * ClickHouse, so that no journey has to leave it. A test compares both on random journeys.
 */

/** States of the chain that are no groups. */
export const START = -1;
export const CONVERTED = -2;
export const LOST = -3;

/** SQL of the weights of `path` (packed touchpoints, oldest first) as Array(Float64). */
const WEIGHTS: Record<RuleModel, string> = {
  first_touch: 'arrayMap(i -> toFloat64(i = 1), arrayEnumerate(path))',
  last_touch: 'arrayMap(i -> toFloat64(i = length(path)), arrayEnumerate(path))',
  last_non_direct: `arrayMap(
    i -> toFloat64(i = if(last_non_direct = 0, length(path), last_non_direct)),
    arrayEnumerate(path))`,
  linear: 'arrayMap(touch -> toFloat64(1), path)',
  position_based: `arrayMap(
    i -> multiIf(length(path) <= 2, 1., i = 1 OR i = length(path), 0.4, 0.2 / (length(path) - 2)),
    arrayEnumerate(path))`,
  time_decay: `arrayMap(
    touch -> exp2(-(${TOUCH_MS('path[-1]')} - ${TOUCH_MS('touch')}) / 86400000 / {half_life_days:Float64}),
    path)`,
};

/** 2^52, as in attribution/apportion. */
const SCALE = '4503599627370496.';

const scaled = (weights: string) =>
  `arrayMap(weight -> toInt128(floor(weight * ${SCALE})), ${weights})`;

/** SQL of one row per conversion: `path` (its touchpoints) and `units`. Needs `group_names`. */
export function conversionPaths(shape: JourneyShape): string {
  return `SELECT
      arrayFilter(
        touch -> ${TOUCH_MS('touch')} <= conversion.1
          AND ${TOUCH_MS('touch')} >= conversion.1 - {lookback_ms:Int64},
        touches) AS path,
      conversion.2 AS units,
      is_cut
    FROM (${journeys(shape)})
    ARRAY JOIN conversions AS conversion`;
}

/**
 * SQL of one row per group: `name` (NULL for all others pooled), `units`, `share` (conversions),
 * `first_touches`, `last_touches`. Conversions without touchpoints are in none.
 */
export function creditsByGroup(model: RuleModel, shape: JourneyShape): string {
  return `WITH ${groupNames(shape)} AS group_names
    SELECT
      if(group_number = 0, NULL, group_names[group_number]) AS name,
      toString(sum(part)) AS units,
      sum(share) AS share,
      countIf(i = 1) AS first_touches,
      countIf(i = path_length) AS last_touches,
      countIf(i = 1 AND is_cut) AS cut
    FROM (
      SELECT
        ${TOUCH_GROUP('path[i]')} AS group_number, i, length(path) AS path_length, is_cut,
        (quotients[i] + (ranks[i] <= left)) * unit AS part,
        toFloat64(weights[i]) / toFloat64(weight_sum) AS share
      FROM (${apportioned(model, shape)})
      ARRAY JOIN arrayEnumerate(path) AS i
    )
    GROUP BY group_number ${JOURNEY_SETTINGS}`;
}

/** Each subquery names what the next one needs, so that no array is computed twice. */
function apportioned(model: RuleModel, shape: JourneyShape): string {
  return `SELECT *,
      arraySort((i, lost) -> (-lost, i), arrayEnumerate(path), losses) AS by_loss,
      arraySort((rank, i) -> i, arrayEnumerate(path), by_loss) AS ranks,
      units_split - arraySum(quotients) AS left
    FROM (
      SELECT *,
        arrayMap(weight -> intDiv(units_split * weight, weight_sum), weights) AS quotients,
        arrayMap(weight -> (units_split * weight) % weight_sum, weights) AS losses
      FROM (
        SELECT path, is_cut,
          if(units % 100 = 0, 100, 1) AS unit,
          intDiv(units, unit) AS units_split,
          if(arraySum(adjusted) = 0, ${scaled('plain')}, adjusted) AS weights,
          arraySum(weights) AS weight_sum
        FROM (
          SELECT path, units, is_cut,
            arrayLastIndex(touch -> NOT ${TOUCH_IS_DIRECT('touch')}, path) AS last_non_direct,
            ${WEIGHTS[model]} AS plain,
            ${scaled(`arrayMap(
              (weight, touch) -> if(${TOUCH_IS_DIRECT('touch')}, weight * {direct_weight:Float64}, weight),
              plain, path)`)} AS adjusted
          FROM (${conversionPaths(shape)})
          WHERE notEmpty(path)
        )
      )
    )`;
}

/**
 * SQL of the transitions of all journeys: `source_state` and `target_state` (group numbers from 0,
 * START, CONVERTED, LOST), `count`. Touchpoints after a user's last conversion, and those of
 * users without one, are a journey that ended in null.
 */
export function transitions(shape: JourneyShape): string {
  const groups = (path: string) =>
    `arrayCompact(arrayMap(touch -> ${TOUCH_GROUP('touch')}, ${path}))`;
  return `WITH ${groupNames(shape)} AS group_names
    SELECT source_state, target_state, count() AS count
    FROM (
      SELECT arrayJoin(arrayZip(arrayPushFront(states, ${START}), arrayPushBack(states, outcome))) AS pair,
        pair.1 AS source_state, pair.2 AS target_state
      FROM (
        SELECT arrayMap(state -> toInt64(state), ${groups('ending.1')}) AS states, ending.2 AS outcome
        FROM (
          SELECT arrayJoin(arrayPushBack(
            arrayMap(
              conversion -> (arrayFilter(
                touch -> ${TOUCH_MS('touch')} <= conversion.1
                  AND ${TOUCH_MS('touch')} >= conversion.1 - {lookback_ms:Int64},
                touches), toInt64(${CONVERTED})),
              conversions),
            (arrayFilter(
              touch -> ${TOUCH_MS('touch')} > arrayMax(conversions.1)
                AND ${TOUCH_MS('touch')} >= {lookback_ms:Int64},
              touches), toInt64(${LOST}))
          )) AS ending
          FROM (${journeys(shape)})
        )
        WHERE notEmpty(ending.1)
      )
    )
    GROUP BY source_state, target_state ${JOURNEY_SETTINGS}`;
}

/** SQL of one row per set of groups in a conversion's journey: `mask` (bit n: group n), `count`, `units`. */
export function groupSets(shape: JourneyShape): string {
  return `WITH ${groupNames(shape)} AS group_names
    SELECT
      arraySum(arrayMap(
        group_number -> bitShiftLeft(toInt64(1), group_number),
        arrayDistinct(arrayMap(touch -> ${TOUCH_GROUP('touch')}, path)))) AS mask,
      count() AS count,
      toFloat64(sum(units)) AS units
    FROM (${conversionPaths(shape)})
    WHERE notEmpty(path)
    GROUP BY mask ${JOURNEY_SETTINGS}`;
}

/** SQL of `group_names` as one row. */
export function groupNamesOf(shape: JourneyShape): string {
  return `SELECT ${groupNames(shape)} AS names`;
}
