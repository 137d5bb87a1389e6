// HOT PATH: `fold` runs once per field and click. Budget: 100 ns for a user agent; allocates only
// where the text has capital letters. Guarded by bench/micro/matching.ts.

/** Final sigma, and halves of surrogate pairs without their other half (which UTF-8 cannot hold). */
const NEEDS_CARE = /[ς\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * The form in which texts are compared: every letter in Unicode's lower case, and all small sigmas
 * alike, so that a word's end does not depend on what follows it. ClickHouse does the same with
 * `foldSql`; agreement.clickhouse.test.ts compares both on every character.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return NEEDS_CARE.test(lower) ? wellFormed(lower).replaceAll('ς', 'σ') : lower;
}

/** `fold` in SQL. */
export function foldSql(text: string): string {
  return `replaceAll(lowerUTF8(${text}), 'ς', 'σ')`;
}

/** The text as it is after being stored in UTF-8. */
export function wellFormed(text: string): string {
  return NEEDS_CARE.test(text) ? text.replace(LONE_SURROGATE, '\ufffd') : text;
}
