import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import { messageOf, TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { isRetriableClickHouseError } from '../../stores/clickhouse/client.ts';
import { isConnectionError } from '../../stores/postgres/client.ts';
import { advanceRun } from './advance.ts';
import type { RetroactiveRun, RunRow } from './run.ts';
import { SELECT_RUN, toRun } from './run.ts';
import type { StepContext } from './step-context.ts';

export type RunnerOptions = {
  /** One connection is held while a step runs, and two more are used. */
  pool: pg.Pool;
  /** Its database is the one of `events`. */
  clickhouse: ClickHouseClient;
  logger: Logger;
  limits?: Partial<RunnerLimits>;
  /** For failure tests, see StepContext; a promise that never settles is like a crash. */
  onStep?: StepContext['onStep'];
};

export type RunnerLimits = {
  /** How often to look for runs while there are none. */
  pollMs: number;
  /** Wait after the first failure of a step; doubles with each further one. */
  retryMsMin: number;
  retryMsMax: number;
  /** Failures of a step in a row after which its run has failed. */
  attemptsMax: number;
};

/** So many attempts a minute apart are a day. */
const LIMITS: RunnerLimits = {
  pollMs: 1_000,
  retryMsMin: 500,
  retryMsMax: 60_000,
  attemptsMax: 1_450,
};

/** The process that stops has ten seconds. */
const STOP_MS_MAX = 5_000;

/** Any constant of ours, so that the locks of organisations are no other part's. */
const LOCK_CLASS = 731_087;

const UNFINISHED = "status IN ('queued', 'running', 'cancelling', 'undoing')";

/** An organisation's run at work comes first, then whatever was asked for first. */
const FIRST_OF_ORGANIZATION =
  "(r.status IN ('running', 'cancelling')) DESC, r.requested_at, r.run_id";

/**
 * Works through retroactive runs, step by step. Any number of processes may have one.
 *
 * Invariants: at most one step of an organisation runs at a time, under an advisory lock of
 * PostgreSQL; an organisation's runs are worked on one after the other; organisations take turns after
 * each step. Nothing is kept here between steps, so whoever is killed is replaced by the next one.
 */
export class RetroactiveRunner {
  readonly #options: RunnerOptions;
  readonly #limits: RunnerLimits;
  readonly #stopping = new AbortController();
  readonly #abandoning = new AbortController();
  #loop: Promise<void> | undefined;
  #wake: () => void = () => undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Looks for runs at once instead of within a second. */
  nudge(): void {
    this.#wake();
  }

  /**
   * Ends after the current step, or in the middle of its waiting; a statement that takes longer is left
   * to itself. The next runner goes on there.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    const deadline = setTimeout(() => this.#abandoning.abort(), STOP_MS_MAX);
    await this.#loop;
    clearTimeout(deadline);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const hasWorked = await this.#turn();
      if (!hasWorked && !signal.aborted) await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#limits.pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns whether there was a step to do */
  async #turn(): Promise<boolean> {
    const { pool, logger } = this.#options;
    try {
      const { rows } = await pool.query<{ organization_id: string }>(ORGANIZATIONS_WITH_WORK);
      for (const { organization_id } of rows) {
        if (await this.#workFor(organization_id)) return true;
      }
    } catch (error) {
      // Whatever concerns one run was noted with it; this is PostgreSQL's.
      logger.warn({ reason: messageOf(error) }, 'Retroactive runs wait for PostgreSQL');
    }
    return false;
  }

  /** Does one step of the organisation's first run, unless another process is at it. */
  async #workFor(organizationId: string): Promise<boolean> {
    const client = await this.#options.pool.connect();
    let isBroken = true;
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked',
        [LOCK_CLASS, organizationId],
      );
      const isLocked = rows[0]?.locked === true;
      if (isLocked) {
        await this.#stepOf(organizationId);
        await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [
          LOCK_CLASS,
          organizationId,
        ]);
      }
      isBroken = false;
      return isLocked;
    } finally {
      // A connection that is closed gives its locks back.
      client.release(isBroken);
    }
  }

  async #stepOf(organizationId: string): Promise<void> {
    const { pool, clickhouse, logger, onStep = async () => undefined } = this.#options;
    const { rows } = await pool.query<RunRow>(
      `${SELECT_RUN} WHERE r.organization_id = $1 AND r.${UNFINISHED}
        ORDER BY ${FIRST_OF_ORGANIZATION} LIMIT 1`,
      [organizationId],
    );
    const [row] = rows;
    if (row === undefined) return;
    const run = toRun(row);
    try {
      const [signal, abandoned] = [this.#stopping.signal, this.#abandoning.signal];
      await advanceRun({ pool, clickhouse, logger, signal, abandoned, onStep }, run);
      await pool.query(
        `UPDATE retroactive_runs SET touched_at = clock_timestamp(), attempts = 0,
          error = CASE WHEN status = 'failed' THEN error END
          WHERE run_id = $1`,
        [run.runId],
      );
    } catch (error) {
      if (!this.#stopping.signal.aborted) await this.#noteFailure(run, error);
    }
    await onStep(run, 'noted');
  }

  async #noteFailure(run: RetroactiveRun, error: unknown): Promise<void> {
    const { pool, logger } = this.#options;
    const { attemptsMax, retryMsMin, retryMsMax } = this.#limits;
    const attempts = run.attempts + 1;
    const hasFailed = !isRetriable(error) || attempts >= attemptsMax;
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(run.attempts, 20));
    const note = { run: run.runId, reason: messageOf(error), attempts };
    if (hasFailed) logger.error(note, 'A retroactive run has failed');
    else logger.warn(note, 'A step of a retroactive run is tried again');
    await pool.query(
      `UPDATE retroactive_runs SET touched_at = clock_timestamp(), attempts = $2,
        retry_at = clock_timestamp() + $3 * interval '1 millisecond', error = $4,
        status = CASE WHEN $5 THEN 'failed' ELSE status END,
        finished_at = CASE WHEN $5 THEN now() END
        WHERE run_id = $1 AND ${UNFINISHED}`,
      [run.runId, attempts, waitMs, reasonOf(error), hasFailed],
    );
  }
}

const ORGANIZATIONS_WITH_WORK = `
  SELECT organization_id FROM (
    SELECT DISTINCT ON (r.organization_id) r.organization_id, r.retry_at, r.touched_at
    FROM retroactive_runs r WHERE r.${UNFINISHED}
    ORDER BY r.organization_id, ${FIRST_OF_ORGANIZATION}
  ) AS first
  WHERE retry_at <= clock_timestamp() ORDER BY touched_at LIMIT 100`;

function isRetriable(error: unknown): boolean {
  if (error instanceof TrellisError) return error.retriable;
  return isRetriableClickHouseError(error) || isConnectionError(error);
}

const REASON_LENGTH_MAX = 500;

/** Said to whoever asked for the run: without the statement, which ClickHouse repeats in its messages. */
function reasonOf(error: unknown): string {
  const [reason = ''] = messageOf(error).split(/\n|: While |In scope /);
  return reason.replaceAll('\0', '').slice(0, REASON_LENGTH_MAX);
}
