import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import { withTransaction } from '../../stores/postgres/client.ts';
import { DEMO_EVENT_PREFIX, leastEventId } from './event-ids.ts';
import { ledgerSelect } from './event-sql.ts';
import { GENERATOR_SETTINGS } from './generator-settings.ts';
import type { Chunk, HistoryPlan } from './plan.ts';

/** A row of `ledgerSelect`, in its order. */
type ConversionCells = readonly [
  clickId: string,
  eventId: string,
  event: string,
  value: string,
  currency: string,
  orderId: string,
  userId: string,
  campaignId: string | null,
  items: string,
  createdAtMs: string,
  clickEventId: string,
];

const ROWS_PER_INSERT = 5_000;
const ROWS_PER_DELETE = 20_000;

/**
 * As the ledger leaves a conversion that ClickHouse has: matched, and in a batch that is
 * acknowledged, so that no engine publishes it again or looks for its click.
 */
const INSERT = `
  INSERT INTO conversions (
    organization_id, click_id, event_id, conversion_event, conversion_value, currency, order_id,
    user_id, campaign_id, metadata, created_at, click_event_id, matched_at, match_attempts,
    next_match_at, batch_id
  )
  SELECT
    $1, click_id, event_id, conversion_event, conversion_value, currency, order_id,
    user_id, campaign_id, jsonb_build_object('items', items), created_at, click_event_id, created_at,
    1, NULL, $2
  FROM (
    SELECT
      click_id, event_id, conversion_event, conversion_value, currency, order_id, user_id,
      campaign_id, items, to_timestamp(created_at_ms / 1000.0) AS created_at, click_event_id
    FROM unnest(
      $3::text[], $4::text[], $5::text[], $6::numeric[], $7::text[], $8::text[], $9::text[],
      $10::text[], $11::text[], $12::bigint[], $13::text[]
    ) AS sent (click_id, event_id, conversion_event, conversion_value, currency, order_id, user_id,
      campaign_id, items, created_at_ms, click_event_id)
  ) AS demo`;

/**
 * Writes a chunk's conversions into the ledger, as one batch that is already acknowledged; all or
 * nothing.
 *
 * @returns how many there are
 */
export async function writeLedger(
  pool: pg.Pool,
  client: ClickHouseClient,
  plan: HistoryPlan,
  chunk: Chunk,
): Promise<number> {
  const result = await client.query({
    query: ledgerSelect(plan, chunk),
    format: 'JSONCompactEachRow',
    clickhouse_settings: GENERATOR_SETTINGS,
  });
  const rows = await result.json<ConversionCells>();
  if (rows.length === 0) {
    return 0;
  }
  await withTransaction(pool, async (db) => {
    const batch = await db.query<{ id: string }>(
      `INSERT INTO conversion_batches (row_count, acknowledged_at) VALUES ($1, now())
       RETURNING id`,
      [rows.length],
    );
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      const part = rows.slice(start, start + ROWS_PER_INSERT);
      const columns = COLUMN_NUMBERS.map((column) => part.map((cells) => cells[column]));
      await db.query(INSERT, [plan.organizationId, batch.rows[0]?.id, ...columns]);
    }
  });
  return rows.length;
}

const COLUMN_NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** Deletes the conversions of a run from a number of its events on, and batches that are then empty. */
export async function removeFromLedger(
  pool: pg.Pool,
  plan: HistoryPlan,
  fromNumber: number,
  fromMs: number,
): Promise<void> {
  await removeWhere(
    pool,
    `organization_id = $1 AND created_at >= $2
      AND click_event_id COLLATE "C" >= $3 AND starts_with(click_event_id, $4)`,
    [
      ...[plan.organizationId, new Date(fromMs).toISOString()],
      ...[leastEventId(plan.tag, fromNumber), `${DEMO_EVENT_PREFIX}${plan.tag}`],
    ],
  );
}

/** Deletes all demo conversions of an organisation. */
export async function removeAllFromLedger(pool: pg.Pool, organizationId: string): Promise<void> {
  await removeWhere(pool, 'organization_id = $1 AND starts_with(click_event_id, $2)', [
    organizationId,
    DEMO_EVENT_PREFIX,
  ]);
}

/** A bounded piece per transaction; what a stop leaves is deleted the next time. */
async function removeWhere(pool: pg.Pool, condition: string, values: string[]): Promise<void> {
  for (;;) {
    const removed = await pool.query<{ batch_id: string | null }>(
      `DELETE FROM conversions WHERE id IN
        (SELECT id FROM conversions WHERE ${condition} ORDER BY id LIMIT ${ROWS_PER_DELETE})
       RETURNING batch_id`,
      values,
    );
    if (removed.rows.length === 0) {
      return;
    }
    const batches = new Set(removed.rows.flatMap(({ batch_id }) => batch_id ?? []));
    await pool.query(
      `DELETE FROM conversion_batches AS batch WHERE id = ANY ($1::bigint[])
       AND NOT EXISTS (SELECT FROM conversions WHERE batch_id = batch.id)`,
      [[...batches]],
    );
  }
}
