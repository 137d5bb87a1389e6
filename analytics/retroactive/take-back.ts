import { OF_ORGANIZATION } from '../schema/clicks.ts';
import { IN_SPAN, spanParams } from './claim-sql.ts';
import type { RetroactiveRun, Span } from './run.ts';
import { type StepContext, updateEvents } from './step-context.ts';

/**
 * Makes the run's rows of a slice what they were before: without campaign, rule and run, and without
 * the tags that the run appended.
 *
 * @throws the client's error; whatever was written stays right
 */
export async function takeBackSlice(
  context: StepContext,
  { organizationId, runId, campaignId, definition }: RetroactiveRun,
  slice: Span,
): Promise<void> {
  await updateEvents(
    context,
    runId,
    // A conversion that was given another campaign by hand keeps it.
    `UPDATE events SET
      campaign_id = nullIf(campaign_id, {campaign_id:String}),
      tags = arraySlice(tags, 1, length(tags) - transform(
        toString(rule_id), {rule_ids:Array(String)}, {tag_counts:Array(Int64)}, toInt64(0))),
      rule_id = '',
      run_id = ''
      WHERE ${OF_ORGANIZATION} AND ${IN_SPAN} AND run_id = {run_id:String}`,
    {
      ...spanParams(slice),
      organization_id: organizationId,
      run_id: runId,
      campaign_id: campaignId,
      rule_ids: definition.rules.map(({ rule_id }) => rule_id),
      tag_counts: definition.rules.map(({ tags }) => tags.length),
    },
  );
}
