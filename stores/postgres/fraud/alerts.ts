import type pg from 'pg';
import type { Detection, FraudPattern } from '../../../core/fraud/detection.ts';
import { withTransaction } from '../client.ts';
import { enqueueDeliveries } from '../webhooks/enqueue.ts';
import { AUTOMATIC_ACTOR, appendAudit, appendAudits } from './audit.ts';
import { newRecordId } from './record-ids.ts';

export type Alert = {
  alert_id: string;
  organization_id: string;
  type: 'fraud_detection';
  severity: 'high';
  /** As in Detection. */
  address: string;
  pattern: FraudPattern;
  /** The beginning of the hour in which it was raised. */
  hour: Date;
  message: string;
  data: AlertData;
  status: 'open' | 'resolved';
  resolution: string | null;
  resolved_by: string | null;
  resolved_at: Date | null;
  created_at: Date;
};

/** The detection as it was when the alert was raised, in the words of the API. */
export type AlertData = {
  organization_id: string;
  address: string;
  country: string;
  user_agent: string;
  confidence: number;
  patterns: Detection['patterns'];
  window: {
    clicks: number;
    agents: number;
    click_ids: number;
    mean_interval_ms: number;
    interval_variation: number;
  };
  /** ISO 8601. */
  detected_at: string;
  version: number;
};

export type NewAlert = Pick<Alert, 'pattern' | 'message'> & { detection: Detection };

const HOUR_MS = 3_600_000;
const COLUMNS = `alert_id, organization_id, type, severity, address, pattern, hour, message, data,
  status, resolution, resolved_by, resolved_at, created_at`;

/**
 * Raises an alert and queues it for the organisation's webhooks, unless there is one of this address
 * and pattern within the same hour of the clock.
 *
 * @param client in a transaction
 * @returns undefined when there is one already
 */
export async function raiseAlert(
  client: pg.ClientBase,
  alert: NewAlert,
): Promise<Alert | undefined> {
  return (await raiseAlerts(client, [alert]))[0];
}

/**
 * The same for several.
 *
 * @returns those that were raised
 */
export async function raiseAlerts(
  client: pg.ClientBase,
  alerts: readonly NewAlert[],
): Promise<Alert[]> {
  if (alerts.length === 0) {
    return [];
  }
  const rows = alerts.map(({ detection, pattern, message }) => ({
    alert_id: newRecordId('alr', Date.now()),
    organization_id: detection.organizationId,
    ...{ address: detection.address, pattern, message, data: dataOf(detection) },
    hour: new Date(Math.floor(detection.detectedAtMs / HOUR_MS) * HOUR_MS),
  }));
  // In one order for all writers, so that they queue instead of deadlocking.
  const { rows: raised } = await client.query<Alert>(
    `INSERT INTO alerts (alert_id, organization_id, address, pattern, hour, message, data)
      SELECT alert_id, organization_id, address, pattern, hour, message, data
        FROM jsonb_to_recordset($1::jsonb) AS alert (alert_id text, organization_id text,
          address text, pattern text, hour timestamptz, message text, data jsonb)
        ORDER BY organization_id, address, pattern, hour
      ON CONFLICT (organization_id, address, pattern, hour) DO NOTHING
      RETURNING ${COLUMNS}`,
    [JSON.stringify(rows)],
  );
  await appendAudits(
    client,
    raised.map((alert) => ({
      organization_id: alert.organization_id,
      ...{ actor: AUTOMATIC_ACTOR, action: 'alert_raised', subject: alert.alert_id },
      detail: { address: alert.address, pattern: alert.pattern },
    })),
  );
  for (const alert of raised) {
    await enqueueDeliveries(client, alert);
  }
  return raised;
}

function dataOf({ window, ...detection }: Detection): AlertData {
  return {
    organization_id: detection.organizationId,
    address: detection.address,
    country: detection.country,
    user_agent: detection.userAgent,
    confidence: detection.confidence,
    patterns: detection.patterns,
    window: {
      clicks: window.clicks,
      agents: window.agents,
      click_ids: window.clickIds,
      mean_interval_ms: window.meanIntervalMs,
      interval_variation: window.intervalVariation,
    },
    detected_at: new Date(detection.detectedAtMs).toISOString(),
    version: detection.version,
  };
}

/**
 * @param after the id of the last alert of the page before; '' for the first page
 * @returns the organisation's alerts, newest first
 */
export async function listAlerts(
  pool: pg.Pool,
  organizationId: string,
  options: { status?: Alert['status']; after?: string; limit?: number } = {},
): Promise<Alert[]> {
  const { status, after = '', limit = 1_000 } = options;
  const { rows } = await pool.query<Alert>(
    `SELECT ${COLUMNS} FROM alerts
      WHERE organization_id = $1 AND ($2 = '' OR alert_id < $2)
        AND ($3::text IS NULL OR status = $3)
      ORDER BY alert_id DESC LIMIT $4`,
    [organizationId, after, status ?? null, limit],
  );
  return rows;
}

/** @returns undefined when the organisation has none with this id */
export async function getAlert(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  alertId: string,
): Promise<Alert | undefined> {
  const { rows } = await pool.query<Alert>(
    `SELECT ${COLUMNS} FROM alerts WHERE organization_id = $1 AND alert_id = $2`,
    [organizationId, alertId],
  );
  return rows[0];
}

/**
 * Resolves an open alert; one that is resolved already stays as it is.
 *
 * @param resolution why, in the person's own words
 * @param actor the id of the key that was used
 * @returns the alert, and whether this call resolved it; undefined when the organisation has none
 *   with this id
 */
export async function resolveAlert(
  pool: pg.Pool,
  organizationId: string,
  alertId: string,
  resolution: string,
  actor: string,
): Promise<{ alert: Alert; wasOpen: boolean } | undefined> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<Alert>(
      `UPDATE alerts SET status = 'resolved', resolution = $3, resolved_by = $4, resolved_at = now()
        WHERE organization_id = $1 AND alert_id = $2 AND status = 'open' RETURNING ${COLUMNS}`,
      [organizationId, alertId, resolution, actor],
    );
    const resolved = rows[0];
    if (resolved === undefined) {
      const alert = await getAlert(client, organizationId, alertId);
      return alert === undefined ? undefined : { alert, wasOpen: false };
    }
    await appendAudit(client, {
      organization_id: organizationId,
      ...{ actor, action: 'alert_resolved', subject: alertId },
      detail: { address: resolved.address, pattern: resolved.pattern, resolution },
    });
    return { alert: resolved, wasOpen: true };
  });
}
