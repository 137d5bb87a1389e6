import { TrellisError } from '../../core/errors.ts';

/** How an organisation converts money. Amounts are decimal strings everywhere, never floats. */
export type Rates = {
  /** ISO 4217; what reports are in. */
  reportingCurrency: string;
  /**
   * What one unit of a currency is worth in the reporting currency: `EUR` → `1.0834`. At most 10
   * digits before and after the point. The reporting currency itself needs none.
   */
  rates: ReadonlyMap<string, string>;
};

/** Money in a currency that has no rate: shown beside a revenue and never part of it. */
export type Unconverted = { currency: string; value: number };

/** Digits after the point of a rate. */
export const RATE_DECIMALS = 10;
export const RATE_PATTERN = /^\d{1,10}(\.\d{1,10})?$/;
/** Digits after the point of the amounts of events. */
const AMOUNT_DECIMALS = 4;

/** Where the SQL below finds an amount and its currency. */
export type AmountColumns = { value: string; currency: string };

const EVENT_COLUMNS: AmountColumns = { value: 'conversion_value', currency: 'conversion_currency' };

/**
 * SQL of what a row is worth in the reporting currency: an exact Decimal, 0 for rows without value
 * and for currencies without rate. Sums of it are exact; round at the end.
 *
 * A row without a currency is in the reporting currency; only SQL written by hand leaves it out.
 *
 * @throws TrellisError `invalid_rate` when a currency or a rate is not written as `Rates` says
 */
export function revenueExpression(
  { reportingCurrency, rates }: Rates,
  { value, currency }: AmountColumns = EVENT_COLUMNS,
): string {
  const factors = new Map([...rates, ['', '1'] as const, [reportingCurrency, '1'] as const]);
  const others = [...factors.keys()].filter((code) => factors.get(code) !== '1');
  const currencies = [...factors.keys()].map(quoteCurrency).join(', ');
  if (others.length === 0) {
    return `if(${currency} IN (${currencies}), ${value}, toDecimal64(0, ${AMOUNT_DECIMALS}))`;
  }
  const positions = Array.from(factors, (_, index) => index + 1).join(', ');
  const literals = [...factors.values(), '0'].map(rateLiteral).join(', ');
  // 256 bits: the largest value times the largest rate, summed over all rows, fits in no less.
  return `(${value} * [${literals}][transform(${currency}, [${currencies}], [${positions}], ${factors.size + 1})])`;
}

/** Rates up to which a sum per currency is cheaper than a product per row. */
const SUMS_MAX = 6;

/** SQL of what the rows of a group are worth together; the same as the sum of `revenueExpression`. */
export function revenueSum(rates: Rates): string {
  const others = [...rates.rates].filter(([code]) => code !== rates.reportingCurrency);
  if (others.length > SUMS_MAX) {
    return `sum(${revenueExpression(rates)})`;
  }
  const { value, currency } = EVENT_COLUMNS;
  const own = revenueExpression({ ...rates, rates: new Map() });
  const converted = others.map(
    ([code, rate]) =>
      `sumIf(${value}, ${currency} = ${quoteCurrency(code)}) * ${rateLiteral(rate)}`,
  );
  return `(${[`sum(${own})`, ...converted].join(' + ')})`;
}

/** SQL: the row carries money in a currency that has no rate. */
export function unconvertedPredicate(
  { reportingCurrency, rates }: Rates,
  { value, currency }: AmountColumns = EVENT_COLUMNS,
): string {
  const known = ['', reportingCurrency, ...rates.keys()].map(quoteCurrency).join(', ');
  return `(${value} != 0 AND ${currency} NOT IN (${known}))`;
}

/** Codes and rates stand in the SQL itself, as constants; nothing else than these may. */
function quoteCurrency(currency: string): string {
  if (!/^([A-Z]{3})?$/.test(currency)) {
    throw new TrellisError('invalid_rate', 'A currency is three capital letters');
  }
  return `'${currency}'`;
}

function rateLiteral(rate: string): string {
  if (!RATE_PATTERN.test(rate)) {
    throw new TrellisError(
      'invalid_rate',
      'A rate has at most 10 digits before and after the point',
    );
  }
  return `toDecimal256('${rate}', ${RATE_DECIMALS})`;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Rounds a decimal text, half away from zero.
 *
 * @param decimals digits to keep after the point
 * @returns a decimal text with exactly so many digits after the point
 */
export function roundDecimal(decimal: string, decimals: number): string {
  return formatScaled(scaled(decimal, decimals), decimals);
}

/**
 * @param decimals digits after the point of the result, which is rounded half away from zero
 * @returns `dividend / divisor`; `0` without digits missing when the divisor is zero
 */
export function divideDecimals(dividend: string, divisor: string, decimals: number): string {
  const precision = 20;
  const below = scaled(divisor, precision);
  if (below === 0n) {
    return formatScaled(0n, decimals);
  }
  const above = scaled(dividend, precision) * 10n ** BigInt(decimals) * 2n;
  // Twice the quotient, so that the last bit says which way to round.
  const doubled = above / below;
  return formatScaled((doubled + (doubled < 0n ? -1n : 1n)) / 2n, decimals);
}

/** @returns the exact product of two decimal texts */
function multiplyDecimals(one: string, other: string): string {
  const decimals = [one, other].map((text) => DECIMAL.exec(text)?.[3]?.length ?? 0);
  const [ofOne = 0, ofOther = 0] = decimals;
  return formatScaled(scaled(one, ofOne) * scaled(other, ofOther), ofOne + ofOther);
}

/**
 * An amount in the reporting currency.
 *
 * @returns exact decimal text; undefined when the currency has no rate
 */
export function convertAmount(
  amount: string,
  currency: string,
  { reportingCurrency, rates }: Rates,
): string | undefined {
  const rate = currency === reportingCurrency || currency === '' ? '1' : rates.get(currency);
  return rate === undefined ? undefined : multiplyDecimals(amount, rate);
}

/** @returns the exact sum of decimal texts, with as many digits after the point as the longest */
export function addDecimals(terms: readonly string[]): string {
  const decimals = Math.max(0, ...terms.map((term) => DECIMAL.exec(term)?.[3]?.length ?? 0));
  return formatScaled(
    terms.reduce((sum, term) => sum + scaled(term, decimals), 0n),
    decimals,
  );
}

/**
 * The number that JSON shows for an amount, rounded to four digits after the point. Exact up to 15
 * digits in all (99,999,999,999.9999): that many a double keeps and prints back.
 */
export function moneyToJson(decimal: string): number {
  return Number(roundDecimal(decimal, AMOUNT_DECIMALS));
}

/** The decimal times 10^decimals as an integer, rounded half away from zero. */
function scaled(decimal: string, decimals: number): bigint {
  const parts = DECIMAL.exec(decimal);
  if (parts === null) {
    throw new Error(`Not a decimal number: ${decimal}`);
  }
  const [, sign = '', whole = '0', fraction = ''] = parts;
  const kept = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  const isRoundedUp = (fraction[decimals] ?? '0') >= '5';
  const magnitude = isRoundedUp ? kept + 1n : kept;
  return sign === '-' ? -magnitude : magnitude;
}

function formatScaled(value: bigint, decimals: number): string {
  const isNegative = value < 0n;
  const digits = String(isNegative ? -value : value).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(-decimals)}`;
  return `${isNegative ? '-' : ''}${whole}${fraction}`;
}
