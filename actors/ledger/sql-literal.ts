/**
 * A value as a literal of ClickHouse's SQL. In its string literals only the backslash and the quote
 * have a meaning, and a backslash before either takes it away
 * (https://clickhouse.com/docs/sql-reference/syntax#string).
 */
export function sqlLiteral(value: unknown): string {
  if (typeof value === 'string') return `'${value.replace(/[\\']/g, '\\$&')}'`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return `[${value.map(sqlLiteral).join(', ')}]`;
  if (typeof value === 'object') {
    return `map(${Object.entries(value).flat().map(sqlLiteral).join(', ')})`;
  }
  throw new Error(`There is no SQL literal for a ${typeof value}`);
}

/** @param type the element's: an empty or all-NULL array has none of its own */
export function arrayLiteral(values: unknown[], type: string): string {
  return `CAST(${sqlLiteral(values)}, ${sqlLiteral(`Array(${type})`)})`;
}
