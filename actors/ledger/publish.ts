import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import type { Logger } from '../../core/logger.ts';
import { withTransaction } from '../../stores/postgres/client.ts';
import { classifyInsertFailure } from '../ship/insert-failure.ts';
import { acknowledgeBatch, createBatch, lockBatch } from './batches.ts';
import { eventRowOf, type LedgerRow } from './conversion-rows.ts';
import { CLICKHOUSE_MS_MAX } from './find-clicks.ts';
import { publishedKeys, rowKey } from './published-keys.ts';

/** After each of these a process may die; see `onStep`. */
export type PublishStep =
  | 'assigned'
  | 'locked'
  | 'inserted'
  | 'noted'
  | 'acknowledged'
  | 'corrected'
  | 'correction-noted';

export type PublishContext = {
  pool: pg.Pool;
  client: ClickHouseClient;
  logger: Logger;
  onPublished: (rows: LedgerRow[]) => void;
  onRefused: () => void;
  /** For failure tests: called after each step; what it throws ends the round, like a crash. */
  onStep: (step: PublishStep) => void;
};

/**
 * Delivers a batch to ClickHouse and acknowledges it.
 *
 * It counts once, whatever happens: the token makes ClickHouse ignore an insert that it has seen
 * lately, also one that is still under way; a batch that is not fresh is first compared with what the
 * table has, because ClickHouse forgets old tokens. A transaction holds the batch meanwhile.
 *
 * @param isFresh this process has just made the batch and nobody has tried to deliver it
 * @throws the error of the store that is out of reach; the batch stays unacknowledged
 */
export async function deliverBatch(
  context: PublishContext,
  id: string,
  isFresh: boolean,
): Promise<void> {
  const { pool, onStep } = context;
  const delivered = await withTransaction(pool, async (db) => {
    const batch = await lockBatch(db, id);
    if (batch === undefined) return undefined;
    onStep('locked');
    const rows = isFresh ? batch.rows : await withoutPublished(context.client, batch.rows);
    if (await insertRows(context, rows, batch.token)) {
      onStep('inserted');
      await acknowledgeBatch(db, id);
      onStep('noted');
      return batch.rows;
    }
    await splitBatch(context, db, id, rows);
    return [];
  });
  if (delivered === undefined) return;
  onStep('acknowledged');
  context.onPublished(delivered);
}

/** @returns false when ClickHouse refuses one of the rows; then none is in */
async function insertRows(
  context: PublishContext,
  rows: LedgerRow[],
  token: string,
): Promise<boolean> {
  if (rows.length === 0) return true;
  try {
    await context.client.insert({
      table: 'events',
      values: rows.map(eventRowOf),
      format: 'JSONEachRow',
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 1,
        insert_deduplication_token: token,
        // One block however large the rows are: its token is the batch's.
        min_insert_block_size_bytes: '0',
      },
      abort_signal: AbortSignal.timeout(CLICKHOUSE_MS_MAX),
    });
    return true;
  } catch (error) {
    const failure = classifyInsertFailure(error);
    if (failure.kind !== 'refused') throw error;
    context.logger.error(
      { code: failure.code, reason: failure.message, rows: rows.length },
      'ClickHouse refuses conversions; the batch is divided to find which',
    );
    return false;
  }
}

/**
 * Replaces a refused batch by two halves; a single row is taken out of publishing, with a note.
 * The halves are delivered as batches of unknown fate.
 */
async function splitBatch(
  context: PublishContext,
  db: pg.PoolClient,
  id: string,
  rows: LedgerRow[],
): Promise<void> {
  const ids = rows.map((row) => row.id);
  if (ids.length === 1) {
    await db.query(
      `UPDATE conversions SET publish_error = 'ClickHouse refuses the row', batch_id = NULL
       WHERE id = $1`,
      ids,
    );
    context.onRefused();
  } else {
    const half = Math.ceil(ids.length / 2);
    await createBatch(db, ids.slice(0, half));
    await createBatch(db, ids.slice(half));
  }
  await acknowledgeBatch(db, id);
}

async function withoutPublished(client: ClickHouseClient, rows: LedgerRow[]): Promise<LedgerRow[]> {
  const published = await publishedKeys(client, rows);
  return rows.filter((row) => !published.has(rowKey(row)));
}
