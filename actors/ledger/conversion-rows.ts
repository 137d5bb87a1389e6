import { EVENT_COLUMNS } from '../../core/event-columns.ts';

/** A row of the ledger, with the columns that ClickHouse is told of. */
export type LedgerRow = {
  /** bigint as text. */
  id: string;
  organization_id: string;
  click_id: string;
  event_id: string;
  conversion_event: string;
  /** Decimal text: `99.9900`. */
  conversion_value: string;
  currency: string;
  order_id: string;
  user_id: string | null;
  campaign_id: string | null;
  metadata: Record<string, unknown>;
  created_at: Date;
  click_event_id: string | null;
  /** The click's columns, of CLICK_COLUMNS; null when there is no click. */
  click: Record<string, unknown> | null;
};

/** The same for a SELECT from `conversions`. */
export const LEDGER_COLUMNS = `id, organization_id, click_id, event_id, conversion_event,
  conversion_value, currency, order_id, user_id, campaign_id, metadata, created_at,
  click_event_id, click`;

/** What a conversion has of its own, or not at all. Everything else is copied from its click. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'event_id',
  'click_id',
  'event_time',
  'organization_id',
  'event_type',
  'destination',
]);

/**
 * The columns that a conversion's row copies from its click, with their types: a report by country,
 * or a rule about a parameter, then treats both alike.
 */
export const CLICK_COLUMNS: ReadonlyArray<readonly [name: string, type: string]> = [
  ...EVENT_COLUMNS.filter(([name]) => !NOT_COPIED.has(name)),
  // A campaign that a retroactive run gave to the click is taken back from both when it is undone.
  ['run_id', 'String'],
];

/** The row of `events` for a conversion, for JSONEachRow. Columns of no click keep their defaults. */
export function eventRowOf(row: LedgerRow): Record<string, unknown> {
  const time = clickhouseTime(row.created_at);
  return {
    ...clickColumnsOf(row),
    organization_id: row.organization_id,
    event_id: row.event_id,
    event_type: row.conversion_event,
    event_time: time,
    click_id: row.click_id,
    order_id: row.order_id,
    conversion_event: row.conversion_event,
    conversion_value: row.conversion_value,
    conversion_currency: row.currency,
    conversion_time: time,
    conversion_metadata: metadataOf(row),
    click_event_id: row.click_event_id ?? '',
  };
}

/**
 * The columns that follow from the click: those of CLICK_COLUMNS that are known. What the ledger
 * says of user and campaign goes before what the click says.
 */
export function clickColumnsOf(row: LedgerRow): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const [name] of CLICK_COLUMNS) {
    const value = row.click?.[name];
    if (value !== undefined) columns[name] = value;
  }
  if (row.user_id !== null) columns.user_id = row.user_id;
  if (row.campaign_id !== null) columns.campaign_id = row.campaign_id;
  return columns;
}

/** Rows that came by hand may have any JSON; ClickHouse's map takes texts. */
function metadataOf(row: LedgerRow): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row.metadata).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** `2024-06-15 10:30:45.123`, UTC. */
function clickhouseTime(time: Date): string {
  return time.toISOString().slice(0, 23).replace('T', ' ');
}
