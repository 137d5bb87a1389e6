import { conditionsToSql } from '../../core/rules/to-sql.ts';
import { OF_ORGANIZATION } from '../schema/clicks.ts';
import type { ClaimDefinition, Span } from './run.ts';

/** SQL with the values that it needs bound. */
export type BoundSql = { sql: string; params: Record<string, unknown> };

/** The event lies in the span whose `spanParams` are bound. */
export const IN_SPAN =
  "(event_time >= fromUnixTimestamp64Milli({span_start_ms:Int64}, 'UTC') AND " +
  "event_time < fromUnixTimestamp64Milli({span_end_ms:Int64}, 'UTC'))";

export function spanParams({ startMs, endMs }: Span): Record<string, unknown> {
  return { span_start_ms: String(startMs), span_end_ms: String(endMs) };
}

/** Nobody claims the row. A rule only ever comes with a campaign; a row that had one could not be undone. */
export const UNATTRIBUTED = "(campaign_id IS NULL AND rule_id = '')";

/** A conversion whose click is known: it goes where its click goes, whatever its own columns say. */
export const FOLLOWS_CLICK =
  "(event_type != 'click' AND conversion_event != '' AND click_event_id != '')";

/**
 * Everything else is claimed by its own columns: clicks unless they were blocked, visits, and
 * conversions that came with the columns of a click but without naming it. One without a source has no
 * columns of a click: it waits for its click or was never part of any traffic.
 */
export const CLAIMED_ITSELF =
  "((event_type = 'click' AND NOT is_blocked) OR (event_type != 'click' AND " +
  "(conversion_event = '' OR (click_event_id = '' AND source != ''))))";

/** SQL: counts as an event of a run; every other row of it is a conversion. */
export const IS_EVENT = "(event_type = 'click' OR conversion_event = '')";

/**
 * SQL of the position (from 1) of the first rule that a row matches; 0: none.
 *
 * @throws TrellisError of conditionsToSql, for conditions that cannot have been saved
 */
export function ruleIndexSql({ rules, timezone }: ClaimDefinition): BoundSql {
  const params: Record<string, unknown> = {};
  const branches = rules.map(({ conditions }, index) => {
    const part = conditionsToSql(conditions, { timezone, prefix: `r${index}_` });
    Object.assign(params, part.params);
    return `(${part.sql}), ${index + 1}`;
  });
  return { sql: `multiIf(${branches.join(', ')}, 0)`, params };
}

/** The predicate of rows that a run claims by their own columns. */
export function claimedItselfSql(
  organizationId: string,
  definition: ClaimDefinition,
  span: Span,
): BoundSql & { ruleIndex: string } {
  const ruleIndex = ruleIndexSql(definition);
  return {
    ruleIndex: ruleIndex.sql,
    sql: `${OF_ORGANIZATION} AND ${IN_SPAN} AND ${UNATTRIBUTED} AND ${CLAIMED_ITSELF}
      AND ${ruleIndex.sql} > 0`,
    params: { ...ruleIndex.params, ...spanParams(span), organization_id: organizationId },
  };
}

/** Statements with many rules are longer than ClickHouse's usual limits. */
export const LARGE_STATEMENT_SETTINGS = {
  max_query_size: '16777216',
  max_ast_elements: '1000000',
  max_expanded_ast_elements: '1000000',
} as const;
