/**
 * What ClickHouse, and with it the reports, know of a conversion.
 * - `waiting`: it is still to be told
 * - `published`: it has the conversion
 * - `correcting`: it has the conversion, and is still to be told of the click
 * - `refused`: it does not take the row, which is left out until somebody clears `publish_error`
 */
export const PUBLICATIONS = ['waiting', 'published', 'correcting', 'refused'] as const;

/**
 * Why a conversion has no click.
 * - `not_looked_for`: it has only just come
 * - `click_unknown`: no click with this id is recorded yet; `next_look_at` says when it is looked for
 * - `search_ended`: it was looked for in vain for 90 days
 */
export const UNMATCHED_REASONS = ['not_looked_for', 'click_unknown', 'search_ended'] as const;

/** A conversion as it stands in the ledger. */
export type LedgerEntry = {
  /** Rises with the order in which rows came; decimal text. */
  id: string;
  event_id: string;
  click_id: string;
  conversion_event: string;
  /** Decimal text with four digits after the point. */
  conversion_value: string;
  currency: string;
  order_id: string;
  user_id: string | null;
  campaign_id: string | null;
  metadata: Record<string, unknown>;
  created_at: Date;
  /** `created_at` in microseconds since the epoch, decimal text: JavaScript's dates have no more than ms. */
  created_us: string;
  click_event_id: string | null;
  matched_at: Date | null;
  unmatched_reason: (typeof UNMATCHED_REASONS)[number] | null;
  next_look_at: Date | null;
  publication: (typeof PUBLICATIONS)[number];
};

/** A SELECT of entries, up to its WHERE; the table is `c`. */
export const SELECT_ENTRIES = `
  SELECT c.id, c.event_id, c.click_id, c.conversion_event, c.conversion_value, c.currency, c.order_id,
    c.user_id, c.campaign_id, c.metadata, c.created_at,
    (extract(epoch FROM c.created_at) * 1000000)::bigint AS created_us,
    c.click_event_id, c.matched_at,
    CASE
      WHEN c.matched_at IS NOT NULL THEN NULL
      WHEN c.next_match_at IS NULL THEN 'search_ended'
      WHEN c.match_attempts = 0 THEN 'not_looked_for'
      ELSE 'click_unknown'
    END AS unmatched_reason,
    CASE WHEN c.matched_at IS NULL AND isfinite(c.next_match_at) THEN c.next_match_at END
      AS next_look_at,
    CASE
      WHEN c.publish_error IS NOT NULL THEN 'refused'
      WHEN b.acknowledged_at IS NULL THEN 'waiting'
      WHEN c.correction_pending THEN 'correcting'
      ELSE 'published'
    END AS publication
  FROM conversions AS c LEFT JOIN conversion_batches AS b ON b.id = c.batch_id`;
