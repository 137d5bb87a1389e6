import type pg from 'pg';

/** Rows of each kind that one call deletes at most. */
const ROWS_MAX = 1_000;
/** How long blocks whose time is over can still be looked up. */
const BLOCKS_KEPT = '30 days';
const ALERTS_KEPT = '400 days';

const STATEMENTS = [
  `DELETE FROM fraud_scores WHERE ctid IN (
    SELECT ctid FROM fraud_scores WHERE expires_at <= now()
      LIMIT ${ROWS_MAX} FOR UPDATE SKIP LOCKED)`,
  `DELETE FROM fraud_blocks WHERE block_id IN (
    SELECT block_id FROM fraud_blocks WHERE until <= now() - interval '${BLOCKS_KEPT}'
      LIMIT ${ROWS_MAX} FOR UPDATE SKIP LOCKED)`,
  `DELETE FROM alerts WHERE alert_id IN (
    SELECT alert_id FROM alerts WHERE created_at <= now() - interval '${ALERTS_KEPT}'
      LIMIT ${ROWS_MAX} FOR UPDATE SKIP LOCKED)`,
];

/**
 * Deletes scores that have expired, blocks whose time was over a month ago and alerts that are older
 * than a year. The audit trail stays. Several processes may do so at once.
 *
 * @returns whether there may be more
 */
export async function forgetExpired(pool: pg.Pool): Promise<boolean> {
  let more = false;
  for (const statement of STATEMENTS) {
    const { rowCount } = await pool.query(statement);
    more ||= rowCount === ROWS_MAX;
  }
  return more;
}
