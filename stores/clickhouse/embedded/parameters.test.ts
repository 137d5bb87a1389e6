import { expect, test } from 'vitest';
import { substituteParameters } from './parameters.ts';

const substitute = (sql: string, values: Record<string, string>) =>
  substituteParameters(sql, new Map(Object.entries(values)));

test('a value becomes a literal of its type', () => {
  expect(substitute('SELECT {s:String}', { s: "it's \\\\ \\t" })).toBe("SELECT 'it\\'s \\\\ \t'");
  expect(substitute('LIMIT {n:UInt8}', { n: '5' })).toBe("LIMIT _CAST(5, 'UInt8')");
  expect(substitute('{n:UInt8}', { n: '5) OR (1' })).toBe("_CAST('5) OR (1', 'UInt8')");
  expect(substitute("{t:DateTime64(3, 'UTC')}", { t: '1' })).toBe(
    "_CAST('1', 'DateTime64(3, \\'UTC\\')')",
  );
  expect(substitute('{x:Nullable(String)}', { x: '\\N' })).toBe("_CAST(NULL, 'Nullable(String)')");
  expect(substitute('FROM {t:Identifier}', { t: 'a`; DROP' })).toBe('FROM `a\\`; DROP`');
});

test('strings, comments and quoted names keep what looks like a placeholder', () => {
  const sql = "SELECT '{a:String}', `{a:String}` -- {a:String}\n/* {a:String} */ , $${a:String}$$";
  expect(substitute(sql, { a: 'x' })).toBe(sql);
});

test('a map literal is no placeholder, and a placeholder without a value stays', () => {
  const sql = "SELECT {'a': 1}, {b : String}, {c:String}";
  expect(substitute(sql, { b: 'x', a: 'y' })).toBe("SELECT {'a': 1}, 'x', {c:String}");
});
