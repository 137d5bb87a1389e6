/** Rows of a choice table have so many slots; a weight below 1/1024 of the sum may get none. */
const SLOTS = 1_024;

/**
 * The SQL of a weighted choice: one byte per slot, so that looking up a slot is all it takes.
 *
 * @param rows weights of the same up to 255 things, one list per row of the table
 * @param row SQL of the row's number, from 0
 * @param random SQL of a random number, of which the lowest 10 bits are used
 * @returns SQL of the chosen thing's number, from 1, as arrays count
 */
export function chooseSql(
  rows: ReadonlyArray<readonly number[]>,
  row: string,
  random: string,
): string {
  const bytes = rows.map(slotsOf).join('');
  const position = `1 + toUInt32(${row}) * ${SLOTS} + bitAnd(${random}, ${SLOTS - 1})`;
  return `reinterpretAsUInt8(substring(unhex('${bytes}'), ${position}, 1))`;
}

/** Each thing takes as many slots as its share of the weights; rounding does not add up. */
function slotsOf(weights: readonly number[]): string {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const slots: number[] = [];
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    sum += weight;
    while (slots.length < Math.round((sum / total) * SLOTS)) {
      slots.push(index + 1);
    }
  }
  return slots.map((number) => number.toString(16).padStart(2, '0')).join('');
}
