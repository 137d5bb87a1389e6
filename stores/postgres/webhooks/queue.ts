/**
 * The queue of deliveries, as those who send work through it.
 *
 * Whoever holds a webhook's lease is the only one who sends to it; so two processes never send the
 * same delivery, and a webhook gets one request at a time. A process that dies between sending and
 * settling loses its lease, and the delivery is sent again: receivers tell by the event's id.
 *
 * All times are the database's, so that clocks of several machines need not agree.
 */
import type pg from 'pg';
import { AUTOMATIC_ACTOR } from '../fraud/audit.ts';

/** How long a claim holds; an attempt must be over well before. */
export const LEASE_MS = 30_000;
/** Attempts that are made by themselves; the delivery is dead after the last one failed. */
export const ATTEMPTS_MAX = 8;

/** Finished deliveries are kept so long, and of each organisation so many at most. */
const KEPT_DAYS = 30;
const KEPT_MAX = 10_000;
/** Rows that one round of tidying removes for each of these reasons. */
const TIDIED_MAX = 5_000;

/** A delivery to be sent now by whoever has claimed it. */
export type ClaimedDelivery = {
  delivery_id: string;
  webhook_id: string;
  organization_id: string;
  event_id: string;
  event_type: string;
  /** The text to be signed and sent. */
  body: string;
  /** 1 for the first attempt. */
  attempt: number;
  url: string;
  secret: string;
  lease: string;
  /** Attempts of the webhook that failed since the last that succeeded. */
  failures: number;
  /** Since the first of them; 0 when there is none. */
  failingMs: number;
};

type Leased = { webhook_id: string; lease: string };

/**
 * Takes the delivery that is due longest of the webhook that has waited longest for its turn.
 *
 * @param busyOrganizations whose webhooks are passed over
 * @returns undefined when nothing is due
 */
export async function claimDelivery(
  pool: pg.Pool,
  busyOrganizations: readonly string[] = [],
): Promise<ClaimedDelivery | undefined> {
  const { rows } = await pool.query<Leased>(
    `UPDATE webhooks AS w SET lease = gen_random_uuid(), served_at = clock_timestamp(),
        leased_until = now() + $2 * interval '1 ms'
      FROM (
        SELECT webhook_id AS id FROM webhooks
          WHERE status = 'active' AND leased_until <= now() AND rests_until <= now()
            AND organization_id <> ALL ($1)
            AND webhook_id IN (
              SELECT webhook_id FROM webhook_deliveries
                WHERE status = 'pending' AND next_attempt_at <= now() AND attempts < $3)
          ORDER BY served_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
      ) AS due
      WHERE w.webhook_id = due.id
      RETURNING w.webhook_id, w.lease`,
    [busyOrganizations, LEASE_MS, ATTEMPTS_MAX],
  );
  const leased = rows[0];
  if (leased === undefined) {
    return undefined;
  }
  const claimed = await takeNext(pool, leased);
  if (claimed === undefined) {
    // Another process has settled the last one between the two statements.
    await release(pool, leased);
  }
  return claimed;
}

/** A statement of its own: it sees what the webhook's holder before us has settled. */
async function takeNext(pool: pg.Pool, leased: Leased): Promise<ClaimedDelivery | undefined> {
  const { rows } = await pool.query<ClaimedDelivery>(
    `UPDATE webhook_deliveries AS d SET attempts = d.attempts + 1, last_attempt_at = now(),
        next_attempt_at = now() + $3 * interval '1 ms'
      FROM (
        SELECT delivery_id AS id FROM webhook_deliveries
          WHERE webhook_id = $1 AND status = 'pending' AND next_attempt_at <= now()
            AND attempts < $4
          ORDER BY next_attempt_at, sequence LIMIT 1 FOR UPDATE
      ) AS next, webhooks AS w
      WHERE d.delivery_id = next.id AND w.webhook_id = $1 AND w.lease = $2
      RETURNING d.delivery_id, d.webhook_id, d.organization_id, d.event_id, d.event_type, d.body,
        d.attempts AS attempt, w.url, w.secret, w.lease, w.failures,
        coalesce(extract(epoch FROM now() - w.failing_since), 0)::float8 * 1000 AS "failingMs"`,
    [leased.webhook_id, leased.lease, LEASE_MS, ATTEMPTS_MAX],
  );
  return rows[0];
}

async function release(pool: pg.Pool, leased: Leased): Promise<void> {
  await pool.query(
    `UPDATE webhooks SET lease = NULL, leased_until = '-infinity'
      WHERE webhook_id = $1 AND lease = $2`,
    [leased.webhook_id, leased.lease],
  );
}

/**
 * Notes that a claimed delivery was taken by its receiver, and gives the webhook free.
 *
 * @param status the HTTP status that was answered
 * @returns false when the claim was lost meanwhile, or the webhook removed; then nothing is changed
 */
export async function settleDelivered(
  pool: pg.Pool,
  claimed: ClaimedDelivery,
  status: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `WITH held AS (
      UPDATE webhooks SET lease = NULL, leased_until = '-infinity', failures = 0,
          failing_since = NULL, rests_until = '-infinity'
        WHERE webhook_id = $1 AND lease = $2 RETURNING webhook_id
    )
    UPDATE webhook_deliveries AS d
      SET status = 'delivered', last_status = $4, last_error = NULL, finished_at = now()
      FROM held WHERE d.delivery_id = $3`,
    [claimed.webhook_id, claimed.lease, claimed.delivery_id, status],
  );
  return rowCount === 1;
}

export type FailedAttempt = {
  /** The HTTP status that was answered; null: none was. */
  status: number | null;
  /** For whoever looks at the list of deliveries. */
  reason: string;
  /** When the next attempt is due; null: the delivery is dead. */
  retryInMs: number | null;
  /** How long the webhook is left in peace, whatever else waits for it. */
  restMs: number;
  /** Why the webhook is to be disabled, with all that waits for it; null: it is not. */
  disabledReason: string | null;
};

/** As `settleDelivered`, for an attempt that failed. */
export async function settleFailed(
  pool: pg.Pool,
  claimed: ClaimedDelivery,
  failed: FailedAttempt,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `WITH held AS (
      UPDATE webhooks SET lease = NULL, leased_until = '-infinity', failures = failures + 1,
          failing_since = coalesce(failing_since, now()),
          rests_until = now() + $7 * interval '1 ms',
          status = CASE WHEN $8::text IS NULL THEN status ELSE 'disabled' END,
          disabled_reason = coalesce($8, disabled_reason),
          disabled_at = CASE WHEN $8::text IS NULL THEN disabled_at ELSE now() END
        WHERE webhook_id = $1 AND lease = $2
        RETURNING webhook_id, organization_id, url, events
    ), audited AS (
      INSERT INTO fraud_audit (organization_id, actor, action, subject, detail)
        SELECT organization_id, $9, 'webhook_disabled', webhook_id,
            jsonb_build_object('url', url, 'events', events, 'reason', $8::text)
          FROM held WHERE $8::text IS NOT NULL
    ), abandoned AS (
      UPDATE webhook_deliveries AS d
        SET status = 'dead', last_error = 'the webhook was disabled', finished_at = now()
        FROM held
        WHERE d.webhook_id = held.webhook_id AND d.status = 'pending' AND d.delivery_id <> $3
          AND $8::text IS NOT NULL
    )
    UPDATE webhook_deliveries AS d SET last_status = $4, last_error = $5,
        status = CASE WHEN $6::float8 IS NULL THEN 'dead' ELSE 'pending' END,
        next_attempt_at = now() + coalesce($6::float8, 0) * interval '1 ms',
        finished_at = CASE WHEN $6::float8 IS NULL THEN now() END
      FROM held WHERE d.delivery_id = $3`,
    [
      ...[claimed.webhook_id, claimed.lease, claimed.delivery_id, failed.status, failed.reason],
      ...[failed.retryInMs, failed.restMs, failed.disabledReason, AUTOMATIC_ACTOR],
    ],
  );
  return rowCount === 1;
}

/**
 * Ends what nobody will end otherwise, and removes what is finished and old or too much. Bounded:
 * what one round leaves the next one finds.
 */
export async function tidyDeliveries(pool: pg.Pool): Promise<void> {
  // The last attempt's process died, or an event was queued just when its webhook was disabled.
  await pool.query(
    `UPDATE webhook_deliveries SET status = 'dead', finished_at = now(),
        last_error = coalesce(last_error, 'no attempt came to its end')
      WHERE status = 'pending' AND (
        (attempts >= $1 AND next_attempt_at <= now())
        OR webhook_id IN (SELECT webhook_id FROM webhooks WHERE status = 'disabled'))`,
    [ATTEMPTS_MAX],
  );
  await pool.query(
    `DELETE FROM webhook_deliveries WHERE delivery_id IN (
      SELECT delivery_id FROM webhook_deliveries
        WHERE status <> 'pending' AND finished_at < now() - $1 * interval '1 day' LIMIT $2)`,
    [KEPT_DAYS, TIDIED_MAX],
  );
  await pool.query(
    `DELETE FROM webhook_deliveries WHERE delivery_id IN (
      SELECT d.delivery_id FROM (SELECT DISTINCT organization_id FROM webhooks) AS o
        CROSS JOIN LATERAL (
          SELECT delivery_id FROM webhook_deliveries
            WHERE organization_id = o.organization_id AND status <> 'pending'
            ORDER BY finished_at DESC OFFSET $1 LIMIT $2) AS d
        LIMIT $2)`,
    [KEPT_MAX, TIDIED_MAX],
  );
}
