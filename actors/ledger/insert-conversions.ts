import type pg from 'pg';
import type { ConversionRecord } from '../../core/conversion.ts';
import { messageOf } from '../../core/errors.ts';

/**
 * What the ledger says of a record.
 * - `inserted`: it is the first of its key and now stands in the ledger
 * - `known`: it stands there already, from an earlier try with the same receipt
 * - `duplicate`: another postback with the same key was first
 * - `refused`: PostgreSQL does not take its content; trying again would not help
 */
export type InsertOutcome =
  | { kind: 'inserted' }
  | { kind: 'known' }
  | { kind: 'duplicate' }
  | { kind: 'refused'; code: string; reason: string };

export type InsertConversions = (records: ConversionRecord[]) => Promise<InsertOutcome[]>;

const COLUMNS = `organization_id, click_id, event_id, conversion_event, conversion_value, currency,
  order_id, metadata, created_at, receipt_id`;

/** Rows are given in the order of their keys, so that two ledgers never wait for each other. */
const INSERT = `
  INSERT INTO conversions (${COLUMNS})
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::text[],
    $7::text[], $8::jsonb[], $9::timestamptz[], $10::text[])
  ON CONFLICT (organization_id, click_id, conversion_event, order_id) DO NOTHING
  RETURNING receipt_id`;

const SELECT_RECEIPTS = `
  SELECT sent.receipt_id
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    AS sent (organization_id, click_id, conversion_event, order_id, receipt_id)
  JOIN conversions
    USING (organization_id, click_id, conversion_event, order_id, receipt_id)`;

const DEADLOCK_DETECTED = '40P01';

/**
 * Puts records into the ledger, each key once, however often and wherever this is called.
 *
 * @param timeoutMs longest wait for one statement
 * @returns one outcome per record, in their order
 * @throws the driver's error when PostgreSQL cannot do it now; then it is unknown which records are in
 */
export async function insertConversions(
  pool: pg.Pool,
  records: ConversionRecord[],
  timeoutMs: number,
): Promise<InsertOutcome[]> {
  if (records.length === 0) return [];
  try {
    return await insertAll(pool, records, timeoutMs);
  } catch (error) {
    const code = sqlStateOf(error);
    if (!isContentFault(code)) throw error;
    if (records.length === 1) {
      return [{ kind: 'refused', code, reason: messageOf(error) }];
    }
    // One record spoils the statement for all: find it by halves.
    const half = Math.ceil(records.length / 2);
    const first = await insertConversions(pool, records.slice(0, half), timeoutMs);
    return [...first, ...(await insertConversions(pool, records.slice(half), timeoutMs))];
  }
}

async function insertAll(
  pool: pg.Pool,
  records: ConversionRecord[],
  timeoutMs: number,
): Promise<InsertOutcome[]> {
  const inserted = await insertOnce(pool, [...records].sort(byKey), timeoutMs);
  const others = records.filter((record) => !inserted.has(record.receipt_id));
  const known = others.length === 0 ? NONE : await knownReceipts(pool, others, timeoutMs);
  return records.map(({ receipt_id }) => {
    if (inserted.has(receipt_id)) return { kind: 'inserted' };
    return { kind: known.has(receipt_id) ? 'known' : 'duplicate' };
  });
}

const NONE: ReadonlySet<string> = new Set();

async function insertOnce(
  pool: pg.Pool,
  records: ConversionRecord[],
  timeoutMs: number,
): Promise<ReadonlySet<string>> {
  const statement = {
    text: INSERT,
    query_timeout: timeoutMs,
    values: [
      records.map((record) => record.organization_id),
      records.map((record) => record.click_id),
      records.map((record) => record.event_id),
      records.map((record) => record.conversion_event),
      records.map((record) => record.conversion_value),
      records.map((record) => record.currency),
      records.map((record) => record.order_id),
      records.map((record) => JSON.stringify(record.metadata)),
      records.map((record) => new Date(record.received_at_ms).toISOString()),
      records.map((record) => record.receipt_id),
    ],
  };
  try {
    return receiptsOf(await pool.query<ReceiptRow>(statement));
  } catch (error) {
    // Somebody else's transaction can still take keys in another order.
    if (sqlStateOf(error) !== DEADLOCK_DETECTED) throw error;
    return receiptsOf(await pool.query<ReceiptRow>(statement));
  }
}

async function knownReceipts(
  pool: pg.Pool,
  records: ConversionRecord[],
  timeoutMs: number,
): Promise<ReadonlySet<string>> {
  const statement = {
    text: SELECT_RECEIPTS,
    query_timeout: timeoutMs,
    values: [
      records.map((record) => record.organization_id),
      records.map((record) => record.click_id),
      records.map((record) => record.conversion_event),
      records.map((record) => record.order_id),
      records.map((record) => record.receipt_id),
    ],
  };
  return receiptsOf(await pool.query<ReceiptRow>(statement));
}

type ReceiptRow = { receipt_id: string };

function receiptsOf(result: pg.QueryResult<ReceiptRow>): ReadonlySet<string> {
  return new Set(result.rows.map((row) => row.receipt_id));
}

function byKey(a: ConversionRecord, b: ConversionRecord): number {
  return (
    compare(a.organization_id, b.organization_id) ||
    compare(a.click_id, b.click_id) ||
    compare(a.conversion_event, b.conversion_event) ||
    compare(a.order_id, b.order_id)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Empty when the error did not come from the server. */
function sqlStateOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** Data exception, integrity constraint violation, program limit exceeded (a key too long). */
function isContentFault(sqlState: string): boolean {
  return /^(22|23|54)[0-9A-Z]{3}$/.test(sqlState);
}
