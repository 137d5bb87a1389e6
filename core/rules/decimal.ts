// HOT PATH: once per comparison of a text with a number. Budget: 60 ns, no allocation.

const INTEGER_DIGITS_MAX = 15;
const DECIMALS_MAX = 6;
const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/** What counts as a number in a text: `12`, `-0.5`, `007.25`; no blanks, `+`, exponents or commas. */
export const DECIMAL_SQL_PATTERN = `^-?[0-9]{1,${INTEGER_DIGITS_MAX}}([.][0-9]{1,${DECIMALS_MAX}})?$`;

/**
 * A decimal number out of a text, exactly: `whole + millionths / 1e6`, both with the number's sign.
 * Made to be reused: `read` overwrites it, and after a text that is no number it means nothing.
 */
export class DecimalText {
  whole = 0;
  millionths = 0;

  /** @returns whether the text is a number of at most 15 digits and 6 decimals */
  read(text: string): boolean {
    const sign = text.charCodeAt(0) === MINUS ? -1 : 1;
    const start = sign < 0 ? 1 : 0;
    let at = start;
    let whole = 0;
    for (; at < text.length && isDigit(text.charCodeAt(at)); at++) {
      if (at - start === INTEGER_DIGITS_MAX) return false;
      whole = whole * 10 + text.charCodeAt(at) - ZERO;
    }
    if (at === start) return false;
    this.whole = sign * whole;
    this.millionths = 0;
    return at === text.length || this.#readDecimals(text, at, sign);
  }

  #readDecimals(text: string, pointAt: number, sign: number): boolean {
    const decimals = text.length - pointAt - 1;
    if (text.charCodeAt(pointAt) !== POINT || decimals < 1 || decimals > DECIMALS_MAX) return false;
    let millionths = 0;
    for (let i = 0; i < DECIMALS_MAX; i++) {
      millionths *= 10;
      if (i < decimals) {
        const code = text.charCodeAt(pointAt + 1 + i);
        if (!isDigit(code)) return false;
        millionths += code - ZERO;
      }
    }
    this.millionths = sign * millionths;
    return true;
  }

  /** Negative, 0 or positive: less, equal, greater. */
  compare(other: DecimalText): number {
    return this.whole - other.whole || this.millionths - other.millionths;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}
