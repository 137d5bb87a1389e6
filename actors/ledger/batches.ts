import type pg from 'pg';
import { withTransaction } from '../../stores/postgres/client.ts';
import { LEDGER_COLUMNS, type LedgerRow } from './conversion-rows.ts';

/** Rows of one insert into ClickHouse. */
export const BATCH_ROWS_MAX = 2_000;

/** How long a conversion waits for its click before it is published without. */
const MATCH_GRACE_MS = 5_000;

/** Times further ahead than this are no clock's error; such rows are not waited for. */
const FUTURE_MS_MAX = 60_000;

const SELECT_PUBLISHABLE = `
  SELECT id FROM conversions
  WHERE batch_id IS NULL AND publish_error IS NULL
    AND (matched_at IS NOT NULL
      OR (match_attempts > 0 AND (created_at <= $1 OR created_at > $2)))
  ORDER BY id LIMIT $3
  FOR UPDATE SKIP LOCKED`;

/**
 * Gives conversions that may be published to a new batch, in one transaction.
 *
 * @returns the batch, or undefined when there is nothing to publish
 */
export async function assignBatch(
  pool: pg.Pool,
  nowMs: number,
): Promise<{ id: string; rows: number } | undefined> {
  return withTransaction(pool, async (db) => {
    const { rows } = await db.query<{ id: string }>(SELECT_PUBLISHABLE, [
      new Date(nowMs - MATCH_GRACE_MS).toISOString(),
      new Date(nowMs + FUTURE_MS_MAX).toISOString(),
      BATCH_ROWS_MAX,
    ]);
    if (rows.length === 0) return undefined;
    const ids = rows.map((row) => row.id);
    return { id: await createBatch(db, ids), rows: ids.length };
  });
}

/** @returns the new batch's id */
export async function createBatch(db: pg.PoolClient, conversionIds: string[]): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    'INSERT INTO conversion_batches (row_count) VALUES ($1) RETURNING id',
    [conversionIds.length],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('PostgreSQL returned no id for a new batch');
  await db.query('UPDATE conversions SET batch_id = $1 WHERE id = ANY ($2::bigint[])', [
    id,
    conversionIds,
  ]);
  return id;
}

/** The oldest batches of which nobody knows whether ClickHouse has them. */
export async function unacknowledgedBatches(pool: pg.Pool, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT id FROM conversion_batches WHERE acknowledged_at IS NULL ORDER BY id LIMIT $1',
    [limit],
  );
  return rows.map((row) => row.id);
}

/**
 * Locks a batch until the transaction ends, so that one engine at a time delivers it; the lock of an
 * engine that dies goes with its connection.
 *
 * @returns undefined when it is acknowledged or another engine is at it
 */
export async function lockBatch(
  db: pg.PoolClient,
  id: string,
): Promise<{ token: string; rows: LedgerRow[] } | undefined> {
  const batches = await db.query<{ token: string }>(
    `SELECT token FROM conversion_batches WHERE id = $1 AND acknowledged_at IS NULL
     FOR UPDATE SKIP LOCKED`,
    [id],
  );
  const token = batches.rows[0]?.token;
  if (token === undefined) return undefined;
  const { rows } = await db.query<LedgerRow>(
    `SELECT ${LEDGER_COLUMNS} FROM conversions WHERE batch_id = $1 ORDER BY id`,
    [id],
  );
  return { token, rows };
}

/** Notes that ClickHouse has the batch. Its copies of clicks are no longer needed. */
export async function acknowledgeBatch(db: pg.PoolClient, id: string): Promise<void> {
  await db.query('UPDATE conversion_batches SET acknowledged_at = now() WHERE id = $1', [id]);
  await db.query(
    `UPDATE conversions SET click = NULL
     WHERE batch_id = $1 AND click IS NOT NULL AND NOT correction_pending`,
    [id],
  );
}
