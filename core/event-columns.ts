/**
 * The columns of one click or visit row, in the order in which an actor writes them in RowBinary
 * and in which the shipping thread names them in its INSERT. Conversions use the same table, with
 * more columns, and are written as JSON by the ledger.
 *
 * The order is chosen for the encoder: what differs with each click comes first; what is the same for
 * all clicks of one visitor network or one user agent lies side by side and is copied as one piece.
 *
 * Changing names, types or order needs a new `EVENT_ROW_VERSION`, because sealed segments written
 * by the version before are still on disk. `version 1` is the only one so far.
 */
export const EVENT_ROW_VERSION = 1;

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
  ['fraud_score', 'Float32'],
  ['fraud_reasons', 'Array(LowCardinality(String))'],
  ['query_params', 'Map(LowCardinality(String), String)'],
  ['headers', 'Map(LowCardinality(String), String)'],
] as const satisfies ReadonlyArray<readonly [name: string, type: string]>;

/** The column list of the INSERT that ships a segment: `event_id, click_id, …`. */
export const EVENT_COLUMN_LIST = EVENT_COLUMNS.map(([name]) => name).join(', ');
