/** A postback as it stands in the conversion log and, later, in the ledger. */
export type ConversionRecord = {
  /**
   * 16 hex digits, unique per accepted request. Two postbacks with the same key have different
   * receipts; the ledger keeps the receipt of the one that was first.
   */
  receipt_id: string;
  organization_id: string;
  /** `evt_` + 16 hex digits of SHA-256 over the key (organization, click, event, order). */
  event_id: string;
  /** The click's `click_id` or `event_id`, as the merchant sent it. */
  click_id: string;
  conversion_event: string;
  /** Decimal number with at most four decimals: `99.99`. Never a float. */
  conversion_value: string;
  /** ISO 4217. */
  currency: string;
  /** Empty when the merchant sent none. */
  order_id: string;
  metadata: Record<string, string>;
  received_at_ms: number;
};
