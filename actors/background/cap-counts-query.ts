import type { ClickHouseClient } from '@clickhouse/client';
import type { CappedRule } from './capped-rules.ts';

/** Names travel in the request's address, which ClickHouse limits to 1 MiB; see find-clicks.ts. */
const RULES_PER_QUERY = 200;

/** The six bits of the node in an event id; see actors/worker/identity/snowflake.ts. */
const NODE_OF_EVENT =
  'bitAnd(bitShiftRight(reinterpretAsUInt64(reverse(unhex(substring(event_id, 5)))), 16), 63)';

const WHERE = `organization_id IN {organizations:Array(String)}
  AND event_time >= fromUnixTimestamp64Milli({start:Int64})
  AND event_time < fromUnixTimestamp64Milli({end:Int64})
  AND campaign_id IN {campaigns:Array(String)}
  AND rule_id IN {rules:Array(String)}`;

const CLICKS = `SELECT organization_id, campaign_id, rule_id,
    toFloat64(countIf(${NODE_OF_EVENT} = {node:UInt64})) AS here,
    toFloat64(countIf(${NODE_OF_EVENT} != {node:UInt64})) AS elsewhere
  FROM events WHERE event_type = 'click' AND NOT is_bot AND NOT is_blocked AND run_id = '' AND ${WHERE}
  GROUP BY organization_id, campaign_id, rule_id`;

const CONVERSIONS = `SELECT organization_id, campaign_id, rule_id,
    toFloat64(count()) AS conversions
  FROM events WHERE event_type != 'click' AND conversion_event != '' AND ${WHERE}
  GROUP BY organization_id, campaign_id, rule_id`;

export type RuleDay = CappedRule & { dayStartMs: number; dayEndMs: number };
export type ClickCount = { here: number; elsewhere: number };

/**
 * Counts the clicks that rules took on their days, those of this node apart. Left out are bots, blocked
 * clicks, and clicks that a retroactive run gave to a rule: nobody was redirected by it.
 *
 * @returns one entry per rule, in their order
 * @throws the client's error when ClickHouse cannot be asked
 */
export function countClicks(
  client: ClickHouseClient,
  rules: readonly RuleDay[],
  nodeNumber: number,
): Promise<ClickCount[]> {
  return count(client, CLICKS, rules, { node: nodeNumber }, (row) => ({
    here: Number(row?.here ?? 0),
    elsewhere: Number(row?.elsewhere ?? 0),
  }));
}

/** Counts the conversions of clicks that rules took, by the day on which they converted. */
export function countConversions(
  client: ClickHouseClient,
  rules: readonly RuleDay[],
): Promise<number[]> {
  return count(client, CONVERSIONS, rules, {}, (row) => Number(row?.conversions ?? 0));
}

type Row = Record<string, string | number>;

async function count<T>(
  client: ClickHouseClient,
  query: string,
  rules: readonly RuleDay[],
  parameters: Record<string, unknown>,
  read: (row: Row | undefined) => T,
): Promise<T[]> {
  const counts = new Map<RuleDay, T>();
  for (const part of partsOfOneDay(rules)) {
    const result = await client.query({
      query,
      query_params: {
        ...parameters,
        start: part[0]?.dayStartMs,
        end: part[0]?.dayEndMs,
        organizations: unique(part.map(({ organizationId }) => organizationId)),
        campaigns: unique(part.map(({ campaignId }) => campaignId)),
        rules: unique(part.map(({ ruleId }) => ruleId)),
      },
      format: 'JSONEachRow',
    });
    const rows = new Map(
      (await result.json<Row>()).map((row) => [
        `${row.organization_id}\n${row.campaign_id}\n${row.rule_id}`,
        row,
      ]),
    );
    for (const rule of part) {
      counts.set(
        rule,
        read(rows.get(`${rule.organizationId}\n${rule.campaignId}\n${rule.ruleId}`)),
      );
    }
  }
  return rules.map((rule) => counts.get(rule) ?? read(undefined));
}

/** Rules of the same day, so many at a time as fit one request. */
function partsOfOneDay(rules: readonly RuleDay[]): RuleDay[][] {
  const byDay = new Map<number, RuleDay[]>();
  for (const rule of rules) {
    byDay.set(rule.dayStartMs, [...(byDay.get(rule.dayStartMs) ?? []), rule]);
  }
  return [...byDay.values()].flatMap((day) =>
    Array.from({ length: Math.ceil(day.length / RULES_PER_QUERY) }, (_, part) =>
      day.slice(part * RULES_PER_QUERY, (part + 1) * RULES_PER_QUERY),
    ),
  );
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
