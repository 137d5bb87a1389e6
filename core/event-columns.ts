/**
 * The columns of one click or visit row, in the order in which an actor writes them in RowBinary
 * and in which the shipping thread names them in its INSERT. Conversions use the same table, with
 * more columns, and are written as JSON by the ledger.
 *
 * The order is chosen for the encoder: what differs with each click comes first; what is the same for
 * all clicks of one visitor network or one user agent lies side by side and is copied as one piece.
 *
 * Changing names, types or order needs a new `EVENT_ROW_VERSION`, because sealed segments written
 * by the version before are still on disk; what the older versions were stands below.
 */
export const EVENT_ROW_VERSION = 3;

export const EVENT_COLUMNS = [
  ['event_id', 'String'],
  ['click_id', 'String'],
  ['event_time', "DateTime64(3, 'UTC')"],
  ['organization_id', 'LowCardinality(String)'],
  ['event_type', 'LowCardinality(String)'],
  ['user_id', 'String'],
  ['url', 'String'],
  ['campaign_id', 'LowCardinality(Nullable(String))'],
  ['rule_id', 'LowCardinality(String)'],
  ['destination', 'String'],
  ['tags', 'Array(LowCardinality(String))'],
  ['source', 'LowCardinality(String)'],
  ['medium', 'LowCardinality(Nullable(String))'],
  ['referer', 'String'],
  ['ip', 'String'],
  ['country', 'LowCardinality(String)'],
  ['region', 'LowCardinality(String)'],
  ['city', 'LowCardinality(String)'],
  ['user_agent', 'String'],
  ['device_type', 'LowCardinality(String)'],
  ['os', 'LowCardinality(String)'],
  ['os_version', 'LowCardinality(String)'],
  ['browser', 'LowCardinality(String)'],
  ['browser_version', 'LowCardinality(String)'],
  ['is_bot', 'Bool'],
  ['bot_reason', 'LowCardinality(String)'],
  ['language', 'LowCardinality(String)'],
  ['is_unique', 'Bool'],
  ['fraud_score', 'Float32'],
  ['fraud_reasons', 'Array(LowCardinality(String))'],
  ['fraud_version', 'UInt8'],
  ['is_blocked', 'Bool'],
  ['query_params', 'Map(LowCardinality(String), String)'],
  ['headers', 'Map(LowCardinality(String), String)'],
] as const satisfies ReadonlyArray<readonly [name: string, type: string]>;

type EventColumn = readonly [name: string, type: string];

/** What each version added to the one before it. */
const ADDED_BY_VERSION: ReadonlyMap<number, readonly string[]> = new Map([
  [2, ['is_unique']],
  [3, ['fraud_version', 'is_blocked']],
]);

/** The columns of each row version that can still lie on disk. */
export const COLUMNS_BY_VERSION: ReadonlyMap<number, readonly EventColumn[]> = new Map(
  Array.from({ length: EVENT_ROW_VERSION }, (_, index) => [index + 1, columnsOf(index + 1)]),
);

function columnsOf(version: number): readonly EventColumn[] {
  const later = new Set(
    [...ADDED_BY_VERSION].filter(([added]) => added > version).flatMap(([, names]) => names),
  );
  return EVENT_COLUMNS.filter(([name]) => !later.has(name));
}

/**
 * The column list of the INSERT that ships rows of a version: `event_id, click_id, …`.
 * @returns undefined for a version that this release does not know
 */
export function eventColumnList(version: number): string | undefined {
  return COLUMNS_BY_VERSION.get(version)
    ?.map(([name]) => name)
    .join(', ');
}

/** The same for the newest version. */
export const EVENT_COLUMN_LIST = EVENT_COLUMNS.map(([name]) => name).join(', ');
