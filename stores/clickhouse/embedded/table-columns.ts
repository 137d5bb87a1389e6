import type { EngineSession } from './engine-session.ts';
import { quoteIdentifier, tokenize } from './sql-lexer.ts';

/** One line of DESCRIBE TABLE; all byte strings. */
export type TableColumn = {
  name: string;
  type: string;
  /** '', DEFAULT, MATERIALIZED, ALIAS or EPHEMERAL. */
  defaultKind: string;
  defaultExpression: string;
};

const TABLES_MAX = 1000;

/**
 * Remembers what tables look like. All queries come through this process, so it is enough to forget
 * everything when one of them may have changed a table.
 */
export class TableColumns {
  readonly #known = new Map<string, readonly TableColumn[]>();

  /**
   * @param target the table as written in the INSERT
   * @param database what an unqualified name is looked up in
   * @throws ClickHouseException when there is no such table
   */
  async of(
    session: EngineSession,
    database: string,
    target: string,
  ): Promise<readonly TableColumn[]> {
    const key = `${database}\0${target}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const { output } = await session.query(`DESCRIBE TABLE ${target}`, 'JSONCompactEachRow');
    const columns = Buffer.from(output)
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => readColumn(JSON.parse(line) as string[]));
    if (this.#known.size >= TABLES_MAX) {
      this.#known.clear();
    }
    this.#known.set(key, columns);
    return columns;
  }

  forget(): void {
    this.#known.clear();
  }
}

function readColumn([name = '', type = '', kind = '', expression = '']: string[]): TableColumn {
  return { name, type, defaultKind: kind, defaultExpression: expression };
}

/** A type without its LowCardinality wrappers, inner ones included; reading rows is twice as fast. */
export function withoutLowCardinality(type: string): string {
  const marker = 'LowCardinality(';
  const start = type.indexOf(marker);
  if (start < 0) {
    return type;
  }
  let depth = 1;
  let end = start + marker.length;
  while (depth > 0 && end < type.length) {
    depth += type.charAt(end) === '(' ? 1 : type.charAt(end) === ')' ? -1 : 0;
    end += 1;
  }
  const inner = type.slice(start + marker.length, end - 1);
  return withoutLowCardinality(type.slice(0, start) + inner + type.slice(end));
}

/** Whether an ALIAS is nothing but another column's second name; then that column's name. */
export function aliasedColumn(column: TableColumn): string | undefined {
  const [word, ...more] = tokenize(column.defaultExpression);
  return column.defaultKind === 'ALIAS' && more.length === 0 && word?.kind === 'word'
    ? word.text
    : undefined;
}

/**
 * The structure argument of `file()` for some columns of a table: `` `a` UInt8, `b` String DEFAULT … ``.
 *
 * @param withDefaults whether rows may leave columns out; then the table's defaults are needed
 */
export function fileStructure(columns: readonly TableColumn[], withDefaults: boolean): string {
  const names = new Set(columns.map(({ name }) => name));
  return columns
    .map((column) => {
      const declared = `${quoteIdentifier(column.name)} ${withoutLowCardinality(column.type)}`;
      return withDefaults && column.defaultKind === 'DEFAULT' && isSelfContained(column, names)
        ? `${declared} DEFAULT ${column.defaultExpression}`
        : declared;
    })
    .join(', ');
}

/** Whether a default needs no columns but those that are there; a function's name is no column. */
function isSelfContained(column: TableColumn, names: ReadonlySet<string>): boolean {
  const tokens = [...tokenize(column.defaultExpression)];
  return tokens.every((token, index) => {
    const isName = token.kind === 'quoted' || (token.kind === 'word' && !/^\d/.test(token.text));
    return !isName || names.has(token.text) || tokens[index + 1]?.text === '(';
  });
}
