import { Readable } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';

/** How long one request may take, in ms; longer than any report and any insert of one segment. */
const REQUEST_MS_MAX = 120_000;
/** Sockets per client; the embedded ClickHouse runs six queries at once. */
const SOCKETS_MAX = 10;
/** Below the server's own limit (10 s; 3 s in old versions), or a request meets a closing socket. */
const IDLE_SOCKET_MS_MAX = 2_500;

/**
 * A client for ClickHouse, embedded or not. The caller closes it.
 *
 * @param url `http://host:8123`, with user and password if it needs them
 * @param database what unqualified table names are looked up in
 * @param requestMsMax how long one request may take
 */
export function createClickHouse({
  url,
  database,
  requestMsMax = REQUEST_MS_MAX,
}: {
  url: string;
  database: string;
  requestMsMax?: number;
}): ClickHouseClient {
  return createClient({
    url,
    database,
    application: 'trellis',
    // Failures reach the caller, who knows what they mean.
    log: { level: ClickHouseLogLevel.OFF },
    request_timeout: requestMsMax,
    max_open_connections: SOCKETS_MAX,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS_MAX },
    compression: { request: false, response: false },
    clickhouse_settings: {
      // Batches are made before they come here, and an answer must mean that the rows are stored.
      async_insert: 0,
      date_time_input_format: 'best_effort',
    },
  });
}

/** A batch of rows that goes in as a whole, once, however often it is sent. */
export type SegmentInsert = {
  /** In RowBinary, in the order of `columnList`. */
  rows: Buffer | Readable;
  /** `a, b, c` */
  columnList: string;
  table: string;
  /** Unique for these very bytes; the same token with other rows loses them silently. */
  deduplicationToken: string;
  rowCount: number;
};

/** Rows that surely stay one block of an insert; see below. */
const BLOCK_ROWS_MIN = 1_048_576;

/**
 * Inserts a batch. Resolves when it is stored, or was already.
 *
 * @throws ClickHouseError and errors of the network; see `isRetriableClickHouseError`
 */
export async function insertSegment(
  client: ClickHouseClient,
  { rows, columnList, table, deduplicationToken, rowCount }: SegmentInsert,
): Promise<void> {
  // The client's `insert` knows only the formats that it can write itself.
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} (${columnList}) FORMAT RowBinary`,
    values: rows instanceof Readable ? rows : Readable.from([rows], { objectMode: false }),
    clickhouse_settings: {
      async_insert: 0,
      insert_deduplicate: 1,
      insert_deduplication_token: deduplicationToken,
      // One block per insert makes it atomic within a month, and its token the block's own.
      min_insert_block_size_rows: String(Math.max(rowCount, BLOCK_ROWS_MIN)),
      max_insert_block_size: String(Math.max(rowCount, BLOCK_ROWS_MIN)),
      min_insert_block_size_bytes: '0',
    },
  });
  // An empty answer; read so that the connection can be used again.
  stream.resume();
}

/**
 * ClickHouse's error numbers (ErrorCodes.cpp) after which the same request may well succeed: its
 * Kafka connector's list, and some more that pass by themselves.
 */
const RETRIABLE_CODES: ReadonlySet<string> = new Set([
  '3', // UNEXPECTED_END_OF_FILE
  '159', // TIMEOUT_EXCEEDED
  '164', // READONLY: a replica that has lost its keeper
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '203', // NO_FREE_CONNECTION
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '236', // ABORTED: the server is shutting down
  '241', // MEMORY_LIMIT_EXCEEDED
  '242', // TABLE_IS_READ_ONLY
  '243', // NOT_ENOUGH_SPACE
  '252', // TOO_MANY_PARTS
  '285', // TOO_FEW_LIVE_REPLICAS
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '425', // SYSTEM_ERROR
  '999', // KEEPER_EXCEPTION
  '1002', // UNKNOWN_EXCEPTION
]);

/** Codes of Node's network errors, as in `error.code`. */
const NETWORK_CODE =
  /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_.*)$/;

/** Whether the same request may succeed later without anybody changing anything. */
export function isRetriableClickHouseError(error: unknown): boolean {
  if (error instanceof ClickHouseError) {
    return RETRIABLE_CODES.has(error.code);
  }
  if (!(error instanceof Error)) {
    return false;
  }
  const code = 'code' in error ? String(error.code) : '';
  return (
    NETWORK_CODE.test(code) ||
    /timeout error|socket hang up|aborted/i.test(error.message) ||
    (error.cause !== undefined && isRetriableClickHouseError(error.cause))
  );
}

/**
 * The row that an insert failed at, where ClickHouse says so: `(at row 3)`, counted from 1.
 * Undefined when it does not.
 */
export function failingRow(error: unknown): number | undefined {
  const row = error instanceof Error ? /\(at row (\d+)\)/.exec(error.message)?.[1] : undefined;
  return row === undefined ? undefined : Number(row);
}
