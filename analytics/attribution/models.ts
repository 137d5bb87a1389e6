/**
 * Models that look at one journey at a time: how much of a conversion each touchpoint before it gets.
 * Formulas and sources: docs/attribution.md. ClickHouse computes the same for all users in
 * queries/attribution/weights.
 */
export const RULE_MODELS = [
  'first_touch',
  'last_touch',
  'last_non_direct',
  'linear',
  'position_based',
  'time_decay',
] as const;
export type RuleModel = (typeof RULE_MODELS)[number];

/** Models that compare all journeys with each other. */
export const JOURNEY_MODELS = ['markov', 'shapley'] as const;
export type JourneyModel = (typeof JOURNEY_MODELS)[number];

export const ATTRIBUTION_MODELS = [...RULE_MODELS, ...JOURNEY_MODELS] as const;
export type AttributionModel = (typeof ATTRIBUTION_MODELS)[number];

/** What a model needs to know of a touchpoint. */
export type Touch = {
  /** Ms since the epoch. */
  atMs: number;
  /** Whether its source is `direct`: the visitor typed the address, or nobody knows. */
  isDirect: boolean;
};

export type WeightOptions = {
  model: RuleModel;
  /** For `time_decay`: after so many days a touchpoint weighs half. Above zero. */
  halfLifeDays: number;
  /** Factor on the weight of direct touchpoints, 0 or more; 1 changes nothing. */
  directWeight: number;
};

export const DAY_MS = 86_400_000;
/** Shares of the first and the last touchpoint in `position_based`; the others share the rest. */
const OUTER_SHARE = 0.4;
const INNER_SHARE = 0.2;

/**
 * The weight of each touchpoint of one conversion; shares are weights divided by their sum.
 *
 * When the direct factor makes all weights zero it is left out, because the conversion has to go
 * somewhere and there is nothing but direct touchpoints that could have it.
 *
 * @param touches oldest first
 * @returns one finite weight per touchpoint; not all zero unless there are none
 */
export function touchWeights(touches: readonly Touch[], options: WeightOptions): number[] {
  const weights = modelWeights(touches, options);
  const adjusted = weights.map((weight, index) =>
    touches[index]?.isDirect === true ? weight * options.directWeight : weight,
  );
  // As in `apportion`: a weight that is zero as an integer is zero.
  return adjusted.some((weight) => weight * 2 ** 52 >= 1) ? adjusted : weights;
}

function modelWeights(touches: readonly Touch[], { model, halfLifeDays }: WeightOptions): number[] {
  const last = touches.length - 1;
  switch (model) {
    case 'first_touch':
      return touches.map((_, index) => (index === 0 ? 1 : 0));
    case 'last_touch':
      return touches.map((_, index) => (index === last ? 1 : 0));
    case 'last_non_direct': {
      const chosen = touches.findLastIndex((touch) => !touch.isDirect);
      return touches.map((_, index) => (index === (chosen === -1 ? last : chosen) ? 1 : 0));
    }
    case 'linear':
      return touches.map(() => 1);
    case 'position_based':
      return touches.map((_, index) => positionWeight(index, touches.length));
    case 'time_decay': {
      // Relative to the newest, which changes no share but keeps a journey of old ones from vanishing.
      const newestMs = touches[last]?.atMs ?? 0;
      return touches.map((touch) => 2 ** (-(newestMs - touch.atMs) / DAY_MS / halfLifeDays));
    }
    default:
      return model satisfies never;
  }
}

function positionWeight(index: number, count: number): number {
  if (count <= 2) return 1;
  return index === 0 || index === count - 1 ? OUTER_SHARE : INNER_SHARE / (count - 2);
}
