import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Session } from 'chdb';
import { exceptionFrom } from './exception.ts';
import { fromByteString, quoteIdentifier, quoteString, toByteString } from './sql-lexer.ts';

/** What a query read and wrote, as far as the engine tells. */
export type QueryStatistics = {
  elapsedNs: number;
  readRows: number;
  readBytes: number;
  writtenRows: number;
  writtenBytes: number;
};

/** Settings by name; values as text. */
export type Settings = ReadonlyMap<string, string>;

/** How each session is opened, and the settings it has while a request asks for nothing else. */
export type SessionOptions = {
  engineDir: string;
  connectionArgs: readonly string[];
  baseline: Settings;
};

/** Settings that change others as well, so that setting them back does not undo them. */
const CONTAGIOUS = new Set(['compatibility', 'profile', 'readonly', 'allow_ddl']);

/**
 * One connection to the engine. Runs one query at a time; the pool sees to that.
 *
 * Invariant: `#database` and `#settings` say what the connection has now. Before each query they are
 * brought to what the request asks for, so nothing can leak from one request into the next.
 */
export class EngineSession {
  /** Whether the connection's state is no longer known, so that it must be replaced. */
  spoiled = false;
  /** Where the rows of its queries can be written to; see result-rows. */
  readonly pipe: string;
  readonly #session: Session;
  readonly #baseline: Settings;
  readonly #settings = new Map<string, string>();
  #database = 'default';

  constructor(options: SessionOptions, pipe: string) {
    this.pipe = pipe;
    this.#session = new Session(options.engineDir, { connectionArgs: options.connectionArgs });
    this.#baseline = options.baseline;
    for (const [name, value] of options.baseline) {
      this.#session.query(`SET ${name} = ${quoteString(value)}`);
    }
  }

  /** Whether it has the database and the settings of a request already. */
  isPreparedFor(database: string, settings: Settings): boolean {
    return (
      database === this.#database &&
      settings.size === this.#settings.size &&
      [...settings].every(([name, value]) => this.#settings.get(name) === value)
    );
  }

  /**
   * Gives the session the database and the settings of a request, and takes away the last one's. Each
   * statement costs a millisecond or two, so there are as few as can be.
   *
   * @throws ClickHouseException for a database or setting that is unknown or has a bad value
   */
  async prepare(database: string, settings: Settings): Promise<void> {
    for (const name of [...this.#settings.keys()].filter((set) => !settings.has(set))) {
      await this.#reset(name);
    }
    if (database !== this.#database) {
      await this.query(`USE ${quoteIdentifier(toByteString(database))}`, 'TabSeparated');
      this.#database = database;
    }
    const changed = [...settings].filter(([name, value]) => this.#settings.get(name) !== value);
    if (changed.length > 0) {
      await this.#set(changed);
    }
  }

  async #set(changed: ReadonlyArray<[name: string, value: string]>): Promise<void> {
    const list = changed.map(([name, value]) => `${name} = ${quoteString(toByteString(value))}`);
    try {
      await this.query(`SET ${list.join(', ')}`, 'TabSeparated');
    } catch (error) {
      // Those before the refused one may be set.
      this.spoiled = true;
      throw error;
    }
    for (const [name, value] of changed) {
      this.#settings.set(name, value);
      this.spoiled ||= CONTAGIOUS.has(name);
    }
  }

  async #reset(name: string): Promise<void> {
    const baseline = this.#baseline.get(name);
    try {
      const value = baseline === undefined ? 'DEFAULT' : quoteString(baseline);
      await this.query(`SET ${name} = ${value}`, 'TabSeparated');
      this.#settings.delete(name);
    } catch (error) {
      this.spoiled = true;
      throw error;
    }
  }

  /**
   * Runs one statement and answers with its output.
   *
   * @param sql byte string; the caller has made sure that it is a single statement
   * @throws ClickHouseException
   */
  async query(
    sql: string,
    format: string,
  ): Promise<{ output: Uint8Array; statistics: QueryStatistics }> {
    try {
      const result = await this.#session.queryAsync(fromByteString(sql), { format });
      return {
        output: result.bytes(),
        statistics: {
          elapsedNs: Math.round(result.elapsed * 1e9),
          readRows: result.rowsRead,
          readBytes: result.bytesRead,
          writtenRows: 0,
          writtenBytes: 0,
        },
      };
    } catch (error) {
      throw exceptionFrom(error);
    }
  }

  /** The values of a query's only column, for the adapter's own questions. Blocks. */
  list(sql: string): string[] {
    return this.#session
      .query(sql, 'TabSeparated')
      .split('\n')
      .filter((line) => line !== '');
  }

  /**
   * Runs an INSERT … SELECT. The package's public calls do not tell how many rows were written; the
   * native one for inserts does, and takes a statement without data as well.
   *
   * @throws ClickHouseException
   */
  async insert(sql: string): Promise<QueryStatistics> {
    try {
      const connection = this.#session.connection;
      const result = await insertRaw(connection, fromByteString(sql), Buffer.alloc(0), false);
      return {
        elapsedNs: Math.round(result.elapsed * 1e9),
        readRows: result.rowsWritten,
        readBytes: result.bytesWritten,
        writtenRows: result.rowsWritten,
        writtenBytes: result.bytesWritten,
      };
    } catch (error) {
      throw exceptionFrom(error);
    }
  }

  /**
   * Must run after every failure: the engine keeps the output of a query that failed half-way and
   * would send it with the next query's. Spoils the session when it cannot be got clean.
   */
  async recover(): Promise<void> {
    for (let attempt = 0; attempt < 2 && !this.spoiled; attempt += 1) {
      try {
        const { output } = await this.query("SELECT 'clean'", 'TabSeparated');
        if (Buffer.from(output).toString() === 'clean\n') {
          return;
        }
      } catch {
        // A setting of the request, such as a limit, can forbid even this query.
        break;
      }
    }
    this.spoiled = true;
  }

  /** Closes the connection. Only while no query runs on it: the engine would abort. */
  close(): void {
    this.#session.close();
  }
}

type InsertRaw = (
  connection: unknown,
  sql: string,
  data: Buffer,
  countLines: boolean,
) => Promise<{ elapsed: number; rowsWritten: number; bytesWritten: number }>;

const insertRaw = loadInsertRaw();

function loadInsertRaw(): InsertRaw {
  const require = createRequire(import.meta.url);
  const packageDir = dirname(require.resolve('chdb/package.json'));
  const { loadNative } = require(join(packageDir, 'dist', 'loader.js')) as {
    loadNative: () => { InsertRawAsyncConnection?: InsertRaw };
  };
  const call = loadNative().InsertRawAsyncConnection;
  if (call === undefined) {
    throw new Error('This version of chdb has no InsertRawAsyncConnection');
  }
  return call;
}
