import type { ClickHouseClient } from '@clickhouse/client';
import { OF_ORGANIZATION } from '../../schema/clicks.ts';
import { moneyToJson } from '../../schema/money.ts';
import { queryRows } from './run-query.ts';

export type JourneyOptions = {
  organizationId: string;
  userId: string;
  /** Events at most. */
  limit: number;
  /** Only events after this one; see `parsePosition`. */
  after?: JourneyPosition | undefined;
};

/** Where an event stands among its user's: by time, then by id. */
export type JourneyPosition = { timeMs: number; eventId: string };

export type JourneyEvent = {
  event_id: string;
  event_type: string;
  /** ISO 8601. */
  timestamp: string;
  source: string;
  medium: string | null;
  campaign_id: string | null;
  rule_id: string;
  url: string;
  destination: string;
  referer: string;
  click_id: string;
  country: string;
  region: string;
  city: string;
  device_type: string;
  os: string;
  browser: string;
  is_bot: boolean;
  is_blocked: boolean;
  fraud_score: number;
  fraud_reasons: string[];
  tags: string[];
  conversion_event: string;
  conversion_value: number;
  conversion_currency: string;
  order_id: string;
};

type JourneyRow = Omit<JourneyEvent, 'timestamp' | 'conversion_value'> & {
  time_ms: number;
  value: string;
};

const COLUMNS = `event_id, event_type, source, medium, campaign_id, rule_id, url, destination,
  referer, click_id, country, region, city, device_type, os, browser, is_bot, is_blocked,
  round(fraud_score, 4) AS fraud_score, fraud_reasons, tags,
  conversion_event, conversion_currency, order_id`;

/**
 * One user's clicks, visits and conversions, the oldest first, what counts as a robot's included.
 *
 * @throws TrellisError as `queryRows`
 */
export async function readJourney(
  clickhouse: ClickHouseClient,
  { organizationId, userId, limit, after }: JourneyOptions,
): Promise<JourneyEvent[]> {
  const rows = await queryRows<JourneyRow>(clickhouse, {
    organizationId,
    sql: `
      SELECT ${COLUMNS}, toUnixTimestamp64Milli(event_time) AS time_ms, conversion_value AS value
      FROM events
      WHERE ${OF_ORGANIZATION} AND user_id = {user_id:String}
        ${after === undefined ? '' : `AND (event_time, event_id) > (fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC'), {after_id:String})`}
      ORDER BY event_time, event_id
      LIMIT {limit:UInt32}`,
    params: {
      user_id: userId,
      limit,
      ...(after === undefined ? {} : { after_ms: String(after.timeMs), after_id: after.eventId }),
    },
  });
  return rows.map(({ time_ms, value, ...rest }) => ({
    ...rest,
    timestamp: new Date(time_ms).toISOString(),
    conversion_value: moneyToJson(value),
  }));
}

/** The text of an event's position, for cursors. */
export function formatPosition({ timestamp, event_id }: JourneyEvent): string {
  return `${Date.parse(timestamp)} ${event_id}`;
}

/** @returns undefined when the text is none of `formatPosition` */
export function parsePosition(text: string): JourneyPosition | undefined {
  const parts = /^(-?\d{1,15}) (.{1,300})$/s.exec(text);
  return parts === null ? undefined : { timeMs: Number(parts[1]), eventId: parts[2] ?? '' };
}
