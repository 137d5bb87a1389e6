import { moneyToJson } from '../../schema/money.ts';

/** An event as lists show it. */
export type StoredEvent = {
  event_id: string;
  /** ISO 8601. */
  event_time: string;
  event_type: string;
  click_id: string;
  user_id: string;
  campaign_id: string | null;
  rule_id: string;
  url: string;
  source: string;
  medium: string | null;
  referer: string;
  destination: string;
  country: string;
  region: string;
  city: string;
  device_type: string;
  os: string;
  browser: string;
  ip: string;
  is_bot: boolean;
  is_unique: boolean;
  is_blocked: boolean;
  /** 0 to 1. */
  fraud_score: number;
  fraud_reasons: string[];
  tags: string[];
  conversion_event: string;
  conversion_value: number;
  conversion_currency: string;
  order_id: string;
  /** ISO 8601, whole seconds: when ClickHouse got it. */
  ingested_at: string;
};

type EventColumns = Omit<StoredEvent, 'event_time' | 'conversion_value' | 'ingested_at'>;

/** A row of a SELECT of `EVENT_SELECTION`. */
export type EventSelectionRow = EventColumns & {
  time_ms: number;
  value: string;
  ingested_seconds: number;
};

/** What a SELECT from `events` names to be read by `presentEvent`. */
export const EVENT_SELECTION = `event_id, event_type, click_id, user_id, campaign_id, rule_id, url,
  source, medium, referer, destination, country, region, city, device_type, os, browser, ip, is_bot,
  is_unique, is_blocked, round(fraud_score, 4) AS fraud_score, fraud_reasons, tags,
  conversion_event, conversion_currency, order_id, toUnixTimestamp64Milli(event_time) AS time_ms,
  conversion_value AS value, toUnixTimestamp(ingested_at) AS ingested_seconds`;

export function presentEvent(row: EventSelectionRow): StoredEvent {
  const { time_ms, value, ingested_seconds, ...columns } = row;
  return {
    ...columns,
    event_time: new Date(time_ms).toISOString(),
    conversion_value: moneyToJson(value),
    ingested_at: new Date(ingested_seconds * 1_000).toISOString(),
  };
}

/** Where an event stands in lists of all events: by time, then by id. */
export type EventPosition = { timeMs: number; eventId: string };

/** The text of an event's position, for cursors. */
export function formatEventPosition({ event_time, event_id }: StoredEvent): string {
  return `${Date.parse(event_time)} ${event_id}`;
}

/** @returns undefined when the text is none of `formatEventPosition` */
export function parseEventPosition(text: string): EventPosition | undefined {
  const parts = /^(-?\d{1,14}) (.{0,300})$/s.exec(text);
  return parts === null ? undefined : { timeMs: Number(parts[1]), eventId: parts[2] ?? '' };
}
