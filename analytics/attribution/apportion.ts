/** Weights become integers at this scale: 2^52, so that weights of at most 1 lose nothing that matters. */
const WEIGHT_SCALE = 2 ** 52;

/** Weights above this are of no use, and would no longer be exact as integers. */
export const WEIGHT_MAX = 1000;

/**
 * Splits an amount in proportion to weights so that the parts add up to it exactly: each part is its
 * share rounded down, and what is left goes, one unit each, to the parts that lost most by rounding,
 * the earlier of equal ones first (the largest-remainder method, also Hamilton's).
 *
 * @param amount in whole units, not negative
 * @param weights finite, 0 to WEIGHT_MAX, at least one above zero
 * @param unit parts are multiples of this; the amount must be one
 * @returns one part per weight, in their order
 */
export function apportion(amount: bigint, weights: readonly number[], unit = 1n): bigint[] {
  const scaled = weights.map(integerWeight);
  const total = scaled.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n || amount < 0n || amount % unit !== 0n) {
    throw new Error('Nothing to split by: weights add up to zero, or the amount is not divisible');
  }
  const units = amount / unit;
  const parts = scaled.map((weight) => (units * weight) / total);
  const lost = scaled.map((weight) => (units * weight) % total);
  const left = Number(units - parts.reduce((sum, part) => sum + part, 0n));
  const byLoss = parts.map((_, index) => index).sort((a, b) => compare(lost[b], lost[a]) || a - b);
  for (const index of byLoss.slice(0, left)) {
    parts[index] = (parts[index] ?? 0n) + 1n;
  }
  return parts.map((part) => part * unit);
}

/** The weight as an integer, the same that ClickHouse makes of it: see queries/attribution/weights. */
function integerWeight(weight: number): bigint {
  if (!(weight >= 0 && weight <= WEIGHT_MAX)) {
    throw new Error(`Not a weight: ${weight}`);
  }
  return BigInt(Math.floor(weight * WEIGHT_SCALE));
}

function compare(a = 0n, b = 0n): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Percentages with two decimals that add up to exactly 100.
 *
 * @param weights as `apportion` takes them
 * @returns 0 for each when all weights are zero
 */
export function percentages(weights: readonly number[]): number[] {
  if (!weights.some((weight) => weight > 0)) {
    return weights.map(() => 0);
  }
  return apportion(10_000n, weights).map((part) => Number(part) / 100);
}
