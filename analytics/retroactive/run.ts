import type { Condition } from '../../core/rules/definition.ts';

export const RUN_STATUSES = [
  'queued',
  'running',
  'cancelling',
  'cancelled',
  'done',
  'undoing',
  'undone',
  'failed',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** What a run claims with: a copy of the campaign's rules, in the order in which they are tried. */
export type ClaimDefinition = {
  /** IANA name; decides hour, weekday and date in rules. */
  timezone: string;
  rules: Array<{ rule_id: string; tags: string[]; conditions: Condition[] }>;
};

/** Event times in ms since the epoch; start inclusive, end exclusive. */
export type Span = { startMs: number; endMs: number };

/** One claim of past traffic by a campaign. */
export type RetroactiveRun = {
  /** `run_` and 16 hex digits; rows of `events` that the run attributed carry it. */
  runId: string;
  organizationId: string;
  campaignId: string;
  span: Span;
  definition: ClaimDefinition;
  status: RunStatus;
  /** Clicks and visits, those of robots included, that carry the run now. */
  eventsAttributed: number;
  conversionsAttributed: number;
  eventsTotalEstimate: number;
  rounds: number;
  /** 0 to 1: of the attribution, or of its undo once that was asked for. */
  progress: number;
  /** Who asked for it, for example a key's id. */
  requestedBy: string;
  createdAt: Date;
  startedAt: Date | null;
  /** When the status became one that lasts: cancelled, done, undone, failed. */
  finishedAt: Date | null;
  /** Failures in a row of the step that is next. */
  attempts: number;
  /** Why the last step failed; it may be tried again. */
  error: string | null;
};

/** A row of `retroactive_runs` with its progress. bigint arrives as text. */
export type RunRow = {
  run_id: string;
  organization_id: string;
  campaign_id: string;
  range_start: Date;
  range_end: Date;
  definition: ClaimDefinition;
  status: RunStatus;
  events_attributed: string;
  conversions_attributed: string;
  events_total_estimate: string;
  rounds: number;
  weight_done: string;
  weight: string;
  requested_by: string;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  attempts: number;
  error: string | null;
};

/** SELECT … of RunRows; conditions can be appended. */
export const SELECT_RUN = `
  SELECT r.run_id, r.organization_id, r.campaign_id, r.range_start, r.range_end, r.definition,
    r.status, r.events_attributed, r.conversions_attributed, r.events_total_estimate, r.rounds,
    coalesce(s.weight_done, 0) AS weight_done, coalesce(s.weight, 0) AS weight,
    r.requested_by, r.created_at, r.started_at, r.finished_at, r.attempts, r.error
  FROM retroactive_runs r
  LEFT JOIN LATERAL (
    SELECT sum(weight) AS weight, sum(weight) FILTER (WHERE finished_at IS NOT NULL) AS weight_done
    FROM retroactive_steps
    WHERE run_id = r.run_id AND is_undo = (r.status IN ('undoing', 'undone'))
  ) s ON true`;

export function toRun(row: RunRow): RetroactiveRun {
  const eventsAttributed = Number(row.events_attributed);
  return {
    runId: row.run_id,
    organizationId: row.organization_id,
    campaignId: row.campaign_id,
    span: { startMs: row.range_start.getTime(), endMs: row.range_end.getTime() },
    definition: row.definition,
    status: row.status,
    eventsAttributed,
    conversionsAttributed: Number(row.conversions_attributed),
    // Traffic that arrived during the run was not foreseen.
    eventsTotalEstimate: Math.max(Number(row.events_total_estimate), eventsAttributed),
    rounds: row.rounds,
    progress: progressOf(row),
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    attempts: row.attempts,
    error: row.error,
  };
}

function progressOf({ status, weight, weight_done }: RunRow): number {
  if (status === 'done' || status === 'undone') return 1;
  const share = Number(weight) === 0 ? 0 : Number(weight_done) / Number(weight);
  // 1 is only said when it is over: a further round may follow the last step.
  return Math.min(0.99, Math.floor(share * 1000) / 1000);
}
