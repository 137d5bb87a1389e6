import { quoteIdentifier, quoteString, type Token, toByteString, tokenize } from './sql-lexer.ts';

/**
 * Puts the values of `{name:Type}` placeholders into a query, as the server does: as a literal that
 * is cast to the type, so that a value can never become SQL. Strings, comments and quoted names
 * are left alone. A placeholder without a value stays, and the engine reports it (code 456).
 *
 * @param sql byte string
 * @param values by name, as they came in `param_<name>`: text escaped as in TabSeparated
 */
export function substituteParameters(sql: string, values: ReadonlyMap<string, string>): string {
  if (values.size === 0) {
    return sql;
  }
  let result = '';
  let copied = 0;
  for (const placeholder of findPlaceholders(sql)) {
    const value = values.get(placeholder.name);
    if (value !== undefined) {
      result += sql.slice(copied, placeholder.start);
      result += literal(toByteString(value), placeholder.type);
      copied = placeholder.end;
    }
  }
  return result + sql.slice(copied);
}

type Placeholder = { name: string; type: string; start: number; end: number };

function* findPlaceholders(sql: string): Generator<Placeholder, void, undefined> {
  let open: Token[] = [];
  for (const token of tokenize(sql)) {
    if (token.text === '{' && token.kind === 'symbol') {
      open = [token];
      continue;
    }
    if (open.length === 0) {
      continue;
    }
    open.push(token);
    const [brace, name, colon] = open;
    const impossible =
      (open.length === 2 && token.kind !== 'word') || (open.length === 3 && token.text !== ':');
    if (impossible || brace === undefined) {
      open = [];
    } else if (token.text === '}' && token.kind === 'symbol') {
      if (open.length > 4 && name !== undefined && colon !== undefined) {
        const type = sql.slice(colon.end, token.start).trim();
        yield { name: name.text, type, start: brace.start, end: token.end };
      }
      open = [];
    }
  }
}

const NUMERIC = /^(U?Int(8|16|32|64)|Float(32|64))$/;
const PLAIN_NUMBER = /^-?\d{1,18}(\.\d{1,12})?$/;
/** Types whose text is escaped as in TabSeparated; all others are read from it as they are. */
const ESCAPED = /^((LowCardinality|Nullable)\()*(String|FixedString|Enum8|Enum16)\b/;
const NULLABLE = /^(LowCardinality\()?Nullable\(/;

function literal(value: string, type: string): string {
  if (type === 'Identifier') {
    return quoteIdentifier(value);
  }
  if (NULLABLE.test(type) && value === '\\N') {
    return `_CAST(NULL, ${quoteString(type)})`;
  }
  if (type === 'String') {
    return quoteString(unescapeTsv(value));
  }
  if (NUMERIC.test(type) && PLAIN_NUMBER.test(value)) {
    return `_CAST(${value}, ${quoteString(type)})`;
  }
  if (type.includes('Map(')) {
    // Text cannot be cast to a Map, but the format that parameters are written in can hold one.
    const structure = quoteString(`value ${type}`);
    return `(SELECT value FROM format(TabSeparated, ${structure}, ${quoteString(value)}))`;
  }
  const text = ESCAPED.test(type) ? unescapeTsv(value) : value;
  return `_CAST(${quoteString(text)}, ${quoteString(type)})`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
};

/** Undoes the escapes of TabSeparated. */
function unescapeTsv(value: string): string {
  return value.replace(/\\([\s\S])/g, (_whole, byte: string) => ESCAPES[byte] ?? byte);
}
