import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { createBrotliCompress, createDeflate, createGzip } from 'node:zlib';
import type { Logger } from '../../../core/logger.ts';
import type { QueryStatistics } from './engine-session.ts';
import { type ClickHouseException, exception, exceptionFrom, statusOf } from './exception.ts';
import { contentTypeOf } from './formats.ts';
import { convertNativeBlocks, NATIVE_REVISION_MIN } from './native-blocks.ts';
import type { QueryAnswer, QueryRunner } from './query-runner.ts';
import { bodyOf, receiveQuery } from './query-text.ts';
import { type QueryRequest, readQueryRequest, reasonToRefuse } from './request.ts';
import type { ResultRows } from './result-rows.ts';

/** As a ClickHouse server; clients keep idle sockets for less. */
const KEEP_ALIVE_MS = 10_000;
const CONNECTIONS_MAX = 512;
const HEADER_BYTES_MAX = 1024 * 1024;
/** Answers up to this size are sent in one piece. */
const SMALL_ANSWER_BYTES_MAX = 256 * 1024;
/** Native blocks are rewritten in memory. */
const NATIVE_ANSWER_BYTES_MAX = 256 * 1024 * 1024;

export type AdapterParts = {
  runner: QueryRunner;
  /** Names of all settings of the engine. */
  knownSettings: ReadonlySet<string>;
  version: string;
  logger: Logger;
  /** Called when the engine itself has failed and only a new process can help. */
  onEngineFailure: (failure: ClickHouseException) => void;
};

/**
 * ClickHouse's HTTP interface in front of the embedded engine.
 * `isDraining`: new requests are refused and every connection is closed after its answer.
 */
export class HttpAdapter {
  readonly server: Server;
  readonly #parts: AdapterParts;
  #isDraining = false;
  #serving = 0;
  #wakeIdle: (() => void) | undefined;

  constructor(parts: AdapterParts) {
    this.#parts = parts;
    this.server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: HEADER_BYTES_MAX },
      (request, response) => {
        this.#serving += 1;
        response.once('close', () => this.#served());
        this.#serve(request, response).catch((error: unknown) => {
          parts.logger.error({ err: error }, 'a request could not be answered');
          response.destroy();
        });
      },
    );
    this.server.maxConnections = CONNECTIONS_MAX;
  }

  /** Stops accepting connections and requests; those that are being served go on. */
  drain(): void {
    this.#isDraining = true;
    this.server.close();
    this.server.closeIdleConnections();
  }

  /** Resolves when no request is being served. */
  async idle(): Promise<void> {
    if (this.#serving > 0) {
      await new Promise<void>((resolve) => {
        this.#wakeIdle = resolve;
      });
    }
  }

  #served(): void {
    this.#serving -= 1;
    if (this.#serving === 0) {
      this.#wakeIdle?.();
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-ClickHouse-Server-Display-Name', hostname());
    if (this.#isDraining) {
      response.setHeader('Connection', 'close');
    }
    const refusal = reasonToRefuse(request);
    if (refusal !== undefined) {
      sendText(response, 403, `${refusal}\n`);
      return;
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    const isQuery = url.pathname === '/' && (url.search !== '' || request.method === 'POST');
    if (!isQuery) {
      const isKnown = ['/', '/ping', '/replicas_status'].includes(url.pathname);
      const help = `There is no handle ${url.pathname}\nUse / or /ping for health checks.\n`;
      sendText(response, isKnown ? 200 : 404, isKnown ? 'Ok.\n' : help);
      return;
    }
    await this.#serveQuery(request, response, url);
  }

  async #serveQuery(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const queryId = url.searchParams.get('query_id') || randomUUID();
    response.setHeader('X-ClickHouse-Query-Id', queryId.replace(/[^\x21-\x7e]/g, '_'));
    response.setHeader('X-ClickHouse-Timezone', 'UTC');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      if (this.#isDraining) {
        throw exception('ABORTED', 'Server is shutting down', { status: 503 });
      }
      const query = readQueryRequest(request, url, queryId, this.#parts.knownSettings);
      const answer = await this.#run(query, request, gone.signal);
      await send(query, request, response, answer);
    } catch (error) {
      if (!response.headersSent && !response.destroyed) {
        this.#sendException(response, exceptionFrom(error));
      } else if (!response.destroyed) {
        response.destroy();
      }
    } finally {
      // What is left of a body must be read, or the connection cannot carry the next request.
      request.unpipe();
      request.resume();
    }
  }

  async #run(
    query: QueryRequest,
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<QueryAnswer> {
    if (query.isBlockCompressed) {
      throw exception('NOT_IMPLEMENTED', 'Compressed blocks (compress=1) are not spoken here');
    }
    const maxQuerySize = query.settings.get('max_query_size');
    const received = await receiveQuery(query.queryText, bodyOf(request), maxQuerySize);
    return this.#parts.runner.run(query, received, signal);
  }

  #sendException(response: ServerResponse, failure: ClickHouseException): void {
    if (/server is shutting down due to a fatal error/i.test(failure.message)) {
      this.#parts.onEngineFailure(failure);
    }
    const status = statusOf(failure);
    for (const name of ['Content-Encoding', 'Content-Length', 'X-ClickHouse-Format']) {
      response.removeHeader(name);
    }
    response.setHeader('X-ClickHouse-Exception-Code', failure.exceptionCode);
    if (status === 503) {
      response.setHeader('Retry-After', '1');
    }
    const version = `(version ${this.#parts.version} (official build))`;
    sendText(response, status, `${failure.message} ${version}\n`);
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.end(text);
}

async function send(
  query: QueryRequest,
  request: IncomingMessage,
  response: ServerResponse,
  { statistics, rows, format }: QueryAnswer,
): Promise<void> {
  response.setHeader('Content-Type', contentTypeOf(format));
  response.setHeader('X-ClickHouse-Format', format);
  response.setHeader('X-ClickHouse-Summary', summary(statistics, rows?.size ?? 0));
  if (rows === undefined) {
    response.end();
    return;
  }
  const encoder = query.isCompressionWanted ? chooseEncoder(request) : undefined;
  if (encoder !== undefined) {
    response.setHeader('Content-Encoding', encoder.name);
  }
  if (format === 'Native' && query.nativeRevision >= NATIVE_REVISION_MIN) {
    await sendNative(response, rows, encoder);
  } else if (encoder !== undefined) {
    await rows.pipeTo(encoder.create(), response);
  } else if (rows.size <= SMALL_ANSWER_BYTES_MAX) {
    response.end(await rows.bytes());
  } else {
    response.setHeader('Content-Length', rows.size);
    await rows.pipeTo(response);
  }
}

type Encoder = { name: string; create: () => NodeJS.ReadWriteStream };

function chooseEncoder(request: IncomingMessage): Encoder | undefined {
  const accepted = request.headers['accept-encoding']?.toString() ?? '';
  const known: readonly Encoder[] = [
    { name: 'gzip', create: () => createGzip({ level: 3 }) },
    { name: 'deflate', create: () => createDeflate({ level: 3 }) },
    { name: 'br', create: () => createBrotliCompress() },
  ];
  return known.find(({ name }) => new RegExp(`\\b${name}\\b`).test(accepted));
}

async function sendNative(
  response: ServerResponse,
  rows: ResultRows,
  encoder: Encoder | undefined,
): Promise<void> {
  if (rows.size > NATIVE_ANSWER_BYTES_MAX) {
    await rows.close();
    throw exception('NOT_IMPLEMENTED', 'The answer is too large for Native blocks; use LIMIT');
  }
  const blocks = convertNativeBlocks(await rows.bytes());
  if (encoder === undefined) {
    response.end(Buffer.concat(blocks));
    return;
  }
  const stream = encoder.create();
  stream.pipe(response);
  stream.end(Buffer.concat(blocks));
}

function summary(statistics: QueryStatistics, resultBytes: number): string {
  return JSON.stringify({
    read_rows: String(statistics.readRows),
    read_bytes: String(statistics.readBytes),
    written_rows: String(statistics.writtenRows),
    written_bytes: String(statistics.writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(statistics.writtenRows),
    result_bytes: String(resultBytes),
    elapsed_ns: String(statistics.elapsedNs),
    memory_usage: '0',
  });
}
