/**
 * ClickHouse's lexer, as far as it matters here: where strings, quoted identifiers, comments and
 * heredocs begin and end. It must agree with the engine's own (src/Parsers/Lexer.cpp), because the
 * engine would run every statement of a text that holds several, and only this one is asked before.
 *
 * All SQL in this folder is a *byte string*: one UTF-16 unit per byte (`latin1`), so that offsets
 * count bytes and data behind an INSERT survives whatever its encoding.
 */

export type Token = {
  kind: 'word' | 'quoted' | 'string' | 'heredoc' | 'symbol' | 'broken';
  /** Offset of the first byte. */
  start: number;
  /** Offset after the last byte. */
  end: number;
  /** The token as written. */
  text: string;
};

const SPACE = /[ \t\n\r\f\v]/;
const WORD_START = /[A-Za-z0-9_$]/;
const WORD = /[A-Za-z0-9_$]*/y;
/** Typographic quotes count as quotes; these are the UTF-8 bytes of ‘ ’ “ ”. */
const TYPOGRAPHIC: ReadonlyArray<readonly [open: string, close: string, kind: Token['kind']]> = [
  ['\xe2\x80\x98', '\xe2\x80\x99', 'string'],
  ['\xe2\x80\x9c', '\xe2\x80\x9d', 'quoted'],
];

/** Turns text into a byte string. */
export function toByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Turns a byte string back into text; bytes that are not UTF-8 become U+FFFD. */
export function fromByteString(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * The tokens of a byte string without spaces and comments. A token that does not end (an open
 * quote or comment) is `broken` and reaches to the end of the text.
 */
export function* tokenize(sql: string, from = 0): Generator<Token, void, undefined> {
  let position = from;
  while (position < sql.length) {
    const skipped = skipBlank(sql, position);
    if (skipped > sql.length) {
      yield tokenAt(sql, 'broken', position, sql.length);
      return;
    }
    if (skipped > position) {
      position = skipped;
      continue;
    }
    const token = readToken(sql, position);
    yield token;
    position = token.end;
  }
}

function tokenAt(sql: string, kind: Token['kind'], start: number, end: number): Token {
  return { kind, start, end, text: sql.slice(start, end) };
}

/** Where the space or comment at `position` ends; beyond the text when the comment does not end. */
function skipBlank(sql: string, position: number): number {
  if (SPACE.test(sql.charAt(position))) {
    return position + 1;
  }
  const two = sql.slice(position, position + 2);
  if (two === '--' || two === '//' || two === '# ' || two === '#!') {
    const newline = sql.indexOf('\n', position);
    return newline < 0 ? sql.length : newline;
  }
  return two === '/*' ? skipNestedComment(sql, position) : position;
}

function skipNestedComment(sql: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position + 2 <= sql.length) {
    const two = sql.slice(position, position + 2);
    if (two === '/*') {
      depth += 1;
      position += 2;
    } else if (two === '*/') {
      depth -= 1;
      position += 2;
      if (depth === 0) {
        return position;
      }
    } else {
      position += 1;
    }
  }
  return sql.length + 1;
}

function readToken(sql: string, start: number): Token {
  const first = sql.charAt(start);
  if (first === "'") {
    return readQuoted(sql, start, 'string');
  }
  if (first === '"' || first === '`') {
    return readQuoted(sql, start, 'quoted');
  }
  for (const [open, close, kind] of TYPOGRAPHIC) {
    if (sql.startsWith(open, start)) {
      const end = sql.indexOf(close, start + open.length);
      return end < 0
        ? tokenAt(sql, 'broken', start, sql.length)
        : tokenAt(sql, kind, start, end + close.length);
    }
  }
  if (first === '$') {
    const heredoc = readHeredoc(sql, start);
    if (heredoc !== undefined) {
      return heredoc;
    }
  }
  if (WORD_START.test(first)) {
    WORD.lastIndex = start;
    WORD.exec(sql);
    return tokenAt(sql, 'word', start, WORD.lastIndex);
  }
  return tokenAt(sql, 'symbol', start, start + 1);
}

/** Inside quotes a backslash escapes any byte, and a doubled quote is one quote. */
function readQuoted(sql: string, start: number, kind: 'string' | 'quoted'): Token {
  const quote = sql.charAt(start);
  for (let position = start + 1; position < sql.length; position += 1) {
    const byte = sql.charAt(position);
    if (byte === '\\') {
      position += 1;
    } else if (byte === quote) {
      if (sql.charAt(position + 1) !== quote) {
        return tokenAt(sql, kind, start, position + 1);
      }
      position += 1;
    }
  }
  return tokenAt(sql, 'broken', start, sql.length);
}

function readHeredoc(sql: string, start: number): Token | undefined {
  const nameEnd = sql.indexOf('$', start + 1);
  if (nameEnd < 0) {
    return undefined;
  }
  const tag = sql.slice(start, nameEnd + 1);
  const end = sql.indexOf(tag, nameEnd + 1);
  return end < 0 ? undefined : tokenAt(sql, 'heredoc', start, end + tag.length);
}

/** The name that an identifier token stands for, without its quotes. */
export function identifierName(token: Token): string {
  if (token.kind !== 'quoted') {
    return token.text;
  }
  const quote = token.text.charAt(0);
  if (quote === '\xe2') {
    return token.text.slice(3, -3);
  }
  return token.text
    .slice(1, -1)
    .replace(/\\([\s\S])|(["`])\2/g, (_whole, escaped: string | undefined, doubled: string) => {
      return escaped ?? doubled;
    });
}

/** Quotes a name so that it can only be read as that one identifier. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, (byte) => `\\${byte}`)}\``;
}

/** Quotes a value so that it can only be read as that one string. */
export function quoteString(value: string): string {
  return `'${value.replace(/[\\']/g, (byte) => `\\${byte}`)}'`;
}
