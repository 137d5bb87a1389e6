/** SQLSTATE of the refusals that a caller can explain to whoever asked. */
const CONSTRAINT_CODES = {
  unique: '23505',
  foreignKey: '23503',
  check: '23514',
} as const;

/** Whether PostgreSQL refused a row because of a constraint of this kind. */
export function isConstraint(error: unknown, kind: keyof typeof CONSTRAINT_CODES): boolean {
  return error instanceof Error && 'code' in error && error.code === CONSTRAINT_CODES[kind];
}

/** The row that an INSERT … RETURNING of one row returns. */
export function onlyRow<T>(rows: T[]): T {
  const row = rows[0];
  if (row === undefined) {
    throw new Error('PostgreSQL returned no row for one that it inserted');
  }
  return row;
}
