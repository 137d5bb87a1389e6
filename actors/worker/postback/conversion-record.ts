import type { ConversionRecord } from '../../../core/conversion.ts';
import { conversionEventId } from '../../../core/postback/conversion-key.ts';
import type { Postback } from '../../../core/postback/parse.ts';

/**
 * The record that goes into the conversion log.
 *
 * @param receiptId 16 hex digits, new for each request
 * @param receivedAtMs ms since the epoch, this machine's clock
 */
export function conversionRecordOf(
  organizationId: string,
  postback: Postback,
  receiptId: string,
  receivedAtMs: number,
): ConversionRecord {
  return {
    receipt_id: receiptId,
    organization_id: organizationId,
    event_id: conversionEventId(
      organizationId,
      postback.click_id,
      postback.conversion_event,
      postback.order_id,
    ),
    ...postback,
    received_at_ms: receivedAtMs,
  };
}
