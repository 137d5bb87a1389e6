import type { ClickHouseClient } from '@clickhouse/client';
import { CLICK_COLUMNS } from './conversion-rows.ts';

/** What is looked for: the click that a conversion of this time belongs to. */
export type ClickSearch = {
  organization_id: string;
  /** The click's `click_id` or `event_id`. */
  click_id: string;
  /** Ms since the epoch: the conversion's. */
  convertedAtMs: number;
};

export type FoundClick = {
  event_id: string;
  /** Ms since the epoch. */
  clickedAtMs: number;
  /** The columns of CLICK_COLUMNS, as JSONEachRow gives them. */
  columns: Record<string, unknown>;
};

/** A transaction waits for the answer, and PostgreSQL ends those that are idle for a minute. */
export const CLICKHOUSE_MS_MAX = 20_000;

/**
 * Ids travel in the request's address, which ClickHouse limits to 1 MiB (`http_max_uri_size`); this is
 * after encoding. Fewer, larger questions are better: beyond some 100 ids each one reads every click.
 */
const ADDRESS_BYTES_MAX = 30_000;

/** The filter stands alone, so that only rows of wanted clicks are compared with each id. */
const CHOOSE = `
  SELECT
    n,
    argMax(event_id, (
      event_time <= fromUnixTimestamp64Milli({times:Array(Int64)}[n]),
      if(event_time <= fromUnixTimestamp64Milli({times:Array(Int64)}[n]), 1, -1)
        * toUnixTimestamp64Milli(event_time),
      event_id
    )) AS chosen
  FROM (
    SELECT event_id, click_id, event_time
    FROM events
    WHERE organization_id = {organization:String}
      AND event_type = 'click'
      AND (click_id IN {ids:Array(String)} OR event_id IN {event_ids:Array(String)})
  )
  ARRAY JOIN arrayFilter(
    n -> {ids:Array(String)}[n] = click_id OR {ids:Array(String)}[n] = event_id,
    arrayEnumerate({ids:Array(String)})
  ) AS n
  GROUP BY n`;

const READ = `
  SELECT event_id, toFloat64(toUnixTimestamp64Milli(event_time)) AS clicked_at_ms,
    ${CLICK_COLUMNS.map(([name]) => name).join(', ')}
  FROM events
  WHERE organization_id = {organization:String}
    AND event_type = 'click'
    AND event_id IN {ids:Array(String)}
  LIMIT 1 BY event_id`;

/**
 * Looks for many clicks at once. Of several clicks with the id it takes the latest one at or before
 * the conversion, else the earliest one after it.
 *
 * @returns one entry per search, undefined where there is no such click (yet)
 * @throws the client's error when ClickHouse cannot be asked
 */
export async function findClicks(
  client: ClickHouseClient,
  searches: ClickSearch[],
): Promise<Array<FoundClick | undefined>> {
  const found = new Map<ClickSearch, FoundClick>();
  for (const part of parts(searches)) {
    const chosen = await chooseClicks(client, part);
    const clicks = await readClicks(client, part[0]?.organization_id ?? '', [...chosen.values()]);
    for (const [search, eventId] of chosen) {
      const click = clicks.get(eventId);
      if (click !== undefined) found.set(search, click);
    }
  }
  return searches.map((search) => found.get(search));
}

async function chooseClicks(
  client: ClickHouseClient,
  searches: ClickSearch[],
): Promise<Map<ClickSearch, string>> {
  const ids = searches.map((search) => search.click_id);
  const result = await client.query({
    query: CHOOSE,
    query_params: {
      organization: searches[0]?.organization_id ?? '',
      ids,
      // With none of these, ClickHouse need not even read the column.
      event_ids: ids.filter((id) => id.startsWith('evt_')),
      times: searches.map((search) => search.convertedAtMs),
    },
    format: 'JSONEachRow',
    abort_signal: AbortSignal.timeout(CLICKHOUSE_MS_MAX),
  });
  const chosen = new Map<ClickSearch, string>();
  for (const row of await result.json<{ n: number; chosen: string }>()) {
    const search = searches[row.n - 1];
    if (search !== undefined) chosen.set(search, row.chosen);
  }
  return chosen;
}

async function readClicks(
  client: ClickHouseClient,
  organization: string,
  eventIds: string[],
): Promise<Map<string, FoundClick>> {
  const clicks = new Map<string, FoundClick>();
  const ids = [...new Set(eventIds)];
  if (ids.length === 0) return clicks;
  const result = await client.query({
    query: READ,
    query_params: { organization, ids },
    format: 'JSONEachRow',
    abort_signal: AbortSignal.timeout(CLICKHOUSE_MS_MAX),
  });
  for (const row of await result.json<Record<string, unknown>>()) {
    const { event_id, clicked_at_ms, ...columns } = row;
    clicks.set(String(event_id), {
      event_id: String(event_id),
      clickedAtMs: Number(clicked_at_ms),
      columns,
    });
  }
  return clicks;
}

/** Splits searches into those of one organisation whose ids fit into one address. */
function parts(searches: ClickSearch[]): ClickSearch[][] {
  const byOrganization = new Map<string, ClickSearch[]>();
  for (const search of searches) {
    const others = byOrganization.get(search.organization_id);
    if (others === undefined) byOrganization.set(search.organization_id, [search]);
    else others.push(search);
  }
  const result: ClickSearch[][] = [];
  for (const ofOne of byOrganization.values()) {
    let part: ClickSearch[] = [];
    let partBytes = 0;
    for (const search of ofOne) {
      // The id, perhaps in both lists, and the time; each with its quotes and a comma, encoded.
      const bytes = 2 * encodeURIComponent(search.click_id).length + 40;
      if (part.length > 0 && partBytes + bytes > ADDRESS_BYTES_MAX) {
        result.push(part);
        part = [];
        partBytes = 0;
      }
      part.push(search);
      partBytes += bytes;
    }
    if (part.length > 0) result.push(part);
  }
  return result;
}
