import { z } from 'zod';
import { type RetroactiveRun, RUN_STATUSES } from '../../../analytics/retroactive/run.ts';
import { nextCursorSchema } from '../cursor.ts';

export const campaignParams = z.object({
  id: z.string().min(1).max(128).describe('The campaign_id.'),
});

export const runParams = campaignParams.extend({
  run: z.string().min(1).max(64).describe('The run_id.'),
});

export const rangeBody = z
  .strictObject({
    time_range: z
      .strictObject({
        start: z.string().min(1).max(40).describe('ISO 8601, inclusive. A bare date is midnight.'),
        end: z.string().min(1).max(40).describe('ISO 8601, exclusive.'),
        timezone: z
          .string()
          .max(64)
          .optional()
          .describe("IANA name for times without offset; the campaign's when left out."),
      })
      .optional()
      .describe('Which traffic. Left out: the time_range of the campaign.'),
  })
  .optional();

const count = z.int().min(0);

const counts = {
  clicks: count,
  visits: count.describe('Visits that came by no redirect.'),
  conversions: count,
  bots: count.describe('Of the clicks and visits, those of robots; reports leave them out.'),
};

const timeRange = z.object({
  start: z.string().describe('UTC, inclusive.'),
  end: z.string().describe('UTC, exclusive.'),
});

export const previewSchema = z.object({
  campaign_id: z.string(),
  time_range: timeRange,
  events_total: count.describe('Clicks and visits that a run would attribute now.'),
  ...counts,
  months: z
    .array(z.object({ month: z.string().describe('UTC, `2024-03`.'), ...counts }))
    .describe('Oldest first; months without such traffic are left out.'),
  rules: z
    .array(z.object({ rule_id: z.string(), events: count }))
    .describe('Clicks and visits by the first rule that takes them, in the order of the rules.'),
});

export const runSchema = z.object({
  run_id: z.string(),
  campaign_id: z.string(),
  status: z.enum(RUN_STATUSES),
  events_attributed: count.describe('Clicks and visits that carry the run now.'),
  conversions_attributed: count.describe('Conversions that carry the run now.'),
  events_total_estimate: count.describe('Clicks and visits that were found when the run began.'),
  progress: z.number().min(0).max(1).describe('Of the attribution, or of its undo.'),
  time_range: timeRange,
  rules: z
    .array(z.object({ rule_id: z.string(), tags: z.array(z.string()) }))
    .describe('What the run claims with: the rules as they were when it was asked for.'),
  requested_by: z.string().describe('The key_id.'),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  error: z
    .string()
    .nullable()
    .describe('Why the last step failed. The run goes on unless its status is failed.'),
});

export const runListSchema = z.object({
  runs: z.array(runSchema).describe('Newest first.'),
  next_cursor: nextCursorSchema,
});

export function toRunBody(run: RetroactiveRun): z.output<typeof runSchema> {
  return {
    run_id: run.runId,
    campaign_id: run.campaignId,
    status: run.status,
    events_attributed: run.eventsAttributed,
    conversions_attributed: run.conversionsAttributed,
    events_total_estimate: run.eventsTotalEstimate,
    progress: run.progress,
    time_range: toRangeBody(run.span),
    rules: run.definition.rules.map(({ rule_id, tags }) => ({ rule_id, tags })),
    requested_by: run.requestedBy,
    created_at: run.createdAt.toISOString(),
    started_at: run.startedAt?.toISOString() ?? null,
    finished_at: run.finishedAt?.toISOString() ?? null,
    error: run.error,
  };
}

export function toRangeBody({ startMs, endMs }: { startMs: number; endMs: number }): {
  start: string;
  end: string;
} {
  return { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() };
}
