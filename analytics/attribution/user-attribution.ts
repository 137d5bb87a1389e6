import { apportion, percentages } from './apportion.ts';
import { DAY_MS, type Touch, touchWeights, type WeightOptions } from './models.ts';
import { smallestPart } from './money-units.ts';

/** A click or visit of one user that may be credited. */
export type Touchpoint = {
  /** Ms since the epoch. */
  atMs: number;
  source: string;
  medium: string | null;
  campaign: string | null;
};

/** A conversion of the same user. */
export type UserConversion = {
  /** Ms since the epoch. */
  atMs: number;
  /** Its event's name. */
  name: string;
  /** In ten-thousandths of the reporting currency; 0 for a currency without a rate. */
  units: bigint;
};

export type CreditOptions = WeightOptions & {
  /** A touchpoint may be at most this much older than the conversion, to the millisecond. Days. */
  lookbackDays: number;
};

export type CreditedTouchpoint = Touchpoint & {
  units: bigint;
  /** Of everything that was credited; two decimals; all of them add up to 100. */
  percent: number;
  /** Ms from here to the first conversion that it is credited for. */
  beforeConversionMs: number;
};

export type CreditedConversion = UserConversion & {
  /** Touchpoints within its lookback. 0: nobody is credited for it. */
  touchpoints: number;
};

export type UserAttribution = {
  /** Those in the lookback of some conversion, oldest first. */
  touchpoints: CreditedTouchpoint[];
  /** Oldest first. */
  conversions: CreditedConversion[];
  /** Value of all conversions, in ten-thousandths. */
  totalUnits: bigint;
  /** Value of those without touchpoints. */
  unattributedUnits: bigint;
};

export const DIRECT_SOURCE = 'direct';

/** As a model sees it. */
export function touchOf({ atMs, source }: Pick<Touchpoint, 'atMs' | 'source'>): Touch {
  return { atMs, isDirect: source === DIRECT_SOURCE };
}

/**
 * Credits one user's conversions to the touchpoints before them. Each conversion has its own journey:
 * all touchpoints in its lookback, also those that an earlier conversion was credited to already.
 *
 * @param touchpoints any order
 * @param conversions any order
 */
export function creditUser(
  touchpoints: readonly Touchpoint[],
  conversions: readonly UserConversion[],
  options: CreditOptions,
): UserAttribution {
  const touches = [...touchpoints].sort(byTime);
  const credits = touches.map((touchpoint) => ({
    touchpoint,
    units: 0n,
    weight: 0,
    beforeConversionMs: -1,
  }));
  const totalUnits = conversions.reduce((sum, conversion) => sum + conversion.units, 0n);
  let unattributedUnits = 0n;
  const credited = [...conversions].sort(byTime).map((conversion) => {
    const journey = credits.filter(({ touchpoint }) =>
      isInLookback(touchpoint.atMs, conversion.atMs, options.lookbackDays),
    );
    if (journey.length === 0) {
      unattributedUnits += conversion.units;
      return { ...conversion, touchpoints: 0 };
    }
    const weights = touchWeights(
      journey.map(({ touchpoint }) => touchOf(touchpoint)),
      options,
    );
    const parts = apportion(conversion.units, weights, smallestPart(conversion.units));
    const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
    // Conversions without any value count alike, so that percentages still say something.
    const worth = totalUnits === 0n ? 1 : Number(conversion.units) / Number(totalUnits);
    for (const [index, credit] of journey.entries()) {
      credit.units += parts[index] ?? 0n;
      credit.weight += ((weights[index] ?? 0) / weightSum) * worth;
      if (credit.beforeConversionMs < 0) {
        credit.beforeConversionMs = conversion.atMs - credit.touchpoint.atMs;
      }
    }
    return { ...conversion, touchpoints: journey.length };
  });
  const eligible = credits.filter((credit) => credit.beforeConversionMs >= 0);
  const percents = percentages(eligible.map((credit) => Math.min(credit.weight, 1)));
  return {
    touchpoints: eligible.map(({ touchpoint, units, beforeConversionMs }, index) => ({
      ...touchpoint,
      units,
      percent: percents[index] ?? 0,
      beforeConversionMs,
    })),
    conversions: credited,
    totalUnits,
    unattributedUnits,
  };
}

/** A touchpoint in the conversion's own millisecond still belongs to it, as does the lookback's oldest. */
export function isInLookback(atMs: number, convertedAtMs: number, lookbackDays: number): boolean {
  return atMs <= convertedAtMs && atMs >= convertedAtMs - lookbackMs(lookbackDays);
}

/** Whole milliseconds. */
export function lookbackMs(lookbackDays: number): number {
  return Math.round(lookbackDays * DAY_MS);
}

/** Sorting is stable: of two in one millisecond the one given first stays first. */
function byTime(a: { atMs: number }, b: { atMs: number }): number {
  return a.atMs - b.atMs;
}
