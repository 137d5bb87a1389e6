import type pg from 'pg';
import { withTransaction } from '../../stores/postgres/client.ts';
import {
  CLICK_COLUMNS,
  clickColumnsOf,
  LEDGER_COLUMNS,
  type LedgerRow,
} from './conversion-rows.ts';
import { CLICKHOUSE_MS_MAX } from './find-clicks.ts';
import type { PublishContext } from './publish.ts';
import { arrayLiteral, sqlLiteral } from './sql-literal.ts';

/** One update of some rows takes 20 to 30 ms, nearly as long as that of one. */
export const CORRECTIONS_MAX = 50;

const SELECT_PENDING = `
  SELECT ${LEDGER_COLUMNS} FROM conversions
  WHERE correction_pending AND batch_id IN (
    SELECT id FROM conversion_batches WHERE acknowledged_at IS NOT NULL)
  ORDER BY id LIMIT $1
  FOR UPDATE SKIP LOCKED`;

const NOTE_CORRECTED = `
  UPDATE conversions SET correction_pending = false, click = NULL WHERE id = ANY ($1::bigint[])`;

/**
 * Copies clicks that were found late into the conversion rows that ClickHouse has already. The update
 * sets the same values however often it runs, so a crash before the note is harmless.
 *
 * @returns how many rows were corrected
 */
export async function correctPublished(context: PublishContext): Promise<number> {
  const { pool, client, onStep } = context;
  const corrected = await withTransaction(pool, async (db) => {
    const rows = await pendingRows(db);
    if (rows.length === 0) return 0;
    await client.command({
      query: correctionOf(rows),
      abort_signal: AbortSignal.timeout(CLICKHOUSE_MS_MAX),
    });
    onStep('corrected');
    await db.query(NOTE_CORRECTED, [rows.map((row) => row.id)]);
    return rows.length;
  });
  if (corrected > 0) onStep('correction-noted');
  return corrected;
}

/** Rows with the same event id (possible for those inserted by hand) are left for the next round. */
async function pendingRows(db: pg.PoolClient): Promise<LedgerRow[]> {
  const { rows } = await db.query<LedgerRow>(SELECT_PENDING, [CORRECTIONS_MAX]);
  return [...new Map(rows.reverse().map((row) => [row.event_id, row])).values()];
}

/**
 * One UPDATE for all rows: each column becomes the element at the row's place in an array. Values
 * are literals, because their size is not bounded by what an address can hold.
 */
function correctionOf(rows: LedgerRow[]): string {
  const place = `indexOf(${arrayLiteral(
    rows.map((row) => row.event_id),
    'String',
  )}, event_id)`;
  const columns = rows.map(clickColumnsOf);
  const assignments = CLICK_COLUMNS.map(([name, type]) => {
    const values = columns.map((one) => one[name] ?? defaultOf(type));
    return `${name} = ${arrayLiteral(values, type)}[${place}]`;
  });
  const clickIds = arrayLiteral(
    rows.map((row) => row.click_event_id ?? ''),
    'String',
  );
  const keys = rows.map(
    (row) =>
      `(${[row.organization_id, row.event_id, row.click_id, row.conversion_event, row.order_id]
        .map(sqlLiteral)
        .join(', ')})`,
  );
  const organizations = [...new Set(rows.map((row) => row.organization_id))].map(sqlLiteral);
  const ids = rows.map((row) => sqlLiteral(row.event_id));
  return `UPDATE events SET ${assignments.join(', ')}, click_event_id = ${clickIds}[${place}]
    WHERE organization_id IN (${organizations.join(', ')}) AND event_id IN (${ids.join(', ')})
      AND (organization_id, event_id, click_id, event_type, order_id) IN (${keys.join(', ')})`;
}

function defaultOf(type: string): unknown {
  if (type.includes('Nullable(')) return null;
  if (type.startsWith('Array(')) return [];
  if (type.startsWith('Map(')) return {};
  if (type === 'Bool') return false;
  return /^(?:Float|U?Int)/.test(type) ? 0 : '';
}
