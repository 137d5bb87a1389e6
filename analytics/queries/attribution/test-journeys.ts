import type { ClickHouseClient } from '@clickhouse/client';
import { clickRow, type EventRow } from '../../../stores/clickhouse/testing/event-rows.ts';

export const ORGANIZATION = 'org_acmecorp';

let lastNumber = 0;

/** A click of example 3's kind; times as ms since the epoch or ISO 8601. */
export function touchRow(at: string | number, changes: EventRow = {}): EventRow {
  lastNumber += 1;
  return clickRow(lastNumber, { event_time: timeOf(at), is_blocked: false, ...changes });
}

/** A conversion as the ledger publishes it: a row of its own with its event's name for a type. */
export function conversionRow(
  at: string | number,
  value: string,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    ...touchRow(at),
    event_type: 'purchase',
    conversion_event: 'purchase',
    conversion_value: value,
    conversion_currency: 'USD',
    conversion_time: timeOf(at),
    ...changes,
  };
}

/** The journey of example 3. */
export function exampleJourney(userId = 'usr_customer123'): Array<Record<string, unknown>> {
  const touch = (at: string, source: string, medium: string | null, campaign: string | null) =>
    touchRow(at, { user_id: userId, source, medium, campaign_id: campaign });
  return [
    touch('2024-06-01T10:15:00Z', 'facebook', 'cpc', 'summer_awareness'),
    touch('2024-06-03T14:22:00Z', 'google', 'organic', null),
    touch('2024-06-05T19:45:00Z', 'email', 'newsletter', 'june_promo'),
    touch('2024-06-05T19:52:00Z', 'direct', null, null),
    conversionRow('2024-06-05T19:55:00Z', '149.99', {
      user_id: userId,
      source: 'direct',
      medium: null,
      campaign_id: null,
    }),
  ];
}

export async function insertEvents(
  client: ClickHouseClient,
  rows: Array<Record<string, unknown>>,
): Promise<void> {
  await client.insert({ table: 'events', values: rows, format: 'JSONEachRow' });
}

/** `2024-06-01 10:15:00.000`, UTC. */
function timeOf(at: string | number): string {
  return new Date(at).toISOString().slice(0, 23).replace('T', ' ');
}
