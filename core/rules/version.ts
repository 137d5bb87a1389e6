// HOT PATH: once per comparison of a version. Budget: 60 ns, no allocation.

const PARTS_MAX = 4;
const DIGITS_MAX = 9;
const ZERO = 48;
const POINT = 46;

/** What counts as a version: one to four whole numbers with points between them. */
export const VERSION_SQL_PATTERN = `^[0-9]{1,${DIGITS_MAX}}([.][0-9]{1,${DIGITS_MAX}}){0,${PARTS_MAX - 1}}$`;

/**
 * A version out of a text, part by part; parts that are not told are 0, so `17` equals `17.0`. Made
 * to be reused: `read` overwrites it, and after a text that is no version it means nothing.
 */
export class VersionText {
  readonly parts = new Float64Array(PARTS_MAX);

  /** @returns whether the text is a version such as `17.10.3` */
  read(text: string): boolean {
    this.parts.fill(0);
    let part = 0;
    let digits = 0;
    let value = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === POINT) {
        if (digits === 0 || part === PARTS_MAX - 1) return false;
        this.parts[part] = value;
        part += 1;
        digits = 0;
        value = 0;
      } else {
        if (code < ZERO || code > 57 || digits === DIGITS_MAX) return false;
        value = value * 10 + code - ZERO;
        digits += 1;
      }
    }
    this.parts[part] = value;
    return digits > 0;
  }

  /** Negative, 0 or positive: older, equal, newer. */
  compare(other: VersionText): number {
    for (let part = 0; part < PARTS_MAX; part++) {
      const difference = (this.parts[part] ?? 0) - (other.parts[part] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** The version's parts as an array of four numbers; only where the text matches the pattern. */
export function versionSql(text: string): string {
  return `arrayResize(arrayMap(part -> toUInt32OrZero(part), splitByChar('.', ${text})), ${PARTS_MAX})`;
}
