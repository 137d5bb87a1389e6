import { OF_ORGANIZATION } from '../../schema/clicks.ts';

/**
 * The hours of addresses, from stored clicks, as SQL: what an actor's sliding windows saw, looked at
 * every five minutes instead of at every click. See docs/fraud.md.
 */

/** A window is so many steps; both are those of the actors' windows. */
export const STEPS_PER_WINDOW = 12;
export const STEP_MS = 300_000;
export const WINDOW_MS = STEPS_PER_WINDOW * STEP_MS;

/** An address as it counts and is blocked: IPv4 as it is, IPv6 as its /64 network. */
const ADDRESS = `if(position(ip, ':') = 0, ip,
  concat(toString(tupleElement(IPv6CIDRToRange(toIPv6OrDefault(ip), 64), 1)), '/64'))`;

/** Exact up to some hundreds, then within 2 %; small enough for a state per address and step. */
const DISTINCT_SET = 'uniqCombined64State(12)';
const DISTINCT = 'uniqCombined64Merge(12)';

/**
 * The clicks of a time, robots' and blocked ones included, as windows count them: `address, country,
 * agent` (a hash of the user agent)`, click_id, is_declared_bot, at_ms, step`. Needs the parameters
 * `organization_id`, `start_ms` and `end_ms`; `step` counts five minutes from `start_ms`.
 */
export const CLICKS_SQL = `
  SELECT ${ADDRESS} AS address, country, agent, click_id, is_declared_bot, at_ms,
    toUInt32(intDiv(at_ms - {start_ms:Int64}, ${STEP_MS})) AS step
  FROM (
    SELECT ip, country, cityHash64(user_agent) AS agent, click_id,
      toUnixTimestamp64Milli(event_time) AS at_ms,
      is_bot AND bot_reason = 'user_agent' AS is_declared_bot
    FROM events
    WHERE ${OF_ORGANIZATION} AND event_type = 'click' AND ip != ''
      AND event_time >= fromUnixTimestamp64Milli({start_ms:Int64}, 'UTC')
      AND event_time < fromUnixTimestamp64Milli({end_ms:Int64}, 'UTC')
  )`;

/**
 * One row per address and step in which it clicked, for addresses that can have so many clicks in a
 * window: it reaches over two hours of the clock at most, and one of them then has half of them.
 */
function stepsSql(clicksMin: number): string {
  return `
    SELECT address, step,
      count() AS step_clicks,
      countIf(is_declared_bot) AS step_bots,
      argMax(country, at_ms) AS step_country,
      ${DISTINCT_SET}(agent) AS agent_set,
      ${DISTINCT_SET}(click_id) AS click_id_set,
      arraySort(groupArray(at_ms)) AS times,
      times[1] AS first_ms,
      times[-1] AS last_ms,
      arraySum(pause -> toFloat64(pause) * pause, arrayDifference(times)) AS inner_squares
    FROM (${CLICKS_SQL})
    WHERE address IN (
      SELECT address FROM (${CLICKS_SQL})
      GROUP BY address, intDiv(step, ${STEPS_PER_WINDOW})
      HAVING count() >= ${Math.ceil(clicksMin / 2)})
    GROUP BY address, step`;
}

/**
 * One row per address and step in which it clicked: its window that ends with this step. Intervals are
 * those between the window's own clicks. Columns: `address, step, next_step` (when it clicked next),
 * `country, clicks, bots, agents, click_ids, mean_interval_ms, interval_variation`, and `step_clicks` of
 * the step alone.
 *
 * @param clicksMin whole; addresses without a window of so many clicks may be left out
 */
export function windowsSql(clicksMin: number): string {
  return `
    SELECT address, step, next_step, country, step_clicks, clicks, bots, agents, click_ids,
      if(clicks < 2, 0, (latest_ms - earliest_ms) / (clicks - 1)) AS mean_interval_ms,
      if(mean_interval_ms = 0, 0,
        sqrt(greatest(0, squares / (clicks - 1) - mean_interval_ms * mean_interval_ms))
          / mean_interval_ms) AS interval_variation
    FROM (
      SELECT address, step, next_step, step_clicks,
        step_country AS country,
        -- The definition's expressions calculate with floats.
        toFloat64(sum(step_clicks) OVER hour) AS clicks,
        toFloat64(sum(step_bots) OVER hour) AS bots,
        toFloat64(${DISTINCT}(agent_set) OVER hour) AS agents,
        toFloat64(${DISTINCT}(click_id_set) OVER hour) AS click_ids,
        min(first_ms) OVER hour AS earliest_ms,
        max(last_ms) OVER hour AS latest_ms,
        sum(inner_squares + gap_squared) OVER hour - first_value(gap_squared) OVER hour AS squares
      FROM (
        SELECT *,
          -- Longer pauses are never inside a window; cut, they cost the sums no precision.
          pow(least(first_ms - lagInFrame(last_ms, 1, first_ms) OVER around, ${WINDOW_MS}), 2)
            AS gap_squared,
          leadInFrame(step, 1, toUInt32(4294967295)) OVER around AS next_step
        FROM (${stepsSql(clicksMin)})
        WINDOW around AS (PARTITION BY address ORDER BY step
          ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)
      )
      WINDOW hour AS (PARTITION BY address ORDER BY step
        RANGE BETWEEN ${STEPS_PER_WINDOW - 1} PRECEDING AND CURRENT ROW)
    )`;
}
