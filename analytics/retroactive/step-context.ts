import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import { TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { OF_ORGANIZATION } from '../schema/clicks.ts';
import { IN_SPAN, IS_EVENT, LARGE_STATEMENT_SETTINGS, spanParams } from './claim-sql.ts';
import type { RetroactiveRun, Span } from './run.ts';

/** What steps work with. */
export type StepContext = {
  pool: pg.Pool;
  /** Its database is the one of `events`. */
  clickhouse: ClickHouseClient;
  logger: Logger;
  /** Aborted when the process is to end; steps that wait give up then. */
  signal: AbortSignal;
  /** Aborted when it ends in any case: statements are no longer waited for. */
  abandoned: AbortSignal;
  /** For failure tests: a step has been done; `written`: PostgreSQL does not know it yet. */
  onStep: (run: RetroactiveRun, moment: 'written' | 'noted') => Promise<void>;
};

/** ClickHouse ends a statement after this long, before the client stops waiting for its answer. */
const UPDATE_S_MAX = 100;

/**
 * Runs an UPDATE of `events`.
 *
 * A statement whose answer was lost may still be at work, and must not write after a later one that
 * takes its work back. Therefore each carries the run's name, and the next one waits for it.
 *
 * @throws TrellisError `statement_still_runs` (retriable), or the client's error
 */
export async function updateEvents(
  { clickhouse, abandoned }: StepContext,
  runId: string,
  sql: string,
  params: Record<string, unknown>,
): Promise<void> {
  const name = `retroactive ${runId}`;
  const result = await clickhouse.query({
    query: `SELECT count() AS n FROM system.processes
      WHERE position(query, {name:String}) > 0 AND position(query, 'system.processes') = 0`,
    query_params: { name },
    format: 'JSONEachRow',
  });
  const [running] = await result.json<{ n: string }>();
  if (Number(running?.n) > 0) {
    throw new TrellisError('statement_still_runs', `An earlier statement of ${runId} still runs`, {
      retriable: true,
    });
  }
  await clickhouse.command({
    query: `${sql} /* ${name} */`,
    query_params: params,
    clickhouse_settings: { ...LARGE_STATEMENT_SETTINGS, max_execution_time: UPDATE_S_MAX },
    abort_signal: abandoned,
  });
}

export type RunCounts = { events: number; conversions: number };

/** Rows that carry the run now, everywhere or within a span. */
export async function countRun(
  { clickhouse }: Pick<StepContext, 'clickhouse'>,
  { organizationId, runId }: RetroactiveRun,
  span?: Span,
): Promise<RunCounts> {
  const result = await clickhouse.query({
    query: `SELECT countIf(${IS_EVENT}) AS events, count() - events AS conversions
      FROM events
      WHERE ${OF_ORGANIZATION} AND run_id = {run_id:String} ${span === undefined ? '' : `AND ${IN_SPAN}`}`,
    query_params: {
      organization_id: organizationId,
      run_id: runId,
      ...(span === undefined ? {} : spanParams(span)),
    },
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ events: string; conversions: string }>();
  return { events: Number(row?.events), conversions: Number(row?.conversions) };
}
