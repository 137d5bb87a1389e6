import type { ClickHouseClient } from '@clickhouse/client';
import { OF_ORGANIZATION } from '../../schema/clicks.ts';
import { queryRows } from '../reports/run-query.ts';
import { type EventFilter, type FilterSql, filterSql } from './event-filter.ts';
import {
  EVENT_SELECTION,
  type EventPosition,
  type EventSelectionRow,
  presentEvent,
  type StoredEvent,
} from './stored-event.ts';

export type EventListOptions = {
  organizationId: string;
  filter: EventFilter;
  /** Ms since the epoch, inclusive; from the first event when left out. */
  startMs?: number | undefined;
  /** Ms since the epoch, exclusive; up to the newest event when left out. */
  endMs?: number | undefined;
  /** Only events that stand behind this one. */
  before?: EventPosition | undefined;
  /** Events at most. */
  limit: number;
  nowMs: number;
};

/** The first stretch of time that is looked through, and how much longer each next one is. */
const FIRST_STRETCH_MS = 60_000;
const GROWTH = 30;
/** Whoever asks for so much asks for everything that is left. */
const STRETCH_MS_MAX = 90 * 86_400_000;
const TIME_MS_MAX = Date.UTC(2200, 0, 1);

/**
 * Events, the newest first.
 *
 * Rows of a day are sorted by type first, so that the newest ones are not simply the last. Time is
 * therefore looked through in stretches that end where the one before began, each thirty times as
 * long: a busy minute is not read as a whole day, and after a year without events the fifth question
 * finds the newest one. Each row's filter columns are read at most once.
 *
 * @throws TrellisError as `queryRows`
 */
export async function listEvents(
  clickhouse: ClickHouseClient,
  options: EventListOptions,
): Promise<StoredEvent[]> {
  const { startMs = 0, limit, before, nowMs } = options;
  const filter = filterSql(options.filter);
  let endMs = Math.min(
    options.endMs ?? TIME_MS_MAX,
    before === undefined ? TIME_MS_MAX : before.timeMs + 1,
  );
  // Events of the future are possible, and read with the first stretch.
  let anchorMs = Math.min(endMs, nowMs);
  let stretchMs = filter.isIndexed ? Number.POSITIVE_INFINITY : FIRST_STRETCH_MS;
  const found: StoredEvent[] = [];
  while (endMs > startMs && found.length < limit) {
    const isLast = stretchMs > STRETCH_MS_MAX;
    const fromMs = isLast ? startMs : Math.max(startMs, anchorMs - stretchMs);
    const stretch = { fromMs, endMs, limit: limit - found.length };
    found.push(...(await readStretch(clickhouse, options, filter, stretch)));
    endMs = fromMs;
    anchorMs = fromMs;
    stretchMs *= GROWTH;
  }
  return found;
}

async function readStretch(
  clickhouse: ClickHouseClient,
  { organizationId, before }: EventListOptions,
  filter: FilterSql,
  { fromMs, endMs, limit }: { fromMs: number; endMs: number; limit: number },
): Promise<StoredEvent[]> {
  const conditions = [
    OF_ORGANIZATION,
    "event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')",
    "event_time < fromUnixTimestamp64Milli({end_ms:Int64}, 'UTC')",
    ...(before === undefined
      ? []
      : [
          "(event_time, event_id) < (fromUnixTimestamp64Milli({before_ms:Int64}, 'UTC'), {before_id:String})",
        ]),
  ];
  const rows = await queryRows<EventSelectionRow>(clickhouse, {
    organizationId,
    sql: `
      SELECT ${EVENT_SELECTION} FROM events ${filter.prewhere}
      WHERE ${conditions.join(' AND ')}
      ORDER BY event_time DESC, event_id DESC
      LIMIT {limit:UInt32}`,
    params: {
      ...filter.params,
      ...{ from_ms: String(fromMs), end_ms: String(endMs), limit },
      ...(before === undefined
        ? {}
        : { before_ms: String(before.timeMs), before_id: before.eventId }),
    },
  });
  return rows.map(presentEvent);
}
