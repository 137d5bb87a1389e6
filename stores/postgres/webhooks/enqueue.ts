import type pg from 'pg';
import { onlyRow } from '../configuration/constraints.ts';

/** Deliveries of one organisation that may wait at a time; what comes beyond is not queued. */
export const QUEUED_MAX = 1_000;

/** An alert as webhooks are told of it. */
export type WebhookAlert = {
  /** Becomes the id of the event: receivers tell by it what they have seen already. */
  alert_id: string;
  organization_id: string;
  /** What webhooks subscribe to: `fraud_detection`. */
  type: string;
  severity: string;
  /** An IPv4 address, or the /64 network of an IPv6 address, and which of its patterns this is about. */
  address: string;
  pattern: string;
  message: string;
  /** Anything that JSON can hold. */
  data: unknown;
  created_at: Date;
};

/** Counts of webhooks: those that will be told, and those that will not because the queue is full. */
export type Enqueued = { queued: number; dropped: number };

/**
 * Queues an alert for each active webhook of its organisation that wants its type. Belongs into the
 * transaction that stores the alert: then one is never there without the other. Doing so again for
 * the same alert changes nothing. One statement, also where there are no webhooks.
 *
 * Above `QUEUED_MAX` waiting deliveries of the organisation nothing is queued; that is counted in
 * `webhooks.deliveries_dropped`. Transactions at the same time do not see each other's deliveries, so
 * the bound may be passed by as many as they add.
 */
export async function enqueueDeliveries(
  client: pg.Pool | pg.ClientBase,
  alert: WebhookAlert,
): Promise<Enqueued> {
  const { rows } = await client.query<Enqueued>(
    `WITH waiting AS (
      SELECT count(*) AS deliveries FROM (
        SELECT FROM webhook_deliveries
          WHERE organization_id = $1 AND status = 'pending' LIMIT $5) AS w
    ), wanted AS (
      SELECT webhook_id, deliveries + row_number() OVER (ORDER BY webhook_id) <= $5 AS has_room
        FROM webhooks, waiting
        WHERE organization_id = $1 AND status = 'active' AND $2 = ANY (events)
    ), queued AS (
      INSERT INTO webhook_deliveries
        (delivery_id, organization_id, webhook_id, event_id, event_type, body)
        SELECT 'dlv_' || replace(gen_random_uuid()::text, '-', ''), $1, webhook_id, $3, $2, $4
          FROM wanted WHERE has_room
        ON CONFLICT (webhook_id, event_id) DO NOTHING RETURNING 1
    ), dropped AS (
      UPDATE webhooks SET deliveries_dropped = deliveries_dropped + 1
        WHERE webhook_id IN (SELECT webhook_id FROM wanted WHERE NOT has_room) RETURNING 1
    )
    SELECT (SELECT count(*) FROM queued)::int AS queued,
      (SELECT count(*) FROM dropped)::int AS dropped`,
    [alert.organization_id, alert.type, alert.alert_id, bodyOf(alert), QUEUED_MAX],
  );
  return onlyRow(rows);
}

/** What receivers get. Members may be added; none of these changes. */
export function bodyOf(alert: WebhookAlert): string {
  const { type, severity, organization_id, message, data } = alert;
  const { alert_id, address, pattern, created_at } = alert;
  return JSON.stringify({
    ...{ type, severity, organization_id, message, data, alert_id, address, pattern },
    created_at: created_at.toISOString(),
  });
}
