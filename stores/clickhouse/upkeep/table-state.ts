import type { ClickHouseClient } from '@clickhouse/client';

/** The projections of `events`, sums that reports are answered from. */
export const SUMS = ['campaign_hours', 'report_days'] as const;

/** How the table of events lies there, as far as the speed of reports depends on it. */
export type EventsState = {
  rows: number;
  /** Rows of parts that lack some of the sums; reports read them one by one. */
  rowsUnbuilt: number;
  /** Those of them whose part is older than was asked for, so that no merge builds it soon. */
  rowsLongUnbuilt: number;
  /** Lightweight UPDATEs that wait beside the rows: no report is answered from sums meanwhile. */
  patchesWaiting: number;
  /** Rows that they change. */
  patchRows: number;
  /** Age of the first and the last of them in seconds; 0 without any. */
  patchSecondsMax: number;
  patchSecondsMin: number;
  /** Rewritings of parts that have been asked for and are not done. */
  mutationsOpen: number;
};

/**
 * A patch part is that of a partition and says up to which version its parts have it already, as each
 * part says which version it has. ClickHouse removes patches that all parts have only minutes later.
 */
const PATCH_PARTITION = "substring(partition_id, length('patch-') + 32 + 2)";

/** SQL: patches that some part does not have yet, with their `name`, `rows` and `modification_time`. */
export const WAITING_PATCHES = `(
  SELECT patch.name AS name, patch.rows AS rows, patch.modification_time AS modification_time
  FROM (SELECT name, rows, modification_time, ${PATCH_PARTITION} AS month, data_version
    FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active
      AND startsWith(partition_id, 'patch-')) AS patch
  INNER JOIN (SELECT partition_id AS month, min(data_version) AS oldest
    FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active
      AND NOT startsWith(partition_id, 'patch-')
    GROUP BY month) AS part ON patch.month = part.month
  WHERE part.oldest < patch.data_version)`;

/** @throws the client's error when ClickHouse cannot be asked */
export async function readEventsState(
  client: ClickHouseClient,
  { settleSeconds }: { settleSeconds: number },
): Promise<EventsState> {
  const [parts, patches, mutations] = await Promise.all([
    firstRow<Pick<EventsState, 'rows' | 'rowsUnbuilt' | 'rowsLongUnbuilt'>>(
      client,
      `WITH name NOT IN (SELECT parent_name FROM system.projection_parts
          WHERE database = currentDatabase() AND table = 'events' AND active
            AND name IN {sums:Array(String)}
          GROUP BY parent_name HAVING uniqExact(name) = ${SUMS.length}) AS is_unbuilt
        SELECT toFloat64(sum(part.rows)) AS rows, toFloat64(sumIf(part.rows, is_unbuilt)) AS rowsUnbuilt,
          toFloat64(sumIf(part.rows, is_unbuilt
            AND modification_time <= now() - {settle:UInt32})) AS rowsLongUnbuilt
        FROM system.parts AS part WHERE database = currentDatabase() AND table = 'events' AND active
          AND NOT startsWith(partition_id, 'patch-')`,
      { settle: settleSeconds, sums: [...SUMS] },
    ),
    firstRow<PatchState>(
      client,
      `SELECT toFloat64(count()) AS patchesWaiting, toFloat64(sum(rows)) AS patchRows,
          if(count() = 0, 0, toFloat64(now() - min(modification_time))) AS patchSecondsMax,
          if(count() = 0, 0, toFloat64(now() - max(modification_time))) AS patchSecondsMin
        FROM ${WAITING_PATCHES}`,
    ),
    firstRow<Pick<EventsState, 'mutationsOpen'>>(
      client,
      `SELECT toFloat64(count()) AS mutationsOpen FROM system.mutations
        WHERE database = currentDatabase() AND table = 'events' AND NOT is_done`,
    ),
  ]);
  return { ...parts, ...patches, ...mutations };
}

type PatchState = Pick<
  EventsState,
  'patchesWaiting' | 'patchRows' | 'patchSecondsMax' | 'patchSecondsMin'
>;

/** Of a query without GROUP BY, which always has one. */
async function firstRow<T>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, unknown> = {},
): Promise<T> {
  const result = await client.query({ query, query_params: params, format: 'JSONEachRow' });
  const [row] = await result.json<T>();
  if (row === undefined) {
    throw new Error('ClickHouse gave no row');
  }
  return row;
}
