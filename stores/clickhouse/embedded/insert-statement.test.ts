import { expect, test } from 'vitest';
import { insertFromFile } from './insert-statement.ts';
import type { InsertHead } from './statement.ts';
import { fileStructure, type TableColumn, withoutLowCardinality } from './table-columns.ts';

const column = (name: string, type: string, kind = '', expression = ''): TableColumn => ({
  name,
  type,
  defaultKind: kind,
  defaultExpression: expression,
});
const columns = [
  column('a', 'LowCardinality(Nullable(String))'),
  column('time', "DateTime64(3, 'UTC')", 'DEFAULT', 'now64(3)'),
  column('copy', 'String', 'DEFAULT', 'lower(a)'),
  column('made', 'UInt8', 'MATERIALIZED', '1'),
  column('timestamp', "DateTime64(3, 'UTC')", 'ALIAS', 'time'),
];
const head = (changes: Partial<InsertHead>): InsertHead => ({
  target: 'db.t',
  columns: undefined,
  settings: '',
  format: 'JSONEachRow',
  dataStart: 0,
  ...changes,
});
const rewrite = (changes: Partial<InsertHead>, settings = '') =>
  insertFromFile(head(changes), columns, '/f', settings);

test('LowCardinality is taken off at every depth', () => {
  expect(withoutLowCardinality('Map(LowCardinality(String), Array(LowCardinality(String)))')).toBe(
    'Map(String, Array(String))',
  );
});

test('without a list, all columns that can be stored are read, with their defaults', () => {
  expect(rewrite({})).toBe(
    "INSERT INTO db.t (`a`, `time`, `copy`) SELECT `a`, `time`, `copy` FROM file('/f', " +
      "'JSONEachRow', '`a` Nullable(String), `time` DateTime64(3, \\'UTC\\') DEFAULT now64(3), " +
      "`copy` String DEFAULT lower(a)') SETTINGS max_threads = 1, max_insert_threads = 1",
  );
});

test('a default that needs a column which is not given is left to the table', () => {
  expect(fileStructure(columns.slice(2, 3), true)).toBe('`copy` String');
});

test('a plain alias is stored as the column it names, unless that one is given as well', () => {
  expect(rewrite({ columns: ['a', 'timestamp'], format: 'RowBinary' })).toContain(
    'INSERT INTO db.t (`a`, `time`) SELECT `a`, `timestamp` FROM',
  );
  expect(rewrite({ columns: ['time', 'timestamp'], format: 'RowBinary' })).toContain(
    'INSERT INTO db.t (`time`) SELECT `time` FROM',
  );
});

test('settings of the request and of the statement both apply', () => {
  expect(rewrite({ settings: 'x = 1' }, "insert_deduplication_token = 't'")).toMatch(
    /SETTINGS max_threads = 1, max_insert_threads = 1, insert_deduplication_token = 't', x = 1$/,
  );
});

test('a column that the table has not is an error with the server’s number', () => {
  expect(() => rewrite({ columns: ['nope'] })).toThrow('Code: 16. DB::Exception: No such column');
});
