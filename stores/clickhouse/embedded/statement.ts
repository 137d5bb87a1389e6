import { exception } from './exception.ts';
import { identifierName, type Token, tokenize } from './sql-lexer.ts';

/** What a query text asks for, as far as the adapter must treat it differently. */
export type Statement =
  /** Answers with rows; they can be sent to a file. `end` is where the statement's last token ends. */
  | { kind: 'rows'; end: number; format: FormatClause | undefined; readOnly: boolean }
  /** INSERT with data behind it (in the text, the body, or both). */
  | { kind: 'insert'; insert: InsertHead }
  /** INSERT … SELECT. */
  | { kind: 'insert-select'; end: number }
  /** SET and USE: they would change the session, and each HTTP request is a session of its own. */
  | { kind: 'session'; end: number }
  /** Everything else. `definition`: it may change what tables look like. */
  | { kind: 'command'; end: number; definition: boolean };

/** `FORMAT <name>` at the end of a query. */
export type FormatClause = { name: string; start: number };

/** `INSERT INTO <target> (<columns>) SETTINGS <settings> FORMAT <format>` and where its data begin. */
export type InsertHead = {
  /** As written: `events`, `db.events` or `` `db`.`events` ``. */
  target: string;
  /** Names in order; undefined: all that can be inserted; `except`: all but these. */
  columns: string[] | { except: string[] } | undefined;
  /** As written, without the word SETTINGS; empty when there are none. */
  settings: string;
  format: string;
  /** Offset of the first byte of data; the end of the text when all data are in the body. */
  dataStart: number;
};

const ROWS = new Set(['select', 'with', 'from', 'show', 'describe', 'desc', 'exists', 'explain']);
const ROWS_OF_WRITES = new Set(['kill', 'check']);
const DEFINITIONS = new Set(
  'create alter drop rename exchange attach detach truncate undrop replace restore'.split(' '),
);

/**
 * Functions and engines that reach files, programs or addresses of this machine. A ClickHouse server
 * keeps them inside a folder of its own; the embedded engine does not, and asks for no password.
 */
const FORBIDDEN = new Set(
  [
    'file filecluster filesystem executable executablepool url urlcluster eval sqlite python disk',
    'iceberglocal iceberglocalcluster deltalakelocal paimonlocal odbc jdbc filelog embeddedrocksdb',
  ]
    .join(' ')
    .split(' '),
);

/** How far behind an INSERT's target the data may begin; a longer column list is not believable. */
const INSERT_HEAD_TOKENS_MAX = 20_000;

/**
 * Reads a query text.
 *
 * @param sql byte string; for an INSERT with data it may stop anywhere behind FORMAT or VALUES
 * @param complete whether nothing follows; an incomplete text is only understood as an INSERT
 * @throws ClickHouseException for several statements in one text and for statements that are refused
 */
export function readStatement(sql: string, complete: boolean): Statement | undefined {
  const insert = readInsertHead(sql);
  if (insert !== undefined) {
    refuseForbidden([...tokenize(sql.slice(0, insert.dataStart))]);
    return { kind: 'insert', insert };
  }
  if (!complete) {
    return undefined;
  }
  const tokens = singleStatement(sql);
  refuseForbidden(tokens);
  const first = keyword(tokens[0]);
  const end = tokens.at(-1)?.end ?? 0;
  if (first === 'insert') {
    return { kind: 'insert-select', end };
  }
  if (first === 'set' || first === 'use') {
    return { kind: 'session', end };
  }
  if (first === '(' || ROWS.has(first) || ROWS_OF_WRITES.has(first)) {
    const readOnly = !ROWS_OF_WRITES.has(first);
    return { kind: 'rows', end, format: readFormatClause(tokens), readOnly };
  }
  return { kind: 'command', end, definition: DEFINITIONS.has(first) };
}

/** The lower-case text of a word or symbol; empty for anything else, so that it never matches. */
function keyword(token: Token | undefined): string {
  return token?.kind === 'word' || token?.kind === 'symbol' ? token.text.toLowerCase() : '';
}

function singleStatement(sql: string): Token[] {
  const tokens = [...tokenize(sql)];
  const end = tokens.findIndex((token) => keyword(token) === ';');
  if (end < 0) {
    return tokens;
  }
  const behind = tokens.slice(end).find((token) => keyword(token) !== ';');
  if (behind !== undefined) {
    throw exception(
      'SYNTAX_ERROR',
      `Syntax error (Multi-statements are not allowed): failed at position ${behind.start + 1}`,
    );
  }
  return tokens.slice(0, end);
}

function refuseForbidden(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const next = keyword(tokens[index + 1]);
    const name = token.kind === 'quoted' ? identifierName(token).toLowerCase() : keyword(token);
    if (next === '(' && FORBIDDEN.has(name)) {
      throw exception('DATABASE_ACCESS_DENIED', `Function ${name} is not available here`);
    }
    if (name === 'into' && next === 'outfile') {
      throw exception('INTO_OUTFILE_NOT_ALLOWED', 'INTO OUTFILE is not allowed');
    }
    if (name === 'from' && next === 'infile') {
      throw exception('UNKNOWN_TYPE_OF_QUERY', 'Query has infile and was send directly to server');
    }
  }
  const [first, second, third, fourth] = tokens.slice(0, 4).map(keyword);
  if (first === 'create' && [second, third, fourth].includes('temporary')) {
    throw exception('NOT_IMPLEMENTED', 'There are no sessions, hence no temporary tables');
  }
  if (first === 'system' && ['shutdown', 'kill', 'suspend'].includes(second ?? '')) {
    throw exception('ACCESS_DENIED', `SYSTEM ${second?.toUpperCase()} is not allowed`);
  }
}

/** What may follow the word `format` where it is a column's name and not the clause. */
const NOT_A_FORMAT = new Set(['asc', 'desc', 'from', 'where', 'end', 'nulls', 'limit', 'settings']);

/** Finds `… FORMAT <name> [SETTINGS …]` at the end of a query. */
function readFormatClause(tokens: readonly Token[]): FormatClause | undefined {
  let depth = 0;
  for (let index = tokens.length - 2; index > 0; index -= 1) {
    const text = keyword(tokens[index]);
    if (text === ')' || text === ']') {
      depth += 1;
    } else if (text === '(' || text === '[') {
      depth -= 1;
    }
    const [clause, name, after] = tokens.slice(index, index + 3);
    if (depth === 0 && text === 'format' && clause !== undefined && name?.kind === 'word') {
      const last = after === undefined || keyword(after) === 'settings';
      return last && !NOT_A_FORMAT.has(keyword(name))
        ? { name: name.text, start: clause.start }
        : undefined;
    }
  }
  return undefined;
}

/** Reads an INSERT up to its data; undefined when it is something else, or not all there yet. */
function readInsertHead(sql: string): InsertHead | undefined {
  const cursor = new TokenCursor(sql);
  if (!cursor.take('insert') || !cursor.take('into')) {
    return undefined;
  }
  cursor.take('table');
  const target = cursor.takeName();
  if (target === undefined) {
    return undefined;
  }
  const columns = cursor.peek() === '(' ? cursor.takeColumns() : undefined;
  if (columns === null) {
    return undefined;
  }
  let settings = cursor.takeSettings();
  if (cursor.take('values')) {
    return { target, columns, settings, format: 'Values', dataStart: cursor.lastEnd };
  }
  if (!cursor.take('format')) {
    return undefined;
  }
  const format = cursor.takeWord();
  if (format === undefined) {
    return undefined;
  }
  settings = [settings, cursor.takeSettings()].filter((part) => part !== '').join(', ');
  if (sql.charAt(cursor.lastEnd) === ';') {
    throw exception('SYNTAX_ERROR', "You have excessive ';' symbol before data for INSERT");
  }
  const blank = /[ \t\f]*\r?\n?/y;
  blank.lastIndex = cursor.lastEnd;
  blank.exec(sql);
  return { target, columns, settings, format, dataStart: blank.lastIndex };
}

/** Walks over the tokens of an INSERT's head, reading no further than it must. */
class TokenCursor {
  /** Where the last token that was taken ends. */
  lastEnd = 0;
  readonly #sql: string;
  readonly #tokens: Generator<Token, void, undefined>;
  #next: Token | undefined;
  #taken = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = tokenize(sql);
    this.#next = this.#read();
  }

  peek(): string {
    return keyword(this.#next);
  }

  /** Takes the next token if it is this word or symbol. */
  take(text: string): boolean {
    if (this.peek() !== text) {
      return false;
    }
    this.#advance();
    return true;
  }

  takeWord(): string | undefined {
    return this.#next?.kind === 'word' ? this.#advance() : undefined;
  }

  /** `name`, `db.name`, quoted or not, or `{parameter:Identifier}` in place of either. */
  takeName(): string | undefined {
    const start = this.#next?.start;
    do {
      if (this.take('{')) {
        while (this.#next !== undefined && !this.take('}')) {
          this.#advance();
        }
      } else if (this.#next?.kind === 'word' || this.#next?.kind === 'quoted') {
        this.#advance();
      } else {
        return undefined;
      }
    } while (this.take('.'));
    return start === undefined ? undefined : this.#sql.slice(start, this.lastEnd);
  }

  /** `(a, b)`, `(*)` or `(* EXCEPT (a, b))`; null when it is none of them or has no end. */
  takeColumns(): InsertHead['columns'] | null {
    this.take('(');
    if (this.take('*')) {
      const except = this.take('except') && this.take('(') ? this.#takeNames() : [];
      return except !== null && this.take(')') ? { except } : null;
    }
    return this.#takeNames();
  }

  #takeNames(): string[] | null {
    const names: string[] = [];
    do {
      let name = '';
      do {
        if (this.#next?.kind !== 'word' && this.#next?.kind !== 'quoted') {
          return null;
        }
        name += (name === '' ? '' : '.') + identifierName(this.#next);
        this.#advance();
      } while (this.take('.'));
      names.push(name);
    } while (this.take(','));
    return this.take(')') ? names : null;
  }

  /** The text behind SETTINGS; empty without one. */
  takeSettings(): string {
    if (!this.take('settings')) {
      return '';
    }
    const start = this.#next?.start ?? this.lastEnd;
    do {
      this.takeWord();
      this.take('=');
      if (this.#next?.kind === 'symbol' && /[-+]/.test(this.#next.text)) {
        this.#advance();
      }
      this.#advance();
      // A number with a point is three tokens here.
      while (this.take('.')) {
        this.#advance();
      }
    } while (this.take(','));
    return this.#sql.slice(start, this.lastEnd);
  }

  #advance(): string {
    const text = this.#next?.text ?? '';
    this.lastEnd = this.#next?.end ?? this.lastEnd;
    this.#next = this.#read();
    return text;
  }

  #read(): Token | undefined {
    this.#taken += 1;
    if (this.#taken > INSERT_HEAD_TOKENS_MAX) {
      return undefined;
    }
    const next = this.#tokens.next();
    return next.done === true ? undefined : next.value;
  }
}
