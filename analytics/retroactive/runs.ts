/**
 * The runs as PostgreSQL keeps them.
 *
 * `createRun(db, { organizationId, campaignId, span, requestedBy })` starts one; with a client that is
 * in a transaction, campaign and run come into being together. `RetroactiveRunner` (runner.ts) does
 * the work, in whichever admin process finds it first.
 */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { TrellisError } from '../../core/errors.ts';
import type { CampaignDefinition } from '../../stores/postgres/configuration/campaigns.ts';
import type { ClaimDefinition, RetroactiveRun, RunRow, Span } from './run.ts';
import { SELECT_RUN, toRun } from './run.ts';

/** Runs of one organisation that wait or work. */
const UNFINISHED_MAX = 20;

export type NewRun = {
  organizationId: string;
  campaignId: string;
  span: Span;
  /** Who asked for it, for example a key's id. */
  requestedBy: string;
};

/**
 * Puts a run of a campaign into the queue, with the rules that the campaign has now.
 *
 * @param db a pool, or a client in a transaction in which the campaign may have been created
 * @throws TrellisError `campaign_unknown`, `campaign_without_rules`, `too_many_runs`
 */
export async function createRun(
  db: pg.Pool | pg.ClientBase,
  { organizationId, campaignId, span, requestedBy }: NewRun,
): Promise<RetroactiveRun> {
  const definition = await claimDefinitionOf(db, organizationId, campaignId);
  const runId = `run_${randomBytes(8).toString('hex')}`;
  const { rowCount } = await db.query(
    `INSERT INTO retroactive_runs
      (run_id, organization_id, campaign_id, range_start, range_end, definition, requested_by)
      SELECT $1, $2, $3, $4, $5, $6, $7
      WHERE (SELECT count(*) FROM retroactive_runs WHERE organization_id = $2
        AND status IN ('queued', 'running', 'cancelling', 'undoing')) < $8`,
    [
      ...[runId, organizationId, campaignId, new Date(span.startMs), new Date(span.endMs)],
      ...[JSON.stringify(definition), requestedBy, UNFINISHED_MAX],
    ],
  );
  if (rowCount === 0) {
    throw new TrellisError(
      'too_many_runs',
      `${UNFINISHED_MAX} retroactive runs are not finished yet`,
      { retriable: true },
    );
  }
  return getRun(db, { organizationId, campaignId, runId });
}

/**
 * The rules that a run of the campaign would claim with, in the order in which they are tried.
 *
 * @throws TrellisError `campaign_unknown`, `campaign_without_rules`
 */
export async function claimDefinitionOf(
  db: pg.Pool | pg.ClientBase,
  organizationId: string,
  campaignId: string,
): Promise<ClaimDefinition> {
  const { rows } = await db.query<{ definition: CampaignDefinition }>(
    'SELECT definition FROM campaigns WHERE organization_id = $1 AND campaign_id = $2',
    [organizationId, campaignId],
  );
  const [campaign] = rows;
  if (campaign === undefined) {
    throw new TrellisError('campaign_unknown', `There is no campaign ${campaignId}`);
  }
  const { timezone = 'UTC', rules = [] } = campaign.definition;
  if (rules.length === 0) {
    throw new TrellisError(
      'campaign_without_rules',
      `Campaign ${campaignId} has no rules that could say which traffic is its own`,
    );
  }
  return {
    timezone,
    rules: rules
      .map((rule, index) => ({ rule, id: rule.rule_id ?? `rule_${index + 1}` }))
      .sort((a, b) => b.rule.priority - a.rule.priority)
      .map(({ rule, id }) => ({
        rule_id: id,
        tags: rule.action.tags,
        conditions: rule.conditions,
      })),
  };
}

export type RunAddress = { organizationId: string; campaignId: string; runId: string };

/** @throws TrellisError `run_unknown` */
export async function getRun(
  db: pg.Pool | pg.ClientBase,
  { organizationId, campaignId, runId }: RunAddress,
): Promise<RetroactiveRun> {
  const { rows } = await db.query<RunRow>(
    `${SELECT_RUN} WHERE r.organization_id = $1 AND r.campaign_id = $2 AND r.run_id = $3`,
    [organizationId, campaignId, runId],
  );
  const [row] = rows;
  if (row === undefined) throw new TrellisError('run_unknown', `There is no run ${runId}`);
  return toRun(row);
}

/**
 * The runs of a campaign, newest first.
 *
 * @param after the last run_id of the page before; '' for the first page
 * @throws TrellisError `campaign_unknown`
 */
export async function listRuns(
  pool: pg.Pool,
  options: { organizationId: string; campaignId: string; after: string; limit: number },
): Promise<RetroactiveRun[]> {
  const { organizationId, campaignId, after, limit } = options;
  const { rows: campaigns } = await pool.query(
    'SELECT 1 FROM campaigns WHERE organization_id = $1 AND campaign_id = $2',
    [organizationId, campaignId],
  );
  if (campaigns.length === 0) {
    throw new TrellisError('campaign_unknown', `There is no campaign ${campaignId}`);
  }
  const { rows } = await pool.query<RunRow>(
    `${SELECT_RUN} WHERE r.organization_id = $1 AND r.campaign_id = $2
      AND ($3 = '' OR (r.created_at, r.run_id) < (
        SELECT created_at, run_id FROM retroactive_runs
        WHERE run_id = $3 AND organization_id = $1 AND campaign_id = $2))
      ORDER BY r.created_at DESC, r.run_id DESC LIMIT $4`,
    [organizationId, campaignId, after, limit],
  );
  return rows.map(toRun);
}

/**
 * Ends a run before its time. One that waits is cancelled at once; one that works finishes its step and
 * what belongs to the events it has (their conversions), and keeps them until it is undone.
 *
 * @returns the run, also when it is cancelled already
 * @throws TrellisError `run_unknown`, `run_not_cancellable`
 */
export async function cancelRun(pool: pg.Pool, address: RunAddress): Promise<RetroactiveRun> {
  await pool.query(
    `UPDATE retroactive_runs SET
      status = CASE status WHEN 'queued' THEN 'cancelled' ELSE 'cancelling' END,
      finished_at = CASE status WHEN 'queued' THEN now() END
      WHERE organization_id = $1 AND campaign_id = $2 AND run_id = $3
        AND status IN ('queued', 'running')`,
    [address.organizationId, address.campaignId, address.runId],
  );
  const run = await getRun(pool, address);
  if (run.status !== 'cancelling' && run.status !== 'cancelled') {
    throw new TrellisError(
      'run_not_cancellable',
      `A run that is ${run.status} cannot be cancelled`,
    );
  }
  return run;
}

/**
 * Asks for every row of the run to become what it was before. Other runs' rows are not touched.
 *
 * @returns the run, also when it is being undone or undone already
 * @throws TrellisError `run_unknown`, `run_not_undoable` while it waits or works
 */
export async function undoRun(pool: pg.Pool, address: RunAddress): Promise<RetroactiveRun> {
  await pool.query(
    `UPDATE retroactive_runs SET status = 'undoing', rounds = 0, attempts = 0, error = NULL,
      retry_at = '-infinity', finished_at = NULL, requested_at = clock_timestamp()
      WHERE organization_id = $1 AND campaign_id = $2 AND run_id = $3
        AND status IN ('done', 'cancelled', 'failed')`,
    [address.organizationId, address.campaignId, address.runId],
  );
  const run = await getRun(pool, address);
  if (run.status !== 'undoing' && run.status !== 'undone') {
    throw new TrellisError(
      'run_not_undoable',
      `A run that is ${run.status} cannot be undone; cancel it first`,
    );
  }
  return run;
}
