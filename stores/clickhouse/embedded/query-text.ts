import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { exception } from './exception.ts';
import { readStatement, type Statement } from './statement.ts';

/** A query and, for an INSERT, where its data are. */
export type ReceivedQuery = {
  statement: Statement;
  /** Byte string; for an INSERT with data only what stands before them. */
  sql: string;
  /** The first bytes of an INSERT's data. */
  dataHead: Buffer;
  /** The rest of the data; undefined when there is none. */
  dataRest: Readable | undefined;
};

/** The engine's own limit, which a request can raise with the setting of that name, up to the other. */
const QUERY_BYTES_MAX = 262_144;
const QUERY_BYTES_MAX_MAX = 64 * 1024 * 1024;

/** The body of a request, decompressed. */
export function bodyOf(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const decoder = {
    identity: () => undefined,
    gzip: createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[encoding];
  if (decoder === undefined) {
    throw exception('UNKNOWN_COMPRESSION_METHOD', `Unknown compression method: ${encoding}`, {
      status: 400,
    });
  }
  const stream = decoder();
  if (stream === undefined) {
    return request;
  }
  // A client that goes away must end the decoder as well.
  request.on('error', (error) => stream.destroy(error));
  request.on('close', () => {
    if (!request.complete) {
      stream.destroy(new Error('The client closed the connection'));
    }
  });
  return request.pipe(stream);
}

/**
 * Reads a query: the `query` parameter, then the body. Of the body it takes only as much as it must to
 * know what the query is; an INSERT's data stay in the stream.
 *
 * @throws ClickHouseException for text that is too long, broken, or refused
 */
export async function receiveQuery(
  queryText: string,
  body: Readable,
  maxQuerySize: string | undefined,
): Promise<ReceivedQuery> {
  const bytesMax = Math.min(Number(maxQuerySize) || QUERY_BYTES_MAX, QUERY_BYTES_MAX_MAX);
  const text = queryText === '' ? Buffer.alloc(0) : Buffer.from(`${queryText}\n`);
  if (text.length > bytesMax) {
    throw tooLong(bytesMax);
  }
  const early = understand(text, body, false);
  if (early !== undefined) {
    return early;
  }
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  const read: Buffer[] = [text];
  let bytes = text.length;
  let isComplete = false;
  while (!isComplete && bytes <= bytesMax) {
    const next = await chunks.next();
    isComplete = next.done === true;
    if (next.done !== true) {
      read.push(next.value);
      bytes += next.value.length;
    }
  }
  const rest = isComplete ? undefined : Readable.from({ [Symbol.asyncIterator]: () => chunks });
  const received = understand(Buffer.concat(read), rest, isComplete);
  if (received === undefined) {
    throw tooLong(bytesMax);
  }
  return received;
}

function tooLong(bytesMax: number) {
  return exception('SYNTAX_ERROR', `Max query size exceeded (can be increased from ${bytesMax})`);
}

function understand(
  text: Buffer,
  rest: Readable | undefined,
  isComplete: boolean,
): ReceivedQuery | undefined {
  const sql = text.toString('latin1');
  const statement = readStatement(sql, isComplete);
  if (statement === undefined) {
    return undefined;
  }
  if (statement.kind !== 'insert') {
    return { statement, sql, dataHead: Buffer.alloc(0), dataRest: undefined };
  }
  const { dataStart } = statement.insert;
  const dataHead = text.subarray(dataStart);
  return { statement, sql: sql.slice(0, dataStart), dataHead, dataRest: rest };
}
