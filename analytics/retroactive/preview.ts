import type { ClickHouseClient } from '@clickhouse/client';
import { OF_ORGANIZATION } from '../schema/clicks.ts';
import {
  claimedItselfSql,
  FOLLOWS_CLICK,
  IS_EVENT,
  LARGE_STATEMENT_SETTINGS,
  UNATTRIBUTED,
} from './claim-sql.ts';
import type { ClaimDefinition, Span } from './run.ts';

export type PreviewCounts = {
  clicks: number;
  visits: number;
  conversions: number;
  /** Of the clicks and visits, those of robots; reports leave them out. */
  bots: number;
};

export type RetroactivePreview = PreviewCounts & {
  /** UTC months of the event times, `2024-03`, oldest first; months without rows are left out. */
  months: Array<PreviewCounts & { month: string }>;
  /** Clicks and visits by the first rule that takes them, in the order of the rules. */
  rules: Array<{ rule_id: string; events: number }>;
};

type CountRow = { month: string; rule: number } & Record<keyof PreviewCounts, string>;

/** A preview is waited for; beyond this the question is too large to ask in one go. */
const PREVIEW_S_MAX = 100;

/**
 * What a run would attribute now, without changing anything.
 *
 * @throws the client's error when ClickHouse cannot be asked
 */
export async function previewRun(
  client: ClickHouseClient,
  options: { organizationId: string; definition: ClaimDefinition; span: Span },
): Promise<RetroactivePreview> {
  const { organizationId, definition, span } = options;
  const claim = claimedItselfSql(organizationId, definition, span);
  const result = await client.query({
    query: `
      SELECT toString(toYYYYMM(event_time)) AS month, toUInt32(${claim.ruleIndex}) AS rule,
        countIf(event_type = 'click') AS clicks,
        countIf(event_type != 'click' AND conversion_event = '') AS visits,
        countIf(event_type != 'click' AND conversion_event != '') AS conversions,
        countIf(is_bot AND ${IS_EVENT}) AS bots
      FROM events WHERE ${claim.sql} GROUP BY month, rule
      UNION ALL
      SELECT toString(toYYYYMM(event_time)) AS month, toUInt32(0) AS rule,
        0 AS clicks, 0 AS visits, count() AS conversions, 0 AS bots
      FROM events
      WHERE ${OF_ORGANIZATION} AND ${UNATTRIBUTED} AND ${FOLLOWS_CLICK} AND click_event_id IN (
        SELECT event_id FROM events WHERE ${claim.sql} AND event_type = 'click' AND event_id IN (
          SELECT click_event_id FROM events
          WHERE ${OF_ORGANIZATION} AND ${UNATTRIBUTED} AND ${FOLLOWS_CLICK}))
      GROUP BY month`,
    query_params: claim.params,
    clickhouse_settings: { ...LARGE_STATEMENT_SETTINGS, max_execution_time: PREVIEW_S_MAX },
    format: 'JSONEachRow',
  });
  return summarise(await result.json<CountRow>(), definition);
}

function summarise(rows: CountRow[], definition: ClaimDefinition): RetroactivePreview {
  const total = noCounts();
  const months = new Map<string, PreviewCounts>();
  const events = new Map<number, number>();
  for (const row of rows) {
    const name = `${row.month.slice(0, 4)}-${row.month.slice(4)}`;
    const month = months.get(name) ?? noCounts();
    months.set(name, month);
    for (const key of ['clicks', 'visits', 'conversions', 'bots'] as const) {
      month[key] += Number(row[key]);
      total[key] += Number(row[key]);
    }
    const ofRule = events.get(row.rule) ?? 0;
    events.set(row.rule, ofRule + Number(row.clicks) + Number(row.visits));
  }
  return {
    ...total,
    months: [...months]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([month, counts]) => ({ month, ...counts })),
    rules: definition.rules.map(({ rule_id }, index) => ({
      rule_id,
      events: events.get(index + 1) ?? 0,
    })),
  };
}

function noCounts(): PreviewCounts {
  return { clicks: 0, visits: 0, conversions: 0, bots: 0 };
}
