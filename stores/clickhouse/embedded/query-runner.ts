import type { EngineSession, QueryStatistics } from './engine-session.ts';
import { exception } from './exception.ts';
import { insertFromFile } from './insert-statement.ts';
import { substituteParameters } from './parameters.ts';
import type { ReceivedQuery } from './query-text.ts';
import type { QueryRequest } from './request.ts';
import { collectRows, type ResultRows } from './result-rows.ts';
import type { ScratchFiles } from './scratch-files.ts';
import type { SessionPool } from './session-pool.ts';
import { quoteString, toByteString } from './sql-lexer.ts';
import { type InsertHead, readStatement, type Statement } from './statement.ts';
import type { TableColumns } from './table-columns.ts';

export type QueryAnswer = {
  statistics: QueryStatistics;
  /** The rows; undefined when the query has none. */
  rows: ResultRows | undefined;
  /** The format of the rows. */
  format: string;
};

/** Settings that belong to one insert; they go into its text instead of the session's state. */
const PER_INSERT = ['insert_deduplication_token'];

const NOTHING: QueryStatistics = {
  elapsedNs: 0,
  readRows: 0,
  readBytes: 0,
  writtenRows: 0,
  writtenBytes: 0,
};

const READONLY_TEXT =
  'default: Cannot execute query in readonly mode. For queries over HTTP, method GET implies ' +
  'readonly. You should use method POST for modifying queries.';

/** Stands in the text of each query that reads, with a number of its own, to cancel it by. */
export const QUERY_MARKER = '/* adapter query ';

type RowsStatement = Extract<Statement, { kind: 'rows' }>;

/** Runs queries on the engine; one object for the whole process. */
export class QueryRunner {
  readonly #pool: SessionPool;
  readonly #files: ScratchFiles;
  readonly #columns: TableColumns;
  readonly #formats: ReadonlySet<string>;
  readonly #cancel: (marker: string) => void;
  #sequence = 0;

  /**
   * @param formats lower-case names of the formats that the engine can write
   * @param cancel ends the queries whose text contains a marker, some time soon
   */
  constructor(parts: {
    pool: SessionPool;
    files: ScratchFiles;
    columns: TableColumns;
    formats: ReadonlySet<string>;
    cancel: (marker: string) => void;
  }) {
    this.#pool = parts.pool;
    this.#files = parts.files;
    this.#columns = parts.columns;
    this.#formats = parts.formats;
    this.#cancel = parts.cancel;
  }

  /**
   * Runs one query to its end.
   *
   * @param signal aborted when the client goes away; a query that only reads is then cancelled
   * @throws ClickHouseException
   */
  run(request: QueryRequest, query: ReceivedQuery, signal: AbortSignal): Promise<QueryAnswer> {
    const { statement } = query;
    const isHarmless =
      statement.kind === 'session' || (statement.kind === 'rows' && statement.readOnly);
    if (request.isReadOnly && !isHarmless) {
      return this.#refuseChange(request, query, signal);
    }
    switch (statement.kind) {
      case 'rows':
        return this.#runRows(request, query.sql, statement, signal);
      case 'insert':
        return this.#runInsert(request, query, signal);
      case 'session':
        return Promise.resolve({ statistics: NOTHING, rows: undefined, format: 'TabSeparated' });
      default:
        return this.#runCommand(request, query.sql, statement, signal);
    }
  }

  /** A statement that cannot be read is a syntax error before it is a change. */
  async #refuseChange(
    request: QueryRequest,
    { sql, statement }: ReceivedQuery,
    signal: AbortSignal,
  ): Promise<never> {
    if (statement.kind !== 'insert') {
      await this.#use('read', request, signal, (session) =>
        session.query(`EXPLAIN AST ${sql.slice(0, statement.end)}`, 'Null'),
      );
    }
    throw exception('READONLY', READONLY_TEXT);
  }

  /**
   * The rows leave the engine through a pipe instead of as the call's result: an answer of any size
   * fits, and what a query wrote before it failed reaches nobody.
   */
  async #runRows(
    request: QueryRequest,
    original: string,
    statement: RowsStatement,
    signal: AbortSignal,
  ): Promise<QueryAnswer> {
    const format = statement.format?.name ?? request.defaultFormat;
    if (!this.#formats.has(format.toLowerCase())) {
      throw exception('UNKNOWN_FORMAT', `Unknown format ${format}`);
    }
    this.#sequence += 1;
    const marker = `${QUERY_MARKER}${this.#sequence} */`;
    const formatStart = statement.format?.start ?? statement.end;
    const clause =
      statement.format === undefined
        ? `FORMAT ${format}`
        : original.slice(formatStart, statement.end);
    const before = substituteParameters(original.slice(0, formatStart), request.parameters);
    const cancel = () => this.#cancel(marker);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const purpose = statement.readOnly ? 'read' : 'write';
      return await this.#use(purpose, request, signal, async (session) => {
        const target = `INTO OUTFILE ${quoteString(toByteString(session.pipe))} TRUNCATE`;
        const sql = `${before}\n${marker} ${target} ${clause}`;
        const overflow = this.#files.newPath();
        const query = () => session.query(sql, format);
        const { outcome, rows } = await collectRows(session.pipe, overflow, query, cancel);
        return { statistics: outcome.statistics, rows, format };
      });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  async #runInsert(
    request: QueryRequest,
    query: ReceivedQuery,
    signal: AbortSignal,
  ): Promise<QueryAnswer> {
    const head = insertHead(substituteParameters(query.sql, request.parameters));
    let { dataHead, dataRest } = query;
    if (head.format === 'Values' && request.parameters.size > 0) {
      dataHead = await withParameters(dataHead, dataRest, request.parameters);
      dataRest = undefined;
    }
    const settings = new Map(request.settings);
    const own = PER_INSERT.filter((name) => settings.has(name)).map(
      (name) => `${name} = ${quoteString(toByteString(settings.get(name) ?? ''))}`,
    );
    for (const name of PER_INSERT) {
      settings.delete(name);
    }
    const statistics = await this.#files.withInsertData(dataHead, dataRest, (path) =>
      this.#use('write', { ...request, settings }, signal, async (session) => {
        const columns = await this.#columns.of(session, request.database, head.target);
        const file = toByteString(path);
        return session.insert(insertFromFile(head, columns, file, own.join(', ')));
      }),
    );
    return { statistics, rows: undefined, format: 'TabSeparated' };
  }

  async #runCommand(
    request: QueryRequest,
    original: string,
    statement: Extract<Statement, { kind: 'insert-select' | 'command' }>,
    signal: AbortSignal,
  ): Promise<QueryAnswer> {
    const sql = substituteParameters(original.slice(0, statement.end), request.parameters);
    const isDefinition = statement.kind === 'command' && statement.definition;
    try {
      const statistics = await this.#use('write', request, signal, async (session) =>
        statement.kind === 'insert-select'
          ? session.insert(sql)
          : (await session.query(sql, 'TabSeparated')).statistics,
      );
      return { statistics, rows: undefined, format: 'TabSeparated' };
    } finally {
      if (isDefinition) {
        this.#columns.forget();
      }
    }
  }

  #use<T>(
    purpose: 'read' | 'write',
    request: Pick<QueryRequest, 'database' | 'settings'>,
    signal: AbortSignal,
    work: (session: EngineSession) => Promise<T>,
  ): Promise<T> {
    return this.#pool.use(purpose, request.database, request.settings, signal, work);
  }
}

function insertHead(sql: string): InsertHead {
  const statement = readStatement(sql, false);
  if (statement?.kind !== 'insert') {
    throw exception('SYNTAX_ERROR', 'Syntax error: failed in the INSERT before its data');
  }
  return statement.insert;
}

const VALUES_WITH_PARAMETERS_BYTES_MAX = 16 * 1024 * 1024;

/** The data of `INSERT … VALUES` with their placeholders filled in; they must fit into memory. */
async function withParameters(
  head: Buffer,
  rest: AsyncIterable<unknown> | undefined,
  parameters: ReadonlyMap<string, string>,
): Promise<Buffer> {
  const chunks = [head];
  let bytes = head.length;
  for await (const chunk of rest ?? []) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > VALUES_WITH_PARAMETERS_BYTES_MAX) {
      throw exception('QUERY_IS_TOO_LARGE', 'VALUES with parameters are too large');
    }
  }
  const sql = Buffer.concat(chunks).toString('latin1');
  return Buffer.from(substituteParameters(sql, parameters), 'latin1');
}
