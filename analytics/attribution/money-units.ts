import { RATE_DECIMALS, type Rates } from '../schema/money.ts';

/** Amounts of money in this folder are integers: ten-thousandths of the currency's unit. */
const UNITS_PER_CENT = 100n;
const DECIMALS = 4;

/**
 * @param decimal a decimal text with at most four decimals: `149.99`
 * @returns ten-thousandths
 */
export function toUnits(decimal: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(decimal);
  if (parts === null) {
    throw new Error(`Not an amount with at most four decimals: ${decimal}`);
  }
  const [, sign = '', whole = '0', fraction = ''] = parts;
  const units = BigInt(whole + fraction.padEnd(DECIMALS, '0'));
  return sign === '-' ? -units : units;
}

/** Ten-thousandths as a decimal text with four decimals: `149.9900`. */
export function unitsToDecimal(units: bigint): string {
  const isNegative = units < 0n;
  const digits = String(isNegative ? -units : units).padStart(DECIMALS + 1, '0');
  return `${isNegative ? '-' : ''}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}

/** Parts of an amount are whole cents when the amount is; otherwise ten-thousandths. */
export function smallestPart(units: bigint): bigint {
  return units % UNITS_PER_CENT === 0n ? UNITS_PER_CENT : 1n;
}

/**
 * What an amount is worth in the reporting currency, rounded half away from zero.
 *
 * @param decimal with at most four decimals
 * @param currency ISO 4217; empty: the reporting currency
 * @returns ten-thousandths; undefined when the currency has no rate
 */
export function convertedUnits(
  decimal: string,
  currency: string,
  { reportingCurrency, rates }: Rates,
): bigint | undefined {
  const isReporting = currency === '' || currency === reportingCurrency;
  const rate = isReporting ? '1' : rates.get(currency);
  if (rate === undefined) {
    return undefined;
  }
  const [whole = '0', fraction = ''] = rate.split('.');
  const scaledRate = BigInt(whole + fraction.padEnd(RATE_DECIMALS, '0'));
  const product = toUnits(decimal) * scaledRate;
  const scale = 10n ** BigInt(RATE_DECIMALS);
  return (product + (product < 0n ? -scale : scale) / 2n) / scale;
}
