import pg from 'pg';

/** How to reach PostgreSQL. Times have defaults that suit requests which somebody waits for. */
export interface PostgresOptions {
  url: string;
  maxConnections: number;
  /** Shown in pg_stat_activity, for example `trellis-engine`. */
  applicationName: string;
  /** Longest wait for a connection, a full pool included. */
  connectTimeoutMs?: number;
  /** The server ends a statement after this long; a second later we stop waiting for it. */
  statementTimeoutMs?: number;
  /** Told of connections that were lost while nobody used them. */
  onIdleError?: (error: Error) => void;
}

/** DATE as the text `YYYY-MM-DD`: a Date object would be midnight in this machine's time zone. */
const DATE_OID = 1082;
/** TIMESTAMP without a zone, as text for the same reason. Our tables use TIMESTAMPTZ. */
const TIMESTAMP_OID = 1114;

const asText = (value: string) => value;

function parserOf(oid: number, format?: 'text' | 'binary') {
  if (format !== 'binary' && (oid === DATE_OID || oid === TIMESTAMP_OID)) {
    return asText;
  }
  return pg.types.getTypeParser(oid, format);
}

/**
 * A pool of connections. Connects on first use, so it can be made while PostgreSQL is down.
 *
 * Values arrive as: NUMERIC string (money never becomes a float), BIGINT string (it may pass 2^53;
 * write `count(*)::int` where it cannot), TIMESTAMPTZ Date, DATE and TIMESTAMP string, JSONB parsed.
 *
 * A lost connection never ends the process: queries on it fail with an error for which
 * `isConnectionError` holds, and the pool replaces it.
 */
export function createPostgres(options: PostgresOptions): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 1_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: parserOf },
  });
  const onIdleError = options.onIdleError ?? (() => undefined);
  pool.on('error', onIdleError);
  // A connection in use is not the pool's to watch: without this listener its loss would be an
  // unhandled 'error' event. The query that runs on it fails by itself.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Runs `fn` in one transaction: commits what it did when it returns, rolls back when it throws.
 *
 * @returns what `fn` returned
 * @throws what `fn` threw, or the error of BEGIN or COMMIT. After a connection error at COMMIT it is
 *   unknown whether the transaction took place: only idempotent work may be repeated.
 */
export async function withTransaction<T>(
  pool: pg.Pool,
  fn: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const result = await fn(client);
    await client.query('COMMIT');
    broken = false;
    return result;
  } catch (error) {
    broken = isConnectionError(error) || !(await rolledBack(client));
    throw error;
  } finally {
    // A connection in an unknown state is closed instead of handed to the next user.
    client.release(broken);
  }
}

async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

const CONNECTION_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL'],
  '53300', // too_many_connections
  '57P01', // admin_shutdown: the server is stopping
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: the server is starting
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout: the server closed the connection
]);

/** The driver's own errors have no code. */
const CONNECTION_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
];

/**
 * Whether PostgreSQL could not be reached, or went away, as opposed to refusing what was asked. The
 * same call may succeed later. Follows `cause` and the parts of an AggregateError.
 */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CONNECTION_CODES.has(code) || /^08[0-9A-Z]{3}$/.test(code)) {
    return true;
  }
  if (code === '' && CONNECTION_MESSAGES.some((start) => error.message.startsWith(start))) {
    return true;
  }
  if (error instanceof AggregateError && error.errors.some(isConnectionError)) {
    return true;
  }
  return error.cause !== undefined && isConnectionError(error.cause);
}
