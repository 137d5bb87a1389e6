import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import { TrellisError } from '../../core/errors.ts';
import { conversionsInsert, eventsInsert, type InsertSelect } from './event-sql.ts';
import { GENERATOR_SETTINGS } from './generator-settings.ts';
import { removeAllFromLedger, removeFromLedger, writeLedger } from './ledger.ts';
import type { Chunk, HistoryPlan } from './plan.ts';
import {
  completeChunks,
  removeAllEvents,
  removeEvents,
  type StoredRun,
  storedRuns,
} from './stored-history.ts';

export type Stores = { client: ClickHouseClient; pool: pg.Pool };

/** What to do with demo data of other runs in the same time. */
export type IfExists = 'refuse' | 'replace' | 'append';

export type WriteOptions = {
  ifExists: IfExists;
  /** Asked between chunks; true ends the run there. */
  isStopRequested(): boolean;
  /** Clicks and visits that are stored, of `plan.events`. */
  onProgress(stored: number): void;
};

export type WriteOutcome = {
  kind: 'written' | 'stopped' | 'already_there';
  /** Clicks and visits that this run has stored. */
  events: number;
  conversions: number;
};

/**
 * Writes a history, or what is missing of it. Chunk by chunk: conversions in both stores, then clicks
 * and visits. A chunk that was begun and not finished is taken out and written anew.
 *
 * @throws TrellisError `demo_data_exists` when other demo data lie in the same time
 */
export async function writeHistory(
  { client, pool }: Stores,
  plan: HistoryPlan,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const runs = await storedRuns(client, plan.organizationId);
  const others = runs.filter((run) => run.tag !== plan.tag && overlaps(run, plan));
  if (options.ifExists === 'replace' && others.length > 0) {
    await removeHistory({ client, pool }, plan.organizationId);
  } else if (options.ifExists === 'refuse' && others.length > 0) {
    throw existsError(others);
  }
  const done = await completeChunks(client, plan);
  const next = plan.chunks[done];
  if (next === undefined) {
    return { kind: 'already_there', events: 0, conversions: 0 };
  }
  await removeEvents(client, plan, next.first, next.startMs);
  await removeFromLedger(pool, plan, next.first, next.startMs);
  return writeChunks({ client, pool }, plan, plan.chunks.slice(done), options);
}

/** Deletes all demo data of an organisation from both stores; campaigns stay. */
export async function removeHistory({ client, pool }: Stores, organizationId: string) {
  await removeAllEvents(client, organizationId);
  await removeAllFromLedger(pool, organizationId);
}

async function writeChunks(
  { client, pool }: Stores,
  plan: HistoryPlan,
  chunks: readonly Chunk[],
  { isStopRequested, onProgress }: WriteOptions,
): Promise<WriteOutcome> {
  const columns = await columnsOfEvents(client);
  const outcome = { events: 0, conversions: 0 };
  for (const chunk of chunks) {
    onProgress(chunk.first);
    if (isStopRequested()) {
      return { kind: 'stopped', ...outcome };
    }
    const [conversions] = await Promise.all([
      writeLedger(pool, client, plan, chunk),
      insertInto(client, conversionsInsert(plan, chunk, columns)),
    ]);
    outcome.conversions += conversions;
    await insertInto(client, eventsInsert(plan, chunk, columns));
    outcome.events += chunk.count;
  }
  onProgress(plan.events);
  return { kind: 'written', ...outcome };
}

async function insertInto(
  client: ClickHouseClient,
  { columns, select }: InsertSelect,
): Promise<void> {
  await client.command({
    query: `INSERT INTO events (${columns}) ${select}`,
    clickhouse_settings: GENERATOR_SETTINGS,
  });
}

async function columnsOfEvents(client: ClickHouseClient): Promise<Set<string>> {
  const result = await client.query({
    query: `SELECT name FROM system.columns
      WHERE database = currentDatabase() AND table = 'events'`,
    format: 'JSONEachRow',
  });
  return new Set((await result.json<{ name: string }>()).map(({ name }) => name));
}

function overlaps(run: StoredRun, plan: HistoryPlan): boolean {
  return run.firstMs < plan.endMs && run.lastMs >= plan.startMs;
}

function existsError(others: readonly StoredRun[]): TrellisError {
  const day = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10);
  const list = others.map(
    ({ events, firstMs, lastMs }) =>
      `${events.toLocaleString('en-US')} events from ${day(firstMs)} to ${day(lastMs)}`,
  );
  return new TrellisError(
    'demo_data_exists',
    `There are demo data already: ${list.join('; ')}. Give --replace to delete all demo data of ` +
      'the organisation first, --append to add to them, or the same arguments as before (with ' +
      '--end) to finish a run that was stopped.',
  );
}
