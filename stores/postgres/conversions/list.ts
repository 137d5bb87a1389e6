import type pg from 'pg';
import { type LedgerEntry, SELECT_ENTRIES } from './ledger-entry.ts';

/** Which conversions are wanted; members left out do not matter. */
export type ConversionFilter = {
  isMatched?: boolean | undefined;
  event?: string | undefined;
  /** '' stands for conversions without a campaign. */
  campaignId?: string | undefined;
  clickId?: string | undefined;
  orderId?: string | undefined;
  /** Ms since the epoch, inclusive. */
  startMs?: number | undefined;
  /** Ms since the epoch, exclusive. */
  endMs?: number | undefined;
};

/** Where a conversion stands in the list. */
export type ConversionPosition = { createdUs: string; id: string };

const TIME_OF_US = (placeholder: string) =>
  `(timestamptz 'epoch' + ${placeholder}::bigint * interval '1 microsecond')`;

/**
 * Conversions of an organisation, the newest first.
 *
 * @param options.before only those that stand behind this one
 * @param options.limit rows at most
 */
export async function listConversions(
  pool: pg.Pool,
  organizationId: string,
  {
    filter,
    before,
    limit,
  }: { filter: ConversionFilter; before?: ConversionPosition | undefined; limit: number },
): Promise<LedgerEntry[]> {
  const values: unknown[] = [organizationId, limit];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['c.organization_id = $1', ...filterConditions(filter, bind)];
  if (before !== undefined) {
    const time = TIME_OF_US(bind(before.createdUs));
    conditions.push(`(c.created_at, c.id) < (${time}, ${bind(before.id)}::bigint)`);
  }
  const { rows } = await pool.query<LedgerEntry>(
    `${SELECT_ENTRIES}
      WHERE ${conditions.join(' AND ')}
      ORDER BY c.created_at DESC, c.id DESC LIMIT $2`,
    values,
  );
  return rows;
}

function filterConditions(filter: ConversionFilter, bind: (value: unknown) => string): string[] {
  const { isMatched, startMs, endMs, orderId } = filter;
  const conditions: string[] = [];
  if (isMatched !== undefined) {
    conditions.push(`c.matched_at IS ${isMatched ? 'NOT ' : ''}NULL`);
  }
  for (const [column, value] of [
    ['c.conversion_event', filter.event],
    ["coalesce(c.campaign_id, '')", filter.campaignId],
    ['c.click_id', filter.clickId],
    ['c.order_id', orderId],
  ] as const) {
    if (value !== undefined) {
      conditions.push(`${column} = ${bind(value)}`);
    }
  }
  if (orderId !== undefined && orderId !== '') {
    // What the index on orders is restricted to; PostgreSQL does not conclude it from a parameter.
    conditions.push("c.order_id <> ''");
  }
  if (startMs !== undefined) {
    conditions.push(`c.created_at >= ${bind(new Date(startMs).toISOString())}`);
  }
  if (endMs !== undefined) {
    conditions.push(`c.created_at < ${bind(new Date(endMs).toISOString())}`);
  }
  return conditions;
}

/** What makes a conversion one and the same, within its organisation. */
export type ConversionKey = { clickId: string; event: string; orderId: string };

/** @returns undefined when there is none (yet) */
export async function findConversion(
  pool: pg.Pool,
  organizationId: string,
  { clickId, event, orderId }: ConversionKey,
): Promise<LedgerEntry | undefined> {
  const { rows } = await pool.query<LedgerEntry>(
    `${SELECT_ENTRIES}
      WHERE c.organization_id = $1 AND c.click_id = $2 AND c.conversion_event = $3
        AND c.order_id = $4`,
    [organizationId, clickId, event, orderId],
  );
  return rows[0];
}
