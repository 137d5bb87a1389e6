import type { ClickHouseClient } from '@clickhouse/client';
import {
  JUDGED_CLICKS_MIN,
  SWARM_ADDRESSES_MIN,
  SWARM_CLICKS_PER_ADDRESS_MIN,
  SWARM_COUNTED_AGENTS_MAX,
  SWARM_COUNTED_CLICKS_MAX,
} from '../../../core/fraud/definition.ts';
import {
  CONFIDENCE_SQL,
  definitionParams,
  PATTERN_SQL,
} from '../../../core/fraud/definition-sql.ts';
import { FRAUD_PATTERNS } from '../../../core/fraud/detection.ts';
import type { FraudSettings } from '../../../core/fraud/settings.ts';
import { queryRows } from '../reports/run-query.ts';
import { CLICKS_SQL, STEPS_PER_WINDOW, windowsSql } from './windows-sql.ts';

/** User agents are looked at every quarter of an hour, over the hour before. */
const STEPS_PER_QUARTER = 3;
const QUARTERS_PER_WINDOW = STEPS_PER_WINDOW / STEPS_PER_QUARTER;

/** Candidates that are looked at closely; more at a time would be a whole market of botnets. */
const AGENTS_MAX = 100;

/**
 * User agents that can have been swarms. A window reaches over two hours of the clock at most; in one of
 * them the agent had at least half of what it needs.
 */
const SWARM_AGENTS_SQL = `
  SELECT toString(agent) AS agent
  FROM (${CLICKS_SQL})
  GROUP BY agent, intDiv(step, ${STEPS_PER_WINDOW})
  HAVING uniqCombined64(12)(address) >= ${SWARM_ADDRESSES_MIN / 2}
    AND count() >= ${SWARM_CLICKS_PER_ADDRESS_MIN / 2} * uniqCombined64(12)(address)
  ORDER BY count() DESC
  LIMIT 1 BY agent
  LIMIT ${AGENTS_MAX}`;

/** One more than count. sumMap drops keys whose sum is 0, so these have themselves as counts. */
const TOO_MANY_AGENTS = Array.from({ length: SWARM_COUNTED_AGENTS_MAX + 1 }, (_, n) => n + 1);

const IS_SWARM_AGENT =
  'agent IN (SELECT arrayJoin(arrayMap(hash -> toUInt64(hash), {swarm_agents:Array(String)})))';

/**
 * What each address clicked in the hour that ends with each quarter, by user agent. Of a quarter with
 * more user agents than count, only that they are too many.
 */
const QUARTERS_SQL = `
  SELECT address, quarter, sumMap(agents, counts) AS by_agent
  FROM (
    SELECT address, own,
      if(count() > ${SWARM_COUNTED_AGENTS_MAX}, ${JSON.stringify(TOO_MANY_AGENTS)}, groupArray(agent)) AS agents,
      if(count() > ${SWARM_COUNTED_AGENTS_MAX}, ${JSON.stringify(TOO_MANY_AGENTS)}, groupArray(agent_clicks)) AS counts
    FROM (
      SELECT address, agent, intDiv(step, ${STEPS_PER_QUARTER}) AS own, count() AS agent_clicks
      FROM (${CLICKS_SQL})
      WHERE address IN (SELECT address FROM (${CLICKS_SQL}) WHERE ${IS_SWARM_AGENT})
      GROUP BY address, agent, own
    )
    GROUP BY address, own
  )
  ARRAY JOIN range(own, own + ${QUARTERS_PER_WINDOW}) AS quarter
  GROUP BY address, quarter`;

/** One row per swarm: a user agent and a quarter in which many addresses clicked often with it. */
const SWARMS_SQL = `
  SELECT agent, quarter,
    count() AS agent_addresses,
    sum(least(counted, ${SWARM_COUNTED_CLICKS_MAX})) AS agent_clicks
  FROM (
    SELECT quarter, by_agent FROM (${QUARTERS_SQL})
    WHERE length(by_agent.1) <= ${SWARM_COUNTED_AGENTS_MAX}
  )
  ARRAY JOIN by_agent.1 AS agent, by_agent.2 AS counted
  GROUP BY agent, quarter
  HAVING agent_addresses >= ${SWARM_ADDRESSES_MIN}
    AND agent_clicks >= ${SWARM_CLICKS_PER_ADDRESS_MIN} * agent_addresses`;

/** The strongest swarm that an address was part of, by step. */
const SWARM_MEMBERS_SQL = `
  SELECT address, step, max((agent_clicks / agent_addresses, agent_addresses, agent_clicks)) AS swarm
  FROM (
    SELECT DISTINCT address, step, agent, intDiv(step, ${STEPS_PER_QUARTER}) AS quarter
    FROM (${CLICKS_SQL})
    WHERE ${IS_SWARM_AGENT}
  ) AS members
  INNER JOIN (${SWARMS_SQL}) AS swarms USING (agent, quarter)
  GROUP BY address, step`;

/** SQL with what it needs bound besides the organisation and the time. */
export type JudgedQuery = { sql: string; params: Record<string, unknown> };

/**
 * The windows of `windowsSql`, each with the confidence of every pattern (columns named like them) and
 * `confidence`, all together. Addresses that cannot be suspicious, because they have too few clicks, are
 * left out.
 *
 * @param range `start_ms` and `end_ms`, as `CLICKS_SQL` needs them; they are not among `params`
 * @throws TrellisError as `queryRows`
 */
export async function judgedQuery(
  clickhouse: ClickHouseClient,
  organizationId: string,
  range: { start_ms: number; end_ms: number },
  settings: FraudSettings,
): Promise<JudgedQuery> {
  const agents = await queryRows<{ agent: string }>(clickhouse, {
    ...{ organizationId, sql: SWARM_AGENTS_SQL, params: range },
  });
  const swarmAgents = agents.map(({ agent }) => agent);
  return {
    sql: judgedSql(clicksFrom(settings, swarmAgents.length > 0), swarmAgents.length > 0),
    params: { ...definitionParams(settings), swarm_agents: swarmAgents },
  };
}

/** The fewest clicks in an hour with which any pattern begins. */
function clicksFrom(settings: FraudSettings, hasSwarms: boolean): number {
  const { click_flood_clicks, single_agent_clicks, rapid_fire_clicks } = settings;
  const least = Math.min(click_flood_clicks + 1, single_agent_clicks + 1, rapid_fire_clicks);
  return hasSwarms ? JUDGED_CLICKS_MIN : Math.max(JUDGED_CLICKS_MIN, Math.floor(least));
}

function judgedSql(clicksMin: number, hasSwarms: boolean): string {
  const windows = windowsSql(clicksMin);
  const members = hasSwarms
    ? `SELECT windows.*, toFloat64(swarm.2) AS agent_addresses, toFloat64(swarm.3) AS agent_clicks
        FROM (${windows}) AS windows
        LEFT JOIN (${SWARM_MEMBERS_SQL}) AS swarms USING (address, step)`
    : `SELECT *, toFloat64(0) AS agent_addresses, toFloat64(0) AS agent_clicks FROM (${windows})`;
  return `
    SELECT *, ${CONFIDENCE_SQL} AS confidence
    FROM (SELECT *, ${PATTERNS} FROM (${members}))`;
}

const PATTERNS = FRAUD_PATTERNS.map((pattern) => `${PATTERN_SQL[pattern]} AS ${pattern}`).join(
  ', ',
);
