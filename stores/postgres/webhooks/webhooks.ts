import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import { withTransaction } from '../client.ts';
import { onlyRow } from '../configuration/constraints.ts';
import { type AuditAction, appendAudit } from '../fraud/audit.ts';

/** What a webhook can be told of: types of alerts. */
export const WEBHOOK_EVENTS = ['fraud_detection'] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Webhooks that one organisation may have. */
export const WEBHOOKS_MAX = 10;

/** A webhook as it is listed. Its secret is not among the columns. */
export type Webhook = {
  webhook_id: string;
  organization_id: string;
  url: string;
  events: WebhookEvent[];
  status: 'active' | 'disabled';
  disabled_reason: string | null;
  disabled_at: Date | null;
  /** When the first attempt failed of those that no success has followed. */
  failing_since: Date | null;
  /** Events that were not queued because the organisation's queue was full. */
  deliveries_dropped: number;
  created_by: string;
  created_at: Date;
};

export type NewWebhook = {
  organization_id: string;
  /** Checked by the caller. */
  url: string;
  /** At least one. */
  events: readonly WebhookEvent[];
  /** The id of the key that asks. */
  created_by: string;
};

const COLUMNS = `webhook_id, organization_id, url, events, status, disabled_reason, disabled_at,
  failing_since, deliveries_dropped::float8 AS deliveries_dropped, created_by, created_at`;

const SECRET_BYTES = 32;

/**
 * @returns the webhook's row, and the secret that signs what is sent to it, which is never told again
 * @throws TrellisError `too_many_webhooks`
 */
export async function createWebhook(
  pool: pg.Pool,
  wanted: NewWebhook,
): Promise<Webhook & { secret: string }> {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('hex')}`;
  return withTransaction(pool, async (client) => {
    // Requests of one organisation wait for each other here, or both could be the last allowed one.
    await client.query('SELECT FROM organizations WHERE organization_id = $1 FOR NO KEY UPDATE', [
      wanted.organization_id,
    ]);
    const { rows } = await client.query<Webhook>(
      `INSERT INTO webhooks (webhook_id, organization_id, url, events, secret, created_by)
        SELECT $1, $2, $3, $4, $5, $6
          WHERE (SELECT count(*) FROM webhooks WHERE organization_id = $2) < $7
        RETURNING ${COLUMNS}`,
      [
        ...[`wh_${randomBytes(8).toString('hex')}`, wanted.organization_id, wanted.url],
        ...[[...new Set(wanted.events)], secret, wanted.created_by, WEBHOOKS_MAX],
      ],
    );
    if (rows.length === 0) {
      throw new TrellisError(
        'too_many_webhooks',
        `An organisation has at most ${WEBHOOKS_MAX} webhooks`,
      );
    }
    const webhook = onlyRow(rows);
    await audit(client, webhook, 'webhook_created', wanted.created_by);
    return { ...webhook, secret };
  });
}

/** Notes who changed a webhook, in the transaction that does. */
function audit(
  client: pg.ClientBase,
  { organization_id, webhook_id, url, events }: Webhook,
  action: AuditAction,
  actor: string,
): Promise<void> {
  const detail = { url, events };
  return appendAudit(client, { organization_id, actor, action, subject: webhook_id, detail });
}

/** @returns the organisation's webhooks by webhook_id; there are never more than `WEBHOOKS_MAX` */
export async function listWebhooks(pool: pg.Pool, organizationId: string): Promise<Webhook[]> {
  const { rows } = await pool.query<Webhook>(
    `SELECT ${COLUMNS} FROM webhooks WHERE organization_id = $1 ORDER BY webhook_id`,
    [organizationId],
  );
  return rows;
}

/** @returns undefined when the organisation has no such webhook */
export async function getWebhook(
  pool: pg.Pool,
  organizationId: string,
  webhookId: string,
): Promise<Webhook | undefined> {
  const { rows } = await pool.query<Webhook>(
    `SELECT ${COLUMNS} FROM webhooks WHERE organization_id = $1 AND webhook_id = $2`,
    [organizationId, webhookId],
  );
  return rows[0];
}

/**
 * Removes a webhook with its secret and everything that was or was to be delivered to it. An attempt
 * under way still comes to its end.
 *
 * @param actor the id of the key that asks
 * @returns false when the organisation has no such webhook
 */
export async function deleteWebhook(
  pool: pg.Pool,
  organizationId: string,
  webhookId: string,
  actor: string,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<Webhook>(
      `DELETE FROM webhooks WHERE organization_id = $1 AND webhook_id = $2 RETURNING ${COLUMNS}`,
      [organizationId, webhookId],
    );
    const [webhook] = rows;
    if (webhook === undefined) {
      return false;
    }
    await audit(client, webhook, 'webhook_deleted', actor);
    return true;
  });
}

/**
 * Makes a disabled webhook active again, as if it had never failed. What is dead stays dead.
 *
 * @param actor the id of the key that asks
 * @returns the webhook, or undefined when the organisation has no such webhook
 */
export async function enableWebhook(
  pool: pg.Pool,
  organizationId: string,
  webhookId: string,
  actor: string,
): Promise<Webhook | undefined> {
  return withTransaction(pool, async (client) => {
    const before = await client.query<{ status: Webhook['status'] }>(
      `SELECT status FROM webhooks WHERE organization_id = $1 AND webhook_id = $2
        FOR NO KEY UPDATE`,
      [organizationId, webhookId],
    );
    const { rows } = await client.query<Webhook>(
      `UPDATE webhooks SET status = 'active', disabled_reason = NULL, disabled_at = NULL,
          failures = 0, failing_since = NULL, rests_until = '-infinity'
        WHERE organization_id = $1 AND webhook_id = $2 RETURNING ${COLUMNS}`,
      [organizationId, webhookId],
    );
    const [webhook] = rows;
    if (webhook !== undefined && before.rows[0]?.status === 'disabled') {
      await audit(client, webhook, 'webhook_enabled', actor);
    }
    return webhook;
  });
}
