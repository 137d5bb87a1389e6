import {
  DECLARED_BOT_SCORE_MAX,
  FLOOD_HALF_AT,
  FLOOD_VOLUME_MAX,
  JUDGED_CLICKS_MIN,
  RAPID_CLICKS_PER_AGENT,
  RAPID_INTERVALS_PER_AGENT,
  REGULAR_BELOW_VARIATION,
  REGULAR_INTERVALS_MIN,
  SINGLE_AGENT_IRREGULAR_MAX,
  SWARM_ADDRESSES_MIN,
  SWARM_BASE_CLICKS,
  SWARM_CLICKS_PER_ADDRESS_MIN,
  SWARM_HALVING_CLICKS,
} from './definition.ts';
import type { FraudPattern } from './detection.ts';
import type { FraudSettings } from './settings.ts';

/**
 * The definition of `definition.ts` as ClickHouse's SQL. The expressions read the columns `clicks`,
 * `agents`, `mean_interval_ms` and `interval_variation` (an address's hour), `bots` (how many of its
 * clicks are of declared bots), `agent_addresses` and `agent_clicks` (of the user agent of its clicks; 0
 * without one that counts), and the parameters of `definitionParams`. A test holds both against each
 * other: change them together.
 */

/** What the expressions read of an organisation's settings. */
type Judged = Pick<
  FraudSettings,
  | 'click_flood_clicks'
  | 'single_agent_clicks'
  | 'rapid_fire_interval_ms'
  | 'rapid_fire_clicks'
  | 'block_above'
>;

/** The values that the expressions need bound. */
export function definitionParams(settings: Judged): Record<keyof Judged, number> {
  return {
    click_flood_clicks: settings.click_flood_clicks,
    single_agent_clicks: settings.single_agent_clicks,
    rapid_fire_interval_ms: settings.rapid_fire_interval_ms,
    rapid_fire_clicks: settings.rapid_fire_clicks,
    block_above: settings.block_above,
  };
}

const FLOOD_CLICKS = '{click_flood_clicks:Float64}';
const SINGLE_CLICKS = '{single_agent_clicks:Float64}';
const RAPID_CLICKS = '{rapid_fire_clicks:Float64}';
const RAPID_INTERVAL = '{rapid_fire_interval_ms:Float64}';
const BLOCK_ABOVE = '{block_above:Float64}';

const AGENTS = 'greatest(1, agents)';

const REGULARITY = `if(clicks - 1 < ${REGULAR_INTERVALS_MIN}, 0,
  greatest(0, 1 - pow(interval_variation / ${REGULAR_BELOW_VARIATION}, 2)))`;

const IS_JUDGED = `clicks >= ${JUDGED_CLICKS_MIN}`;

const CLICK_FLOOD = `if(clicks > ${FLOOD_CLICKS} AND ${IS_JUDGED},
  1 - (1 - ${FLOOD_VOLUME_MAX} * ${saturation(`clicks / (${AGENTS} * ${FLOOD_CLICKS})`)})
    * (1 - ${REGULARITY} * ${saturation(`clicks / ${FLOOD_CLICKS}`)}),
  0)`;

const SINGLE_AGENT = `if(clicks > ${SINGLE_CLICKS} AND ${IS_JUDGED} AND agents = 1,
  (1 - exp2(-clicks / ${SINGLE_CLICKS}))
    * (${SINGLE_AGENT_IRREGULAR_MAX} + (1 - ${SINGLE_AGENT_IRREGULAR_MAX}) * ${REGULARITY}),
  0)`;

const RAPID_FIRE = `if(clicks >= ${RAPID_CLICKS} AND ${IS_JUDGED} AND mean_interval_ms < ${RAPID_INTERVAL},
  (1 - pow(mean_interval_ms / ${RAPID_INTERVAL}, 2)) * (1 - exp2(-clicks / ${RAPID_CLICKS}))
    * least(1, clicks / (${RAPID_CLICKS_PER_AGENT} * ${AGENTS}),
        ${RAPID_INTERVALS_PER_AGENT} * ${RAPID_INTERVAL}
          / greatest(1e-9, ${AGENTS} * mean_interval_ms)),
  0)`;

const SWARM_CLICKS = 'least(agent_clicks / greatest(1, agent_addresses), clicks)';
const AGENT_SWARM = `if(agent_addresses >= ${SWARM_ADDRESSES_MIN}
    AND ${SWARM_CLICKS} >= ${SWARM_CLICKS_PER_ADDRESS_MIN},
  (1 - exp2(-(${SWARM_CLICKS} - ${SWARM_BASE_CLICKS}) / ${SWARM_HALVING_CLICKS})) / ${AGENTS},
  0)`;

/** Each pattern's confidence as an expression, 0 to 1. */
export const PATTERN_SQL: Readonly<Record<FraudPattern, string>> = {
  click_flood: CLICK_FLOOD,
  single_agent: SINGLE_AGENT,
  rapid_fire: RAPID_FIRE,
  agent_swarm: AGENT_SWARM,
};

/**
 * All patterns together, what declared bots can have at most considered. Reads the patterns'
 * confidences as columns named like the patterns, beside `clicks` and `bots`.
 */
export const CONFIDENCE_SQL = `if(bots = clicks,
  least(${combined()}, ${DECLARED_BOT_SCORE_MAX}, ${BLOCK_ABOVE}), ${combined()})`;

function combined(): string {
  const missing = Object.keys(PATTERN_SQL).map((pattern) => `(1 - ${pattern})`);
  return `(1 - ${missing.join(' * ')})`;
}

function saturation(ratio: string): string {
  return `((${ratio}) / ((${ratio}) + ${FLOOD_HALF_AT}))`;
}
