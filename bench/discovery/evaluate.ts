import type { ClickHouseClient } from '@clickhouse/client';
import type { Pattern } from '../../analytics/discovery/discover.ts';
import { UNATTRIBUTED } from '../../analytics/discovery/sample.ts';
import { timeRangeParams } from '../../analytics/schema/time-range.ts';
import { conditionsToSql } from '../../core/rules/to-sql.ts';
import type { PlantedGroup } from './planted-groups.ts';
import { PLANTED_END_MS, PLANTED_START_MS } from './planted-traffic.ts';

/**
 * A pattern counts as a planted group when the events that its rules match and those that the group's
 * description matches, noise in both included, have this Jaccard index: events in both ÷ in either.
 */
const JACCARD_MIN = 0.8;

export type Score = {
  /** Patterns that are a planted group ÷ patterns; 1 when there are none. */
  precision: number;
  /** Planted groups that were found ÷ planted groups. */
  recall: number;
  /** What is wrong, for people. */
  missed: string[];
  invented: string[];
};

export const PLANTED_RANGE = {
  startMs: PLANTED_START_MS,
  endMs: PLANTED_END_MS,
  timezone: 'UTC',
} as const;

/** Compares found patterns with planted groups by the very events; each group counts once. */
export async function scorePatterns(
  client: ClickHouseClient,
  organizationId: string,
  patterns: readonly Pattern[],
  groups: readonly PlantedGroup[],
): Promise<Score> {
  if (patterns.length === 0 || groups.length === 0) {
    return {
      precision: patterns.length === 0 ? 1 : 0,
      recall: groups.length === 0 ? 1 : 0,
      missed: groups.map(({ name }) => name),
      invented: patterns.map(({ suggested_campaign }) => suggested_campaign.name),
    };
  }
  const params: Record<string, unknown> = {};
  const found = patterns.map(({ suggested_campaign }, index) => {
    const conditions = suggested_campaign.rules[0]?.conditions ?? [];
    const condition = conditionsToSql(conditions, { timezone: 'UTC', prefix: `pattern_${index}_` });
    Object.assign(params, condition.params);
    return `toBool(${condition.sql})`;
  });
  const planted = groups.map((group, index) => groupCondition(group, `group_${index}`, params));
  const result = await client.query({
    query: `SELECT f, p, count() AS n
      FROM (SELECT [${found.join(', ')}] AS found, [${planted.join(', ')}] AS planted FROM events
        WHERE ${UNATTRIBUTED})
      ARRAY JOIN arrayConcat([0], arrayFilter(i -> found[i], arrayEnumerate(found))) AS f
      ARRAY JOIN arrayConcat([0], arrayFilter(i -> planted[i], arrayEnumerate(planted))) AS p
      WHERE f != 0 OR p != 0
      GROUP BY f, p`,
    query_params: { ...params, organization_id: organizationId, ...timeRangeParams(PLANTED_RANGE) },
    format: 'JSONEachRow',
  });
  const counts = new Map<string, number>();
  for (const { f, p, n } of await result.json<{ f: number; p: number; n: string }>()) {
    counts.set(`${f} ${p}`, Number(n));
  }
  const count = (f: number, p: number) => counts.get(`${f} ${p}`) ?? 0;
  const isSame = (f: number, p: number) => {
    const both = count(f, p);
    return both >= JACCARD_MIN * (count(f, 0) + count(0, p) - both);
  };
  const groupOf = patterns.map((_, f) => groups.findIndex((_group, p) => isSame(f + 1, p + 1)));
  const right = new Set(groupOf.filter((p) => p >= 0));
  return {
    precision: right.size / patterns.length,
    recall: right.size / groups.length,
    missed: groups.filter((_, p) => !right.has(p)).map(({ name }) => name),
    invented: patterns
      .filter((_, f) => (groupOf[f] ?? -1) < 0)
      .map(({ suggested_campaign }) => suggested_campaign.name),
  };
}

/** SQL of a group's description; its values go into `params`. */
function groupCondition(
  { hosts, source, devices, countries, hours, weekdays }: PlantedGroup,
  prefix: string,
  params: Record<string, unknown>,
): string {
  const parts: string[] = [];
  const add = (expression: string, name: string, type: string, value: unknown) => {
    if (value !== undefined) {
      params[`${prefix}_${name}`] = value;
      parts.push(`${expression} {${prefix}_${name}:${type}}`);
    }
  };
  // All hosts of a group are of one site; noise of that site may come by other hosts.
  const site = hosts?.[0]?.replace(/^(www|m|vm)\./, '');
  add('cutToFirstSignificantSubdomain(referer) =', 'site', 'String', site);
  add('source =', 'source', 'String', source);
  add('device_type IN', 'devices', 'Array(String)', devices);
  add('country IN', 'countries', 'Array(String)', countries);
  add("toHour(event_time, 'UTC') IN", 'hours', 'Array(UInt8)', hours);
  add("toDayOfWeek(event_time, 0, 'UTC') IN", 'weekdays', 'Array(UInt8)', weekdays);
  return `toBool(${parts.join(' AND ')})`;
}
