import type { ClickHouseClient } from '@clickhouse/client';
import { OF_ORGANIZATION } from '../../schema/clicks.ts';
import { queryRows } from '../reports/run-query.ts';

/** The click that a conversion belongs to. */
export type ConvertedClick = {
  event_id: string;
  click_id: string;
  /** ISO 8601. */
  event_time: string;
  user_id: string;
  campaign_id: string | null;
  rule_id: string;
  source: string;
  medium: string | null;
  country: string;
  device_type: string;
  is_bot: boolean;
  is_blocked: boolean;
  /** 0 to 1. */
  fraud_score: number;
};

/**
 * The click that a conversion would be matched with, chosen as the ledger chooses: of several clicks
 * with the id the latest one at or before the conversion, else the earliest one after it.
 *
 * @param clickId a click's `click_id` or `event_id`, as the merchant sends it
 * @param convertedAtMs ms since the epoch
 * @returns undefined when no click with this id is stored (yet)
 * @throws TrellisError as `queryRows`
 */
export async function findClick(
  clickhouse: ClickHouseClient,
  {
    organizationId,
    clickId,
    convertedAtMs,
  }: { organizationId: string; clickId: string; convertedAtMs: number },
): Promise<ConvertedClick | undefined> {
  const isEventId = clickId.startsWith('evt_');
  const rows = await queryRows<Omit<ConvertedClick, 'event_time'> & { time_ms: number }>(
    clickhouse,
    {
      organizationId,
      sql: `
        WITH fromUnixTimestamp64Milli({converted_ms:Int64}, 'UTC') AS converted_at
        SELECT event_id, click_id, user_id, campaign_id, rule_id, source, medium, country,
          device_type, is_bot, is_blocked, round(fraud_score, 4) AS fraud_score,
          toUnixTimestamp64Milli(event_time) AS time_ms
        FROM events
        WHERE ${OF_ORGANIZATION} AND event_type = 'click'
          AND (click_id = {click_id:String}${isEventId ? ' OR event_id = {click_id:String}' : ''})
        ORDER BY
          event_time <= converted_at DESC,
          if(event_time <= converted_at, 1, -1) * time_ms DESC,
          event_id DESC
        LIMIT 1`,
      params: { click_id: clickId, converted_ms: String(convertedAtMs) },
    },
  );
  const [row] = rows;
  if (row === undefined) {
    return undefined;
  }
  const { time_ms, ...click } = row;
  return { ...click, event_time: new Date(time_ms).toISOString() };
}
