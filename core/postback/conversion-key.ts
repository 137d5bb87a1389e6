import { createHash } from 'node:crypto';

/**
 * The event id of a conversion follows from what makes it unique, so every node and every retry
 * gives the same conversion the same id.
 *
 * @returns `evt_` + the first 16 hex digits of SHA-256 over the JSON array of the four parts; JSON
 *   quotes them, so no two different keys have the same text
 */
export function conversionEventId(
  organizationId: string,
  clickId: string,
  event: string,
  orderId: string,
): string {
  const key = JSON.stringify([organizationId, clickId, event, orderId]);
  return `evt_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
