import type { ClickHouseClient } from '@clickhouse/client';
import { convertedUnits } from '../../attribution/money-units.ts';
import {
  type CreditOptions,
  creditUser,
  DIRECT_SOURCE,
  lookbackMs,
  type UserAttribution,
} from '../../attribution/user-attribution.ts';
import { OF_ORGANIZATION } from '../../schema/clicks.ts';
import { addDecimals, type Rates } from '../../schema/money.ts';
import { queryRows } from '../reports/run-query.ts';
import { ORPHAN } from './events.ts';

export type OneUserOptions = CreditOptions & {
  organizationId: string;
  userId: string;
  /** Only conversions of this span; without it all there are. */
  range: { startMs: number; endMs: number } | undefined;
  rates: Rates;
};

export type OneUserAttribution = UserAttribution & {
  unconverted: Array<{ currency: string; value: string }>;
  /** The user has more events than are looked at; those are the latest. */
  isCut: boolean;
};

/** Events of one user that are looked at, and conversions without a user that are looked through. */
export const USER_EVENTS_MAX = 10_000;
/** Clicks whose ids are looked for among conversions without a user. */
const ADOPTING_CLICKS_MAX = 200;

/**
 * Credits the conversions of one user to the touchpoints before them.
 *
 * A user's few rows lie scattered over the table, and finding them is most of the work: one query asks
 * for everything, the conversions without a user as well, of which there are few or none.
 */
export async function attributeOneUser(
  client: ClickHouseClient,
  options: OneUserOptions,
): Promise<OneUserAttribution> {
  const ask = <Row>(sql: string, params: Record<string, unknown> = {}) =>
    queryRows<Row>(client, {
      organizationId: options.organizationId,
      sql,
      params: { ...paramsOf(options), ...params },
    });
  const found = await ask<EventRow>(
    eventsQuery(options, `user_id IN ({user_id:String}, '') AND (user_id != '' OR ${ORPHAN})`),
  );
  // Conversions without a user come last.
  const own = found.filter((row) => row.has_user);
  const rows = own.slice(0, USER_EVENTS_MAX);
  const clickIds = adoptingIds(rows);
  if (found.length <= USER_EVENTS_MAX) {
    rows.push(...found.filter((row) => !row.has_user && clickIds.has(row.click_id)));
  } else if (clickIds.size > 0) {
    const predicate = `${ORPHAN} AND click_id IN {click_ids:Array(String)}`;
    rows.push(
      ...(await ask<EventRow>(eventsQuery(options, predicate), { click_ids: [...clickIds] })),
    );
  }
  const conversions = rows.filter(
    (row) => row.conversion_event !== '' && isInRange(row, options.range),
  );
  const attribution = creditUser(
    rows.filter(isTouch).map((row) => ({
      atMs: row.at_ms,
      source: row.source,
      medium: row.medium,
      campaign: row.campaign_id,
    })),
    conversions.map((row) => ({
      atMs: row.at_ms,
      name: row.conversion_event,
      units: convertedUnits(row.value, row.currency, options.rates) ?? 0n,
    })),
    options,
  );
  const unconverted = unconvertedOf(conversions, options.rates);
  return { ...attribution, unconverted, isCut: own.length > USER_EVENTS_MAX };
}

type EventRow = {
  has_user: boolean;
  at_ms: number;
  event_type: string;
  is_bot: boolean;
  is_blocked: boolean;
  source: string;
  medium: string | null;
  campaign_id: string | null;
  conversion_event: string;
  value: string;
  currency: string;
  event_id: string;
  click_id: string;
};

/**
 * The latest rows of a predicate, those with a user first. One thread: there is little to share. The
 * index of users is looked at before reading; during it, as is usual, takes twice as long for few rows
 * (20 million events, five parts: 30 and 14 ms).
 */
function eventsQuery({ range }: OneUserOptions, predicate: string): string {
  const time =
    range === undefined
      ? ''
      : `AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
         AND event_time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')`;
  return `SELECT user_id != '' AS has_user, toUnixTimestamp64Milli(event_time) AS at_ms, event_type,
      is_bot, is_blocked, source, medium, campaign_id, conversion_event, toString(conversion_value) AS value,
      conversion_currency AS currency, event_id, click_id
    FROM events
    WHERE ${OF_ORGANIZATION} AND ${predicate} ${time}
    ORDER BY has_user DESC, at_ms DESC
    LIMIT ${USER_EVENTS_MAX + 1}
    SETTINGS max_threads = 1, use_skip_indexes_on_data_read = 0`;
}

function paramsOf({ userId, range, lookbackDays }: OneUserOptions): Record<string, unknown> {
  return {
    user_id: userId,
    ...(range === undefined
      ? {}
      : {
          from_ms: String(range.startMs - lookbackMs(lookbackDays)),
          to_ms: String(range.endMs),
        }),
  };
}

/**
 * The ids of the user's latest clicks. A conversion whose row names no user but one of these is the
 * user's: it came before the click was stored and the ledger has not corrected it yet, or somebody
 * inserted it by hand.
 */
function adoptingIds(rows: readonly EventRow[]): Set<string> {
  const clicks = rows.filter((row) => row.event_type === 'click').slice(0, ADOPTING_CLICKS_MAX);
  return new Set(clicks.flatMap(({ click_id, event_id }) => [click_id, event_id]));
}

/** As CLICK_TOUCH and VISIT_TOUCH say in SQL. */
function isTouch(row: EventRow): boolean {
  const isClick = row.event_type === 'click' && !row.is_bot && !row.is_blocked;
  return isClick || (isArrival(row) && row.click_id === row.event_id);
}

/** A visit that arrived from somewhere, perhaps by a click that is a touchpoint itself. */
function isArrival({ event_type, conversion_event, is_bot, source }: EventRow): boolean {
  const isVisit = event_type !== 'click' && conversion_event === '' && !is_bot;
  return isVisit && source !== '' && source !== DIRECT_SOURCE;
}

function isInRange({ at_ms }: EventRow, range: OneUserOptions['range']): boolean {
  return range === undefined || (at_ms >= range.startMs && at_ms < range.endMs);
}

function unconvertedOf(
  rows: readonly EventRow[],
  rates: Rates,
): Array<{ currency: string; value: string }> {
  const sums = new Map<string, string>();
  for (const { value, currency } of rows) {
    if (convertedUnits(value, currency, rates) === undefined && Number(value) !== 0) {
      sums.set(currency, addDecimals([sums.get(currency) ?? '0', value]));
    }
  }
  return Array.from(sums, ([currency, value]) => ({ currency, value })).sort((a, b) =>
    a.currency < b.currency ? -1 : 1,
  );
}
