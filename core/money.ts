/**
 * Amounts of money are decimal texts from the moment they arrive until a database stores them. No
 * amount ever passes through a floating-point number.
 */

/** Digits before and after the point that ClickHouse's Decimal(18,4) and numeric(18,4) can hold. */
const INTEGER_DIGITS_MAX = 14;
const DECIMALS_MAX = 4;

const PLAIN_DECIMAL = /^(-?)(\d*)(?:\.(\d+))?$/;
/** JSON allows exponents and other sources write them too, so they get a message of their own. */
const WITH_EXPONENT = /^-?\d*\.?\d+[eE][+-]?\d+$/;

export type MoneyFault =
  | 'not_a_number'
  | 'has_exponent'
  | 'negative'
  | 'too_many_decimals'
  | 'out_of_range';

export type ParsedMoney = { kind: 'ok'; value: string } | { kind: 'refused'; fault: MoneyFault };

/**
 * Reads an amount in plain decimal notation: digits, optionally a point and at most four decimals.
 *
 * @param text the amount as it was sent; for a JSON number, its text in the JSON source
 * @returns the same number without leading zeros (`007.50` becomes `7.50`, `.5` becomes `0.5`), or
 *   the first thing that is wrong with it
 */
export function parseMoney(text: string): ParsedMoney {
  const parts = PLAIN_DECIMAL.exec(text);
  const [, sign = '', integerDigits = '', decimals] = parts ?? [];
  if (parts === null || (integerDigits === '' && decimals === undefined)) {
    return refused(WITH_EXPONENT.test(text) ? 'has_exponent' : 'not_a_number');
  }
  const integer = integerDigits.replace(/^0+(?=\d)/, '') || '0';
  const value = decimals === undefined ? integer : `${integer}.${decimals}`;
  if (sign === '-' && /[1-9]/.test(value)) return refused('negative');
  if (decimals !== undefined && decimals.length > DECIMALS_MAX) return refused('too_many_decimals');
  if (integer.length > INTEGER_DIGITS_MAX) return refused('out_of_range');
  return { kind: 'ok', value };
}

function refused(fault: MoneyFault): ParsedMoney {
  return { kind: 'refused', fault };
}
