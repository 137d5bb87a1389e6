import { rows, type Sample } from './sample.ts';
import { type Anchor, CELL_SQL, cellParams } from './space.ts';

/** Anchors that are looked at closely, those with the clearest deviation first. */
const SUSPECTS_MAX = 250;
/** Cells that are fetched for all of them together. */
const CELLS_MAX = { large: 600_000, small: 400_000 } as const;
const LARGE_EVENTS_MIN = 5_000;
/** What the largest anchors hardly exceed: not every country visits at every hour by every device. */
const ANCHOR_CELLS_MAX = 15_000;
/** Evidence of a single value, in nats, that makes an anchor worth a look; not yet a finding. */
const SUSPICION_MIN = 5;

/** Counts by cell. */
export type CellCounts = { cells: readonly number[]; counts: readonly number[] };

export type Suspect = { anchor: Anchor; events: number; cells: CellCounts };

/** The counts of all traffic together. */
export async function allCells(sample: Sample): Promise<CellCounts> {
  const [row] = await rows<{ cells: number[]; counts: string[] }>(sample.client, {
    query: `SELECT groupArray(cell) AS cells, groupArray(n) AS counts
      FROM (SELECT ${CELL_SQL} AS cell, count() AS n FROM ${sample.table} GROUP BY cell)`,
    params: { ...sample.params, ...cellParams(sample.space) },
  });
  return { cells: row?.cells ?? [], counts: (row?.counts ?? []).map(Number) };
}

/**
 * The anchors of one kind of which at least one device, country, hour or weekday is more frequent than
 * in all traffic, with their counts by cell.
 *
 * @param eventsMin anchors with less traffic are left out
 * @returns also how many anchors there were to choose from
 */
export async function findSuspects(
  sample: Sample,
  kind: 'site' | 'source',
  eventsMin: number,
): Promise<{ suspects: Suspect[]; anchors: number }> {
  const { client, table, space } = sample;
  const hash = `${kind}_hash`;
  const candidates = await rows<{ hash: string; events: string; anchors: string }>(client, {
    // Each event counts once per dimension; `deviation` is a value's Poisson log-likelihood ratio.
    query: `WITH
        (SELECT count() FROM ${table}) AS events_all,
        shares AS (
          SELECT value, count() / events_all AS share FROM ${table}
          ARRAY JOIN ${VALUES_SQL} AS value GROUP BY value),
        sizes AS (
          SELECT ${hash} AS hash, count() AS events FROM ${table}
          ${kind === 'source' ? `WHERE source != '' AND source_hash NOT IN (${namedAfterSite(table)})` : ''}
          GROUP BY hash
          HAVING events >= {events_min:UInt64}),
        pairs AS (
          SELECT ${hash} AS hash, value, count() AS n FROM ${table}
          ARRAY JOIN ${VALUES_SQL} AS value
          WHERE ${hash} IN (SELECT hash FROM sizes)
          GROUP BY hash, value)
      SELECT toString(hash) AS hash, any(sizes.events) AS events,
        (SELECT count() FROM sizes) AS anchors,
        max(if(n > share * sizes.events,
          n * log(n / (share * sizes.events)) - (n - share * sizes.events), 0)) AS deviation
      FROM pairs INNER JOIN shares USING (value) INNER JOIN sizes USING (hash)
      GROUP BY hash HAVING deviation >= ${SUSPICION_MIN}
      ORDER BY deviation DESC LIMIT ${SUSPECTS_MAX}`,
    params: { ...sample.params, events_min: eventsMin },
  });
  const chosen = withinCells(candidates);
  const fetched = await rows<{ name: string; events: string; cells: number[]; counts: string[] }>(
    client,
    {
      query: `SELECT any(name) AS name, sum(n) AS events, groupArray(cell) AS cells, groupArray(n) AS counts
        FROM (SELECT ${hash} AS hash, any(${kind}) AS name, ${CELL_SQL} AS cell, count() AS n
          FROM ${table} WHERE ${hash} IN {hashes:Array(UInt64)} GROUP BY hash, cell)
        GROUP BY hash ORDER BY name`,
      params: { ...sample.params, ...cellParams(space), hashes: chosen },
    },
  );
  const suspects = fetched.map(({ name, events, cells, counts }) => ({
    anchor: { kind, name },
    events: Number(events),
    cells: { cells, counts: counts.map(Number) },
  }));
  return { suspects, anchors: Number(candidates[0]?.anchors ?? 1) };
}

/**
 * SQL: sources that are a site by another name, because an event without a source of its own has that
 * of its referer. What there is to find of them is found by the site.
 */
function namedAfterSite(table: string): string {
  return `SELECT source_hash FROM (
    SELECT source_hash, site, both, sum(both) OVER (PARTITION BY source_hash) AS of_source,
      sum(both) OVER (PARTITION BY site_hash) AS of_site
    FROM (SELECT source_hash, site_hash, any(site) AS site, count() AS both FROM ${table}
      GROUP BY source_hash, site_hash))
    WHERE site != '' AND both >= 0.8 * of_source AND both >= 0.5 * of_site`;
}

/** A row's device, country, hour and weekday, as numbers of which no two kinds are the same. */
const VALUES_SQL = `[cityHash64('device', device_type), cityHash64('country', country),
  toUInt64(slot % 24), toUInt64(100 + intDiv(slot, 24))]`;

/** Large and small anchors have a budget each, or the large ones would leave no place for others. */
function withinCells(candidates: readonly { hash: string; events: string }[]): bigint[] {
  const spent = { large: 0, small: 0 };
  return candidates
    .filter(({ events }) => {
      const size = Number(events) > LARGE_EVENTS_MIN ? 'large' : 'small';
      const cells = Math.min(Number(events), ANCHOR_CELLS_MAX);
      const fits = spent[size] + cells <= CELLS_MAX[size];
      spent[size] += fits ? cells : 0;
      return fits;
    })
    .map(({ hash }) => BigInt(hash));
}

/** The site with the most traffic, '' (no referer) left out. */
export async function largestSite({
  client,
  table,
  params,
}: Sample): Promise<{ name: string; events: number } | undefined> {
  const [row] = await rows<{ name: string; events: string }>(client, {
    query: `SELECT any(site) AS name, count() AS events FROM ${table} WHERE site != ''
      GROUP BY site_hash ORDER BY events DESC, name LIMIT 1`,
    params,
  });
  return row === undefined ? undefined : { name: row.name, events: Number(row.events) };
}
