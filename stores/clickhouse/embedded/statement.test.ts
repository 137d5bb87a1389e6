import { describe, expect, test } from 'vitest';
import { readStatement } from './statement.ts';

const read = (sql: string) => readStatement(sql, true);

describe('readStatement', () => {
  test('refuses a second statement but not a semicolon at the end', () => {
    expect(read('SELECT 1; -- done\n;')).toMatchObject({ kind: 'rows', end: 8 });
    expect(() => read('SELECT 1; SELECT 2')).toThrow('Multi-statements are not allowed');
    expect(() => read('SELECT 1 /* ; */; DROP TABLE x')).toThrow('Multi-statements');
  });

  test('finds the FORMAT clause only where it is one', () => {
    const format = (sql: string) => {
      const statement = read(sql);
      return statement?.kind === 'rows' ? statement.format?.name : undefined;
    };
    expect(format('SELECT 1 FORMAT JSON')).toBe('JSON');
    expect(format('select 1 format CSV settings max_threads = 1')).toBe('CSV');
    expect(format('SELECT format FROM t')).toBeUndefined();
    expect(format('SELECT a FROM t ORDER BY format DESC')).toBeUndefined();
    expect(format("SELECT 'x FORMAT CSV'")).toBeUndefined();
    expect(format('SELECT * FROM (SELECT 1 FORMAT JSON)')).toBeUndefined();
  });

  test('knows which statements only read', () => {
    const readOnly = (sql: string) => {
      const statement = read(sql);
      return statement?.kind === 'rows' && statement.readOnly;
    };
    for (const sql of ['SELECT 1', '(SELECT 1)', 'WITH 1 AS x SELECT x', 'SHOW TABLES', 'DESC t']) {
      expect(readOnly(sql)).toBe(true);
    }
    for (const sql of ['DROP TABLE t', 'KILL QUERY WHERE 1', 'ALTER TABLE t DELETE WHERE 1']) {
      expect(readOnly(sql)).toBe(false);
    }
  });

  test('reads the head of an INSERT and where its data begin', () => {
    const sql =
      'INSERT INTO db.t (a, `b c`, n.x) SETTINGS x = 1, y = -2.5 FORMAT CSV \r\nDATA; more';
    const statement = readStatement(sql, false);
    expect(statement).toEqual({
      kind: 'insert',
      insert: {
        target: 'db.t',
        columns: ['a', 'b c', 'n.x'],
        settings: 'x = 1, y = -2.5',
        format: 'CSV',
        dataStart: sql.indexOf('DATA'),
      },
    });
    expect(readStatement('insert into table t values (1)', false)).toMatchObject({
      insert: { target: 't', columns: undefined, format: 'Values', dataStart: 26 },
    });
    expect(readStatement('INSERT INTO t (* EXCEPT (a, b)) FORMAT TSV', false)).toMatchObject({
      insert: { columns: { except: ['a', 'b'] } },
    });
    expect(readStatement('INSERT INTO {t:Identifier} FORMAT TSV', false)).toMatchObject({
      insert: { target: '{t:Identifier}' },
    });
  });

  test('waits for the rest of an INSERT that is not all there', () => {
    for (const sql of ['INSERT', 'INSERT INTO t', 'INSERT INTO t (a', 'INSERT INTO t FORMAT']) {
      expect(readStatement(sql, false)).toBeUndefined();
    }
    expect(read('INSERT INTO t SELECT 1')).toMatchObject({ kind: 'insert-select' });
  });

  test('refuses whatever reaches files, programs or addresses of the machine', () => {
    for (const sql of [
      "SELECT * FROM file('/etc/passwd', 'LineAsString')",
      "SELECT `file` /* */ ('/etc/passwd')",
      "SELECT * FROM URL('file:///etc/passwd')",
      "INSERT INTO t SELECT * FROM executable('id', TSV, 's String')",
      'CREATE TABLE x (a Int8) ENGINE = File(CSV)',
      "CREATE DICTIONARY d (a Int8) SOURCE(FILE(path '/etc/passwd'))",
      "SELECT 1 INTO OUTFILE '/tmp/x'",
      "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV",
      'CREATE TEMPORARY TABLE t (a Int8)',
      'SYSTEM SHUTDOWN',
    ]) {
      expect(() => read(sql), sql).toThrow(/DB::Exception/);
    }
    expect(read('SELECT url, file FROM t WHERE file IN (1)')).toMatchObject({ kind: 'rows' });
  });
});
