/**
 * Inverts a square matrix by Gauss-Jordan elimination with partial pivoting.
 *
 * @param matrix rows of finite numbers
 * @throws Error when it is singular
 */
export function invert(matrix: ReadonlyArray<readonly number[]>): Float64Array[] {
  const size = matrix.length;
  // [matrix | identity]; when the left half is the identity, the right half is the inverse.
  const rows = matrix.map((row, index) => {
    const extended = new Float64Array(2 * size);
    extended.set(row);
    extended[size + index] = 1;
    return extended;
  });
  for (let column = 0; column < size; column++) {
    const pivotRow = takePivot(rows, column);
    for (const row of rows) {
      if (row !== pivotRow) subtract(row, pivotRow, row[column] ?? 0, column);
    }
  }
  return rows.map((row) => row.slice(size));
}

/** Moves the row with the largest element of the column to its place and divides it by the element. */
function takePivot(rows: Float64Array[], column: number): Float64Array {
  let best = column;
  for (let index = column + 1; index < rows.length; index++) {
    if (Math.abs(rows[index]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = index;
  }
  const chosen = rows[best];
  const replaced = rows[column];
  const pivot = chosen?.[column] ?? 0;
  if (chosen === undefined || replaced === undefined || pivot === 0) {
    throw new Error('The matrix is singular');
  }
  rows[best] = replaced;
  rows[column] = chosen;
  for (let index = 0; index < chosen.length; index++) {
    chosen[index] = (chosen[index] ?? 0) / pivot;
  }
  return chosen;
}

function subtract(row: Float64Array, other: Float64Array, factor: number, from: number): void {
  if (factor === 0) return;
  for (let index = from; index < row.length; index++) {
    row[index] = (row[index] ?? 0) - factor * (other[index] ?? 0);
  }
}
