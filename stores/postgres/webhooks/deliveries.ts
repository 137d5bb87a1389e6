import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import { bodyOf, QUEUED_MAX } from './enqueue.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'dead';

/** One event for one webhook, as it is listed. */
export type Delivery = {
  delivery_id: string;
  webhook_id: string;
  event_id: string;
  event_type: string;
  status: DeliveryStatus;
  /** How often it was tried since it was queued, or since somebody asked for it to be tried again. */
  attempts: number;
  /** null: no further attempt will be made by itself. */
  next_attempt_at: Date | null;
  last_attempt_at: Date | null;
  /** The HTTP status that was answered last; null: there was no answer. */
  last_status: number | null;
  last_error: string | null;
  /** What is sent, parsed. */
  payload: unknown;
  created_at: Date;
  finished_at: Date | null;
};

/** With its place in lists, a decimal number as text. */
export type ListedDelivery = Delivery & { sequence: string };

const COLUMNS = `delivery_id, webhook_id, event_id, event_type, status, attempts,
  CASE WHEN status = 'pending' THEN next_attempt_at END AS next_attempt_at, last_attempt_at,
  last_status, last_error, body::json AS payload, created_at, finished_at, sequence`;

export type DeliveryListOptions = {
  organization_id: string;
  /** All webhooks of the organisation when it is not given. */
  webhook_id?: string;
  /** Any when it is not given. */
  status?: DeliveryStatus;
  /** The `sequence` of the last delivery of the page before; digits. */
  before?: string;
  limit: number;
};

/** @returns deliveries, newest first */
export async function listDeliveries(
  pool: pg.Pool,
  options: DeliveryListOptions,
): Promise<ListedDelivery[]> {
  const { rows } = await pool.query<ListedDelivery>(
    `SELECT ${COLUMNS} FROM webhook_deliveries
      WHERE organization_id = $1
        AND ($2::text IS NULL OR webhook_id = $2)
        AND ($3::text IS NULL OR status = $3)
        AND ($4::bigint IS NULL OR sequence < $4)
      ORDER BY sequence DESC LIMIT $5`,
    [
      ...[options.organization_id, options.webhook_id ?? null, options.status ?? null],
      ...[options.before ?? null, options.limit],
    ],
  );
  return rows;
}

/**
 * Queues a dead delivery afresh: it has all its attempts again, and the first one at once.
 *
 * @returns the delivery, or undefined when the organisation has no such delivery
 * @throws TrellisError `delivery_not_dead_conflict` when it was delivered or still waits,
 *   `webhook_disabled_conflict`
 */
export async function retryDelivery(
  pool: pg.Pool,
  organizationId: string,
  deliveryId: string,
): Promise<Delivery | undefined> {
  const { rows } = await pool.query<Delivery>(
    `WITH woken AS (
      UPDATE webhooks SET rests_until = '-infinity'
        WHERE organization_id = $1 AND status = 'active' AND webhook_id IN (
          SELECT webhook_id FROM webhook_deliveries
            WHERE organization_id = $1 AND delivery_id = $2 AND status = 'dead')
        RETURNING webhook_id AS woken_id
    )
    UPDATE webhook_deliveries
      SET status = 'pending', attempts = 0, next_attempt_at = now(), finished_at = NULL
      FROM woken
      WHERE organization_id = $1 AND delivery_id = $2 AND webhook_id = woken_id AND status = 'dead'
      RETURNING ${COLUMNS}`,
    [organizationId, deliveryId],
  );
  if (rows[0] === undefined) {
    await explainRefusal(pool, organizationId, deliveryId);
  }
  return rows[0];
}

async function explainRefusal(
  pool: pg.Pool,
  organizationId: string,
  deliveryId: string,
): Promise<void> {
  const { rows } = await pool.query<{ status: DeliveryStatus }>(
    'SELECT status FROM webhook_deliveries WHERE organization_id = $1 AND delivery_id = $2',
    [organizationId, deliveryId],
  );
  if (rows[0]?.status === 'dead') {
    throw disabled();
  }
  if (rows[0] !== undefined) {
    const what =
      rows[0].status === 'delivered' ? 'It was delivered' : 'It still waits for its turn';
    throw new TrellisError('delivery_not_dead_conflict', `${what}: only the dead can be retried`);
  }
}

function disabled(): TrellisError {
  return new TrellisError('webhook_disabled_conflict', 'The webhook is disabled: enable it first');
}

/**
 * Queues an event that nothing has happened for, so that a receiver can be tried out. It looks like
 * a real one but for `"is_test": true`.
 *
 * @throws TrellisError `webhook_disabled_conflict`, `too_many_deliveries` when the queue is full
 */
export async function queueTestDelivery(
  pool: pg.Pool,
  webhook: { webhook_id: string; organization_id: string; status: string },
  nowMs: number,
): Promise<Delivery> {
  if (webhook.status !== 'active') {
    throw disabled();
  }
  const eventId = `test_${randomBytes(8).toString('hex')}`;
  const { rows } = await pool.query<Delivery>(
    `WITH woken AS (
      UPDATE webhooks SET rests_until = '-infinity' WHERE webhook_id = $2 RETURNING webhook_id AS id
    )
    INSERT INTO webhook_deliveries
      (delivery_id, organization_id, webhook_id, event_id, event_type, body)
      SELECT 'dlv_' || replace(gen_random_uuid()::text, '-', ''), $1, id, $3, 'fraud_detection', $4
        FROM woken
        WHERE (SELECT count(*) FROM webhook_deliveries
          WHERE organization_id = $1 AND status = 'pending') < $5
      RETURNING ${COLUMNS}`,
    [
      ...[webhook.organization_id, webhook.webhook_id, eventId],
      ...[testBody(webhook.organization_id, eventId, nowMs), QUEUED_MAX],
    ],
  );
  if (rows[0] === undefined) {
    throw new TrellisError('too_many_deliveries', 'The queue is full; try again later', {
      retriable: true,
    });
  }
  return rows[0];
}

/** The address is one that exists nowhere (RFC 5737). */
function testBody(organizationId: string, eventId: string, nowMs: number): string {
  const address = '192.0.2.1';
  const pattern = { pattern: 'single_agent', confidence: 0.97 } as const;
  const window = { clicks: 150, agents: 1, clickIds: 150 };
  const data: Detection = {
    ...{ organizationId, address, country: 'DE', userAgent: 'test', confidence: 0.97 },
    ...{ patterns: [pattern], detectedAtMs: nowMs, version: 1 },
    window: { ...window, meanIntervalMs: 300, intervalVariation: 0 },
  };
  const body = bodyOf({
    ...{ alert_id: eventId, organization_id: organizationId, address, pattern: pattern.pattern },
    ...{ type: 'fraud_detection', severity: 'high', message: 'This is a test', data },
    created_at: new Date(nowMs),
  });
  return JSON.stringify({ ...JSON.parse(body), is_test: true });
}
