/**
 * The measures by which patterns are judged; docs/discovery.md tells what they mean and why these.
 * All logarithms are natural.
 */

/** Chance of any false pattern in traffic without structure, when all candidates are counted. */
const FALSE_ALARM_CHANCE = 0.05;

/** Relative entropy of two coins, in nats: `p ln(p/q) + (1-p) ln((1-p)/(1-q))`; both in [0, 1]. */
export function relativeEntropy(p: number, q: number): number {
  const term = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
  return Math.max(0, term(p, q) + term(1 - p, 1 - q));
}

/** ln of the number of ways to choose `k` of `n`. */
export function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) {
    sum += Math.log((n - i + 1) / i);
  }
  return sum;
}

/** Events among others: `hits` of `total`; counts need not be whole. */
export type Proportion = { hits: number; total: number };

/**
 * Half of the G² of two proportions (log-likelihood ratio of "they differ" against "they are one"),
 * in nats; negative when the first one is the smaller.
 */
export function signedEvidence(first: Proportion, second: Proportion): number {
  if (first.total <= 0 || second.total <= 0) {
    return 0;
  }
  const p = first.hits / first.total;
  const q = second.hits / second.total;
  const pooled = (first.hits + second.hits) / (first.total + second.total);
  const evidence =
    first.total * relativeEntropy(p, pooled) + second.total * relativeEntropy(q, pooled);
  return p >= q ? evidence : -evidence;
}

/**
 * How sure it is that a group is more frequent than chance, and by how much: Yule's Q of the smallest
 * odds ratio that the counts still allow.
 *
 * @param inside what the group has of its own traffic
 * @param chance what it would have by chance
 * @param candidates ln of the number of candidates among which this one was chosen (Bonferroni)
 * @returns 0 (no more than chance) to below 1
 */
export function confidenceOf(inside: Proportion, chance: Proportion, candidates: number): number {
  if (inside.total <= 0 || chance.total <= 0) {
    return 0;
  }
  // Chernoff's bound: a coin of `bound` shows what was seen with a chance of at most e^-slack.
  const slack = candidates - Math.log(FALSE_ALARM_CHANCE / 2);
  const low = entropyBound(inside.hits / inside.total, slack / inside.total, 0);
  const high = entropyBound(chance.hits / chance.total, slack / chance.total, 1);
  if (low <= high) {
    return 0;
  }
  const oddsRatio = (low * (1 - high)) / Math.max((1 - low) * high, Number.MIN_VALUE);
  return Number.isFinite(oddsRatio) ? (oddsRatio - 1) / (oddsRatio + 1) : 1;
}

/** The proportion farthest from `p`, towards `end`, whose entropy relative to it is at most `limit`. */
function entropyBound(p: number, limit: number, end: 0 | 1): number {
  let near = p;
  let far: number = end;
  for (let i = 0; i < 60; i++) {
    const middle = (near + far) / 2;
    if (relativeEntropy(p, middle) <= limit) {
      near = middle;
    } else {
      far = middle;
    }
  }
  return near;
}
