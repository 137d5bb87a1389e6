import type pg from 'pg';
import { withTransaction } from '../../stores/postgres/client.ts';
import { OF_ORGANIZATION } from '../schema/clicks.ts';
import { attributeConversions, attributeSlice, isMoreToClaim } from './attribute.ts';
import { claimedItselfSql } from './claim-sql.ts';
import { attributeLedger, refreshCopies, takeBackLedger } from './ledger.ts';
import { materialise } from './materialise.ts';
import type { RetroactiveRun, RunStatus } from './run.ts';
import { type Slice, sliceRows } from './slices.ts';
import { countRun, type StepContext } from './step-context.ts';
import {
  addSteps,
  dropUndoSteps,
  dropUnfinishedSlices,
  finishStep,
  nextStep,
  type PlannedStep,
  type Step,
} from './steps.ts';
import { takeBackSlice } from './take-back.ts';

/** Traffic that keeps arriving must not keep a run from ending; what comes later is another run's. */
const ROUNDS_MAX = 3;
/** An undo ends when no row carries the run; more rounds than this mean that somebody writes it anew. */
const UNDO_ROUNDS_MAX = 20;

/**
 * Takes a run one step further: plans it, does the step that is next, or ends it. Whoever calls it
 * holds the organisation's lock. After an error the same call can be made again.
 *
 * @throws errors of the stores, and TrellisErrors of the steps
 */
export async function advanceRun(context: StepContext, run: RetroactiveRun): Promise<void> {
  switch (run.status) {
    case 'queued':
      return startRun(context, run);
    case 'cancelling':
      await dropUnfinishedSlices(context.pool, run.runId);
      return attributeFurther(context, run);
    case 'running':
      return attributeFurther(context, run);
    case 'undoing':
      return undoFurther(context, run);
    default:
      return undefined;
  }
}

async function startRun(context: StepContext, run: RetroactiveRun): Promise<void> {
  const slices = await slicesToClaim(context, run);
  await withTransaction(context.pool, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE retroactive_runs SET status = 'running', started_at = now(), rounds = 1,
        events_total_estimate = $2 WHERE run_id = $1 AND status = 'queued'`,
      [run.runId, rowsOf(slices)],
    );
    // Cancelled in this moment.
    if (rowCount === 1) await addSteps(db, run.runId, attributionSteps(slices));
  });
}

async function slicesToClaim({ clickhouse }: StepContext, run: RetroactiveRun): Promise<Slice[]> {
  const claim = claimedItselfSql(run.organizationId, run.definition, run.span);
  return sliceRows(clickhouse, claim, run.span);
}

function attributionSteps(slices: Slice[]): PlannedStep[] {
  if (slices.length === 0) return [];
  const rows = rowsOf(slices);
  return [
    ...slices.map(({ span, rows: weight }) => ({ kind: 'events' as const, slice: span, weight })),
    { kind: 'settle', slice: null, weight: rows * 0.01 },
    { kind: 'conversions', slice: null, weight: rows * 0.2 },
    { kind: 'ledger', slice: null, weight: rows * 0.05 },
    { kind: 'materialise', slice: null, weight: rows },
  ];
}

function undoSteps(slices: Slice[]): PlannedStep[] {
  return [
    ...slices.map(({ span, rows }) => ({
      kind: 'take_back' as const,
      slice: span,
      weight: rows,
    })),
    { kind: 'settle_back', slice: null, weight: rowsOf(slices) * 0.05 },
    { kind: 'materialise_back', slice: null, weight: rowsOf(slices) },
  ];
}

function rowsOf(slices: Slice[]): number {
  return slices.reduce((sum, { rows }) => sum + rows, 0);
}

async function attributeFurther(context: StepContext, run: RetroactiveRun): Promise<void> {
  const step = await nextStep(context.pool, run.runId, false);
  if (step !== undefined) return performStep(context, run, step);
  if (run.status === 'running' && run.rounds < ROUNDS_MAX && (await isMoreToClaim(context, run))) {
    const slices = await slicesToClaim(context, run);
    return nextRound(context, run, attributionSteps(slices));
  }
  const isCancelled = run.status === 'cancelling';
  await endRun(context, run, isCancelled ? 'cancelled' : 'done');
}

async function undoFurther(context: StepContext, run: RetroactiveRun): Promise<void> {
  if (run.rounds === 0) {
    return nextRound(context, run, undoSteps(await slicesToTakeBack(context, run)), true);
  }
  const step = await nextStep(context.pool, run.runId, true);
  if (step !== undefined) return performStep(context, run, step);
  const left = await countRun(context, run);
  if (left.events + left.conversions > 0 && run.rounds < UNDO_ROUNDS_MAX) {
    return nextRound(context, run, undoSteps(await slicesToTakeBack(context, run)));
  }
  await endRun(context, run, 'undone');
}

async function slicesToTakeBack(
  { clickhouse }: StepContext,
  { organizationId, runId }: RetroactiveRun,
): Promise<Slice[]> {
  return sliceRows(clickhouse, {
    sql: `${OF_ORGANIZATION} AND run_id = {run_id:String}`,
    params: { organization_id: organizationId, run_id: runId },
  });
}

async function nextRound(
  context: StepContext,
  run: RetroactiveRun,
  steps: PlannedStep[],
  isFirstUndo = false,
): Promise<void> {
  await withTransaction(context.pool, async (db) => {
    if (isFirstUndo) await dropUndoSteps(db, run.runId);
    await addSteps(db, run.runId, steps);
    await db.query('UPDATE retroactive_runs SET rounds = rounds + 1 WHERE run_id = $1', [
      run.runId,
    ]);
  });
}

async function endRun(context: StepContext, run: RetroactiveRun, status: RunStatus): Promise<void> {
  const counts = await countRun(context, run);
  await context.pool.query(
    `UPDATE retroactive_runs SET status = $2, finished_at = now(), error = NULL,
      events_attributed = $3, conversions_attributed = $4
      WHERE run_id = $1 AND status = $5`,
    [run.runId, status, counts.events, counts.conversions, run.status],
  );
}

async function performStep(context: StepContext, run: RetroactiveRun, step: Step): Promise<void> {
  const eventsFound = await workOf(context, run, step);
  await context.onStep(run, 'written');
  const isCounted = step.kind === 'conversions' || step.kind === 'settle_back';
  const counts = isCounted ? await countRun(context, run) : undefined;
  await withTransaction(context.pool, async (db) => {
    await finishStep(db, run.runId, step.step, eventsFound);
    if (step.kind === 'events') await noteEvents(db, run);
    if (counts !== undefined) {
      await db.query(
        `UPDATE retroactive_runs SET events_attributed = $2, conversions_attributed = $3
          WHERE run_id = $1`,
        [run.runId, counts.events, counts.conversions],
      );
    }
  });
}

/** Later rounds look at the same slices again and are counted when the run's conversions are. */
async function noteEvents(db: pg.ClientBase, run: RetroactiveRun): Promise<void> {
  if (run.rounds > 1) return;
  await db.query(
    `UPDATE retroactive_runs SET events_attributed = (
        SELECT sum(events_found) FROM retroactive_steps WHERE run_id = $1)
      WHERE run_id = $1`,
    [run.runId],
  );
}

/** @returns clicks and visits that carry the run, where the step is about a slice of them; else 0 */
async function workOf(context: StepContext, run: RetroactiveRun, step: Step): Promise<number> {
  const slice = step.slice ?? run.span;
  switch (step.kind) {
    case 'events':
      return attributeSlice(context, run, slice);
    case 'settle':
      await refreshCopies(context, run);
      return 0;
    case 'conversions':
      await attributeConversions(context, run);
      return 0;
    case 'ledger':
      await attributeLedger(context, run);
      return 0;
    case 'take_back':
      await takeBackSlice(context, run, slice);
      return 0;
    case 'settle_back':
      await takeBackLedger(context, run);
      return 0;
    case 'materialise':
    case 'materialise_back':
      await materialise(context);
      return 0;
    default:
      throw new Error(`Unknown step ${String(step.kind satisfies never)}`);
  }
}
