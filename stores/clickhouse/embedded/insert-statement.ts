import { exception } from './exception.ts';
import { quoteIdentifier, quoteString } from './sql-lexer.ts';
import type { InsertHead } from './statement.ts';
import { aliasedColumn, fileStructure, type TableColumn } from './table-columns.ts';

/** Formats in which every row has every column. */
const FIXED_FORMATS = /^(RowBinary|Native|JSONCompactEachRow|Parquet|Arrow|ArrowStream|ORC)$/i;

/**
 * Rewrites an INSERT with data into one that selects from a file with the same data. The engine's
 * own way of reading data behind an INSERT breaks off at bytes that look like the end of a statement,
 * and would run what follows them as SQL.
 *
 * A column that is nothing but an ALIAS of another can be named as well and is stored as the other;
 * where both are named, the alias's values are left out. (A ClickHouse server refuses aliases.)
 *
 * @param columns the table's, as DESCRIBE gives them
 * @param file absolute path of the data
 * @param settings of this insert alone, as `name = value` pairs; empty for none
 * @throws ClickHouseException 16 for a column that the table has not
 */
export function insertFromFile(
  head: InsertHead,
  columns: readonly TableColumn[],
  file: string,
  settings: string,
): string {
  const given = chooseColumns(head, columns);
  const names = new Set(given.map(({ name }) => name));
  const stored = new Map<string, string>();
  for (const column of given) {
    const original = aliasedColumn(column);
    if (original === undefined) {
      stored.set(column.name, column.name);
    } else if (!names.has(original)) {
      stored.set(original, column.name);
    }
  }
  const structure = fileStructure(given, !FIXED_FORMATS.test(head.format));
  const source = [file, head.format, structure].map(quoteString).join(', ');
  // One thread, so that the rows make the same blocks, in the same order, each time they are sent.
  const all = ['max_threads = 1, max_insert_threads = 1', settings, head.settings];
  return [
    `INSERT INTO ${head.target} (${[...stored.keys()].map(quoteIdentifier).join(', ')})`,
    `SELECT ${[...stored.values()].map(quoteIdentifier).join(', ')} FROM file(${source})`,
    `SETTINGS ${all.filter((part) => part !== '').join(', ')}`,
  ].join(' ');
}

function chooseColumns(head: InsertHead, columns: readonly TableColumn[]): TableColumn[] {
  const wanted = head.columns;
  if (!Array.isArray(wanted)) {
    const except = new Set(wanted?.except);
    const insertable = columns.filter(({ defaultKind }) => /^(|DEFAULT)$/.test(defaultKind));
    return insertable.filter(({ name }) => !except.has(name));
  }
  const byName = new Map(columns.map((column) => [column.name, column]));
  return wanted.map((name) => {
    const column = byName.get(name);
    if (column === undefined) {
      throw exception('NO_SUCH_COLUMN_IN_TABLE', `No such column ${name} in table ${head.target}`);
    }
    return column;
  });
}
