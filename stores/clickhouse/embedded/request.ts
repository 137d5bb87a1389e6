import type { IncomingMessage } from 'node:http';
import { exception } from './exception.ts';

/** One query as it came over HTTP, before its body is read. */
export type QueryRequest = {
  /** The `query` parameter; the body follows it. Empty without one. */
  queryText: string;
  database: string;
  /** Format of the answer when the query has no FORMAT clause. */
  defaultFormat: string;
  queryId: string;
  /** Values of `{name:Type}` placeholders. */
  parameters: ReadonlyMap<string, string>;
  /** Settings for this query alone. */
  settings: ReadonlyMap<string, string>;
  /** GET, HEAD and `readonly=1|2`: nothing may be changed. */
  isReadOnly: boolean;
  /** Whether the client lets the answer be compressed. */
  isCompressionWanted: boolean;
  /** Which revision of Native blocks the client reads; 0: the plain ones. */
  nativeRevision: number;
  /** Whether the client sends ClickHouse's own compressed blocks or wants them. */
  isBlockCompressed: boolean;
};

/** Parameters that are about HTTP and no settings of a query. */
const HTTP_PARAMETERS = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'readonly',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'user',
  'password',
  'quota_key',
  'role',
  'stacktrace',
  'compress',
  'decompress',
  'client_protocol_version',
  'enable_http_compression',
  'http_zlib_compression_level',
  'http_native_compression_disable_checksumming_on_decompress',
  'http_headers_progress_interval_ms',
  'http_response_headers',
  'http_write_exception_in_output_format',
  'http_response_buffer_size',
  'http_wait_end_of_query',
  'wait_end_of_query',
  'buffer_size',
  'add_http_cors_header',
  'send_progress_in_http_headers',
  'cancel_http_readonly_queries_on_client_close',
  // Inserts are always stored before they are answered.
  'async_insert',
  'wait_for_async_insert',
]);

/**
 * Reads what a request's line and headers say.
 *
 * @param knownSettings names that the engine knows
 * @throws ClickHouseException 115 for a parameter that is no setting
 */
export function readQueryRequest(
  request: IncomingMessage,
  url: URL,
  newQueryId: string,
  knownSettings: ReadonlySet<string>,
): QueryRequest {
  const parameters = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) {
      parameters.set(name.slice('param_'.length), value);
    } else if (!HTTP_PARAMETERS.has(name)) {
      if (!knownSettings.has(name)) {
        throw exception('UNKNOWN_SETTING', `Unknown setting '${name}'`);
      }
      settings.set(name, value);
    }
  }
  const given = (name: string) => url.searchParams.get(name) ?? '';
  const header = (name: string) => request.headers[name]?.toString() ?? '';
  const readonly = given('readonly');
  return {
    queryText: given('query'),
    database: given('database') || header('x-clickhouse-database') || 'default',
    defaultFormat: given('default_format') || header('x-clickhouse-format') || 'TabSeparated',
    queryId: given('query_id') || newQueryId,
    parameters,
    settings,
    isReadOnly: request.method !== 'POST' || (readonly !== '' && readonly !== '0'),
    isCompressionWanted: /^(1|true)$/.test(given('enable_http_compression')),
    nativeRevision: Number.parseInt(given('client_protocol_version'), 10) || 0,
    isBlockCompressed: [given('compress'), given('decompress')].includes('1'),
  };
}

/**
 * Why a request must not be served although it came over loopback: a web page can make a browser send
 * it, under a name that resolves to this machine or across origins, and there is no password.
 *
 * @returns undefined when nothing speaks against it
 */
export function reasonToRefuse(request: IncomingMessage): string | undefined {
  const host = request.headers.host;
  if (host === undefined || !isLoopbackName(hostnameOf(`http://${host}`))) {
    return 'The Host header must name this machine: localhost or 127.0.0.1';
  }
  const { origin } = request.headers;
  if (origin !== undefined && !isLoopbackName(hostnameOf(origin))) {
    return 'Requests from web pages are not served';
  }
  return /^(cross-site|same-site)$/.test(request.headers['sec-fetch-site']?.toString() ?? '')
    ? 'Requests from web pages are not served'
    : undefined;
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** Whether a host's name or address always means the machine itself. */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(hostname);
}
