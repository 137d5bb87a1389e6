import type pg from 'pg';

/** The actor of changes that no person made. */
export const AUTOMATIC_ACTOR = 'automatic';

export type AuditAction =
  | 'block_added'
  | 'block_removed'
  | 'never_block_added'
  | 'never_block_removed'
  | 'alert_raised'
  | 'alert_resolved'
  | 'settings_changed'
  | 'webhook_created'
  | 'webhook_deleted'
  | 'webhook_enabled'
  | 'webhook_disabled';

export type NewAuditEntry = {
  organization_id: string;
  /** The id of the key that was used, or `automatic`. */
  actor: string;
  action: AuditAction;
  /** What was changed: a network, the id of an alert or a webhook, or '' for settings. */
  subject: string;
  detail: Record<string, unknown>;
};

export type AuditEntry = NewAuditEntry & {
  /** Decimal text that rises with time. */
  entry_id: string;
  at: Date;
};

/** Writes one entry. Called in the transaction that makes the change. */
export async function appendAudit(
  client: pg.ClientBase | pg.Pool,
  entry: NewAuditEntry,
): Promise<void> {
  await appendAudits(client, [entry]);
}

/** Writes several entries by one statement. */
export async function appendAudits(
  client: pg.ClientBase | pg.Pool,
  entries: readonly NewAuditEntry[],
): Promise<void> {
  if (entries.length === 0) {
    return;
  }
  await client.query(
    `INSERT INTO fraud_audit (organization_id, actor, action, subject, detail)
      SELECT organization_id, actor, action, subject, detail
        FROM jsonb_to_recordset($1::jsonb)
        AS entry (organization_id text, actor text, action text, subject text, detail jsonb)`,
    [JSON.stringify(entries)],
  );
}

/**
 * @param after the `entry_id` of the last entry of the page before; '' for the first page
 * @returns the organisation's entries, newest first
 */
export async function listAudit(
  pool: pg.Pool,
  organizationId: string,
  { after = '', limit = 1_000 }: { after?: string; limit?: number } = {},
): Promise<AuditEntry[]> {
  const { rows } = await pool.query<AuditEntry>(
    `SELECT entry_id, organization_id, at, actor, action, subject, detail FROM fraud_audit
      WHERE organization_id = $1 AND ($2 = '' OR entry_id < $2::bigint)
      ORDER BY entry_id DESC LIMIT $3`,
    [organizationId, after, limit],
  );
  return rows;
}
