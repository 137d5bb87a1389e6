/**
 * A run's part in PostgreSQL's ledger of conversions.
 *
 * The ledger copies a click's columns into a conversion when it matches them, and hands the copy to
 * ClickHouse a moment later. A copy made before a run changed the click must not outlive that change:
 * every copy that is still on its way is made again. To the ledger that is a match like any other, and
 * what it has published already it corrects.
 */
import type pg from 'pg';
import { TrellisError } from '../../core/errors.ts';
import { OF_ORGANIZATION } from '../schema/clicks.ts';
import type { RetroactiveRun } from './run.ts';
import type { StepContext } from './step-context.ts';

const PAGE_ROWS = 5_000;
const SETTLE_POLL_MS = 100;
/** Longest transaction of the ledger that copies clicks, and some. Later ones have seen the change. */
const SETTLE_MS_MAX = 30_000;

/**
 * Waits for transactions that may hold copies of clicks of before, then has all copies that are on
 * their way made again.
 *
 * @throws TrellisError `ledger_busy` (retriable), or the driver's error
 */
export async function refreshCopies(context: StepContext, run: RetroactiveRun): Promise<void> {
  await untilOlderTransactionsEnd(context);
  await copyAgain(context, run);
}

async function copyAgain({ pool }: StepContext, run: RetroactiveRun): Promise<void> {
  await pool.query(
    `UPDATE conversions SET next_match_at = '-infinity'
      WHERE organization_id = $1 AND click IS NOT NULL`,
    [run.organizationId],
  );
}

async function untilOlderTransactionsEnd({ pool, signal }: StepContext): Promise<void> {
  const { rows } = await pool.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  const deadlineMs = performance.now() + SETTLE_MS_MAX;
  while (await isAnyOlder(pool, rows[0]?.now)) {
    if (signal.aborted || performance.now() > deadlineMs) {
      throw new TrellisError('ledger_busy', 'Transactions that began before the run are not over', {
        retriable: true,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS));
  }
}

/** Only transactions that lock or write something have an id; readers are not waited for. */
async function isAnyOlder(pool: pg.Pool, instant: string | undefined): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid != pg_backend_pid()
        AND xact_start < $1::timestamptz LIMIT 1`,
    [instant],
  );
  return rows.length > 0;
}

type ConversionKey = { event_id: string; click_id: string; event_type: string; order_id: string };

/**
 * Gives the campaign to the ledger's rows of those conversions that the run attributed.
 *
 * @throws the error of the store that is out of reach; whatever was written stays right
 */
export async function attributeLedger(context: StepContext, run: RetroactiveRun): Promise<void> {
  let after: ConversionKey | undefined;
  do {
    const page = await conversionPage(context, run, after);
    // The ledger's texts have no NUL; a row that was not made by it may, and is none of its own.
    const keys = page.filter((key) => !Object.values(key).some((text) => text.includes('\0')));
    await context.pool.query(
      `UPDATE conversions AS c SET campaign_id = $1, run_id = $2
        FROM unnest($4::text[], $5::text[], $6::text[]) AS k (click_id, conversion_event, order_id)
        WHERE c.organization_id = $3 AND c.click_id = k.click_id
          AND c.conversion_event = k.conversion_event AND c.order_id = k.order_id
          AND c.campaign_id IS NULL`,
      [
        ...[run.campaignId, run.runId, run.organizationId],
        keys.map(({ click_id }) => click_id),
        keys.map(({ event_type }) => event_type),
        keys.map(({ order_id }) => order_id),
      ],
    );
    after = page.length < PAGE_ROWS ? undefined : page.at(-1);
  } while (after !== undefined);
}

async function conversionPage(
  { clickhouse }: StepContext,
  { organizationId, runId }: RetroactiveRun,
  after: ConversionKey | undefined,
): Promise<ConversionKey[]> {
  const result = await clickhouse.query({
    query: `SELECT event_id, click_id, event_type, order_id FROM events
      WHERE ${OF_ORGANIZATION} AND run_id = {run_id:String}
        AND event_type != 'click' AND conversion_event != ''
        AND (event_id, click_id, event_type, order_id)
          > ({event_id:String}, {click_id:String}, {event_type:String}, {order_id:String})
      ORDER BY event_id, click_id, event_type, order_id LIMIT ${PAGE_ROWS}`,
    query_params: {
      ...(after ?? { event_id: '', click_id: '', event_type: '', order_id: '' }),
      organization_id: organizationId,
      run_id: runId,
    },
    format: 'JSONEachRow',
  });
  return result.json<ConversionKey>();
}

/**
 * Takes the run's campaign from the ledger's rows. Those whose copy of the click is still on its way
 * get a new one.
 *
 * @throws TrellisError `ledger_busy` (retriable), or the driver's error
 */
export async function takeBackLedger(context: StepContext, run: RetroactiveRun): Promise<void> {
  await untilOlderTransactionsEnd(context);
  let changed: number | null;
  do {
    ({ rowCount: changed } = await context.pool.query(
      `UPDATE conversions SET campaign_id = nullif(campaign_id, $3), run_id = NULL
        WHERE id IN (
          SELECT id FROM conversions WHERE organization_id = $1 AND run_id = $2 LIMIT $4)`,
      [run.organizationId, run.runId, run.campaignId, PAGE_ROWS],
    ));
  } while (changed === PAGE_ROWS);
  await copyAgain(context, run);
}
