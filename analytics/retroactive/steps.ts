import type pg from 'pg';
import type { Span } from './run.ts';

/**
 * What a run is made of. Each one can be repeated at any time: it only does what is left to do.
 *
 * - `events` gives the campaign to clicks and visits of its slice
 * - `settle` waits for conversions that were being matched with clicks of before
 * - `conversions` lets conversions follow their clicks
 * - `ledger` tells PostgreSQL's conversions
 * - `materialise` writes the changes into the rows, so that reports are as fast as before
 * - `take_back`, `settle_back`, `materialise_back` are the undo's
 */
export type StepKind =
  | 'events'
  | 'settle'
  | 'conversions'
  | 'ledger'
  | 'materialise'
  | 'take_back'
  | 'settle_back'
  | 'materialise_back';

export type PlannedStep = {
  kind: StepKind;
  /** Event times within one month; null: not about a time. */
  slice: Span | null;
  /** About the rows that it writes; at least 1. */
  weight: number;
};

export type Step = PlannedStep & { step: number };

const UNDO_KINDS: ReadonlySet<StepKind> = new Set(['take_back', 'settle_back', 'materialise_back']);

/**
 * Adds steps after those that the run has. The caller's transaction makes them all
 * appear at once.
 */
export async function addSteps(
  db: pg.ClientBase,
  runId: string,
  steps: readonly PlannedStep[],
): Promise<void> {
  await db.query(
    `INSERT INTO retroactive_steps (run_id, step, is_undo, kind, slice_start, slice_end, weight)
      SELECT $1, (SELECT coalesce(max(step), 0) FROM retroactive_steps WHERE run_id = $1) + n,
        is_undo, kind, slice_start, slice_end, weight
      FROM unnest($2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bigint[])
        WITH ORDINALITY AS planned (is_undo, kind, slice_start, slice_end, weight, n)`,
    [
      runId,
      steps.map(({ kind }) => UNDO_KINDS.has(kind)),
      steps.map(({ kind }) => kind),
      steps.map(({ slice }) => (slice === null ? null : new Date(slice.startMs).toISOString())),
      steps.map(({ slice }) => (slice === null ? null : new Date(slice.endMs).toISOString())),
      steps.map(({ weight }) => Math.max(1, Math.round(weight))),
    ],
  );
}

/** The first step that is not done, of the attribution or of the undo; undefined: all are. */
export async function nextStep(
  db: pg.Pool,
  runId: string,
  isUndo: boolean,
): Promise<Step | undefined> {
  const { rows } = await db.query<{
    step: number;
    kind: StepKind;
    slice_start: Date | null;
    slice_end: Date | null;
    weight: string;
  }>(
    `SELECT step, kind, slice_start, slice_end, weight FROM retroactive_steps
      WHERE run_id = $1 AND is_undo = $2 AND finished_at IS NULL ORDER BY step LIMIT 1`,
    [runId, isUndo],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { step, kind, slice_start, slice_end, weight } = row;
  const slice =
    slice_start === null || slice_end === null
      ? null
      : { startMs: slice_start.getTime(), endMs: slice_end.getTime() };
  return { step, kind, slice, weight: Number(weight) };
}

/** Clicks and visits that the finished `events` steps of the run's first round found. */
export async function finishStep(
  db: pg.ClientBase,
  runId: string,
  step: number,
  eventsFound: number,
): Promise<void> {
  await db.query(
    `UPDATE retroactive_steps SET finished_at = now(), events_found = $3
      WHERE run_id = $1 AND step = $2`,
    [runId, step, eventsFound],
  );
}

/** Leaves out the slices that have not been begun; what belongs to those that are done still runs. */
export async function dropUnfinishedSlices(db: pg.Pool, runId: string): Promise<void> {
  await db.query(
    `DELETE FROM retroactive_steps
      WHERE run_id = $1 AND kind = 'events' AND finished_at IS NULL`,
    [runId],
  );
}

/** Makes room for a new plan of the undo. */
export async function dropUndoSteps(db: pg.ClientBase, runId: string): Promise<void> {
  await db.query('DELETE FROM retroactive_steps WHERE run_id = $1 AND is_undo', [runId]);
}
