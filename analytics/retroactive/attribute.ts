import { OF_ORGANIZATION } from '../schema/clicks.ts';
import {
  claimedItselfSql,
  FOLLOWS_CLICK,
  IN_SPAN,
  LARGE_STATEMENT_SETTINGS,
  spanParams,
  UNATTRIBUTED,
} from './claim-sql.ts';
import type { RetroactiveRun, Span } from './run.ts';
import { countRun, type StepContext, updateEvents } from './step-context.ts';

/**
 * Gives the campaign to the rows of a slice that match its rules and have none.
 *
 * @returns clicks and visits of the slice that carry the run now
 * @throws the client's error; whatever was written stays right
 */
export async function attributeSlice(
  context: StepContext,
  run: RetroactiveRun,
  slice: Span,
): Promise<number> {
  const { organizationId, runId, campaignId, definition } = run;
  const claim = claimedItselfSql(organizationId, definition, slice);
  await updateEvents(
    context,
    runId,
    `UPDATE events SET
      campaign_id = {campaign_id:String},
      rule_id = {rule_ids:Array(String)}[${claim.ruleIndex}],
      tags = arrayConcat(tags, {rule_tags:Array(Array(String))}[${claim.ruleIndex}]),
      run_id = {run_id:String}
      WHERE ${claim.sql}`,
    {
      ...claim.params,
      campaign_id: campaignId,
      run_id: runId,
      rule_ids: definition.rules.map(({ rule_id }) => rule_id),
      rule_tags: definition.rules.map(({ tags }) => tags),
    },
  );
  return (await countRun(context, run, slice)).events;
}

/**
 * Gives campaign, rule and tags of the run's clicks to those of their conversions that have none, in
 * whichever month they happened.
 *
 * @throws the client's error; whatever was written stays right
 */
export async function attributeConversions(
  context: StepContext,
  run: RetroactiveRun,
): Promise<void> {
  for (const ruleId of await rulesOfConversions(context, run)) {
    await followClicks(context, run, ruleId);
  }
}

/**
 * The run's clicks, by event_id, that unattributed conversions name: far fewer than all its clicks.
 * Each use of it reads the clicks of the whole span.
 */
const CLICKS_OF_CONVERSIONS = `${OF_ORGANIZATION} AND ${IN_SPAN} AND run_id = {run_id:String}
  AND event_type = 'click' AND event_id IN (
    SELECT click_event_id FROM events
    WHERE ${OF_ORGANIZATION} AND ${UNATTRIBUTED} AND ${FOLLOWS_CLICK})`;

async function rulesOfConversions(
  { clickhouse }: StepContext,
  { organizationId, runId, span }: RetroactiveRun,
): Promise<string[]> {
  const result = await clickhouse.query({
    query: `SELECT DISTINCT rule_id FROM events WHERE ${CLICKS_OF_CONVERSIONS} ORDER BY rule_id`,
    query_params: { organization_id: organizationId, run_id: runId, ...spanParams(span) },
    format: 'JSONEachRow',
  });
  return (await result.json<{ rule_id: string }>()).map(({ rule_id }) => rule_id);
}

async function followClicks(
  context: StepContext,
  { organizationId, runId, campaignId, definition, span }: RetroactiveRun,
  ruleId: string,
): Promise<void> {
  const rule = definition.rules.find(({ rule_id }) => rule_id === ruleId);
  await updateEvents(
    context,
    runId,
    `UPDATE events SET
      campaign_id = {campaign_id:String},
      rule_id = {rule_id:String},
      tags = arrayConcat(tags, {tags:Array(String)}),
      run_id = {run_id:String}
      WHERE ${OF_ORGANIZATION} AND ${UNATTRIBUTED} AND ${FOLLOWS_CLICK} AND click_event_id IN (
        SELECT event_id FROM events
        WHERE ${CLICKS_OF_CONVERSIONS} AND rule_id = {rule_id:String})`,
    {
      ...spanParams(span),
      organization_id: organizationId,
      run_id: runId,
      campaign_id: campaignId,
      rule_id: ruleId,
      tags: rule?.tags ?? [],
    },
  );
}

/** Whether there is traffic left that the run would claim: it arrived after its slice was done. */
export async function isMoreToClaim(
  { clickhouse }: StepContext,
  { organizationId, definition, span }: RetroactiveRun,
): Promise<boolean> {
  const claim = claimedItselfSql(organizationId, definition, span);
  const result = await clickhouse.query({
    query: `SELECT 1 AS found FROM events WHERE ${claim.sql} LIMIT 1`,
    query_params: claim.params,
    clickhouse_settings: LARGE_STATEMENT_SETTINGS,
    format: 'JSONEachRow',
  });
  return (await result.json()).length > 0;
}
