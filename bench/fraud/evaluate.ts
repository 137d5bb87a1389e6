import { FRAUD_PATTERNS, type FraudPattern } from '../../core/fraud/detection.ts';
import type { Label, Shape } from './shapes.ts';

/** What became of one address. */
export type Outcome = {
  isSuspicious: boolean;
  isBlocked: boolean;
  /** The highest score of its events. */
  score: number;
  /** Patterns of its alerts. */
  patterns: Set<FraudPattern>;
};

/** How the addresses of one shape came out. */
export type ShapeScore = {
  shape: Shape;
  addresses: number;
  clean: number;
  suspicious: number;
  blocked: number;
  /** The highest score of any of them. */
  scoreMax: number;
  /** The lowest, of all their highest ones. */
  scoreMin: number;
  /** Came out as labelled. */
  correct: number;
};

/** Counts of addresses. */
export type Rating = {
  found: number;
  /** Of the found, those that are what was looked for. */
  right: number;
  wanted: number;
  /** Of the wanted, those that were found. */
  caught: number;
};

export type Evaluation = {
  shapes: ShapeScore[];
  patterns: { pattern: FraudPattern; rating: Rating }[];
  /** Suspicious or blocked against labelled so. */
  suspicious: Rating;
  blocked: Rating;
};

const NOTHING: Outcome = { isSuspicious: false, isBlocked: false, score: 0, patterns: new Set() };

/** Compares what became of addresses with what they are. Addresses without an outcome are clean. */
export function evaluate(
  truth: ReadonlyMap<string, Shape>,
  outcomes: ReadonlyMap<string, Outcome>,
): Evaluation {
  const shapes = new Map<Shape, ShapeScore>();
  for (const [address, shape] of truth) {
    const score = shapes.get(shape) ?? emptyScore(shape);
    shapes.set(shape, score);
    count(score, outcomes.get(address) ?? NOTHING);
  }
  const rate = (isFound: (outcome: Outcome) => boolean, isWanted: (shape: Shape) => boolean) =>
    rating(truth, outcomes, isFound, isWanted);
  return {
    shapes: [...shapes.values()],
    patterns: FRAUD_PATTERNS.map((pattern) => ({
      pattern,
      rating: patternRating(truth, outcomes, pattern),
    })),
    suspicious: rate(
      ({ isSuspicious, isBlocked }) => isSuspicious || isBlocked,
      ({ label }) => label !== 'clean',
    ),
    blocked: rate(
      ({ isBlocked }) => isBlocked,
      ({ label }) => label === 'blocked',
    ),
  };
}

/** A pattern is right on any fraud; it is wanted, and can be missed, where the shape names it. */
function patternRating(
  truth: ReadonlyMap<string, Shape>,
  outcomes: ReadonlyMap<string, Outcome>,
  pattern: FraudPattern,
): Rating {
  const isFound = ({ patterns }: Outcome) => patterns.has(pattern);
  const named = rating(truth, outcomes, isFound, ({ patterns }) => patterns.includes(pattern));
  const fraud = rating(truth, outcomes, isFound, ({ label }) => label !== 'clean');
  return { ...named, right: fraud.right };
}

function rating(
  truth: ReadonlyMap<string, Shape>,
  outcomes: ReadonlyMap<string, Outcome>,
  isFound: (outcome: Outcome) => boolean,
  isWanted: (shape: Shape) => boolean,
): Rating {
  const result = { found: 0, right: 0, wanted: 0, caught: 0 };
  for (const [address, shape] of truth) {
    const found = isFound(outcomes.get(address) ?? NOTHING) ? 1 : 0;
    const wanted = isWanted(shape) ? 1 : 0;
    result.found += found;
    result.wanted += wanted;
    result.right += found & wanted;
    result.caught += found & wanted;
  }
  return result;
}

/** 1 when nothing was found. */
export function precision({ found, right }: Rating): number {
  return found === 0 ? 1 : right / found;
}

/** 1 when nothing was wanted. */
export function recall({ wanted, caught }: Rating): number {
  return wanted === 0 ? 1 : caught / wanted;
}

function labelOf({ isBlocked, isSuspicious }: Outcome): Label {
  if (isBlocked) {
    return 'blocked';
  }
  return isSuspicious ? 'suspicious' : 'clean';
}

function emptyScore(shape: Shape): ShapeScore {
  return {
    shape,
    addresses: 0,
    clean: 0,
    suspicious: 0,
    blocked: 0,
    scoreMin: Number.POSITIVE_INFINITY,
    scoreMax: 0,
    correct: 0,
  };
}

function count(score: ShapeScore, outcome: Outcome): void {
  const label = labelOf(outcome);
  score.addresses += 1;
  score[label] += 1;
  score.scoreMin = Math.min(score.scoreMin, outcome.score);
  score.scoreMax = Math.max(score.scoreMax, outcome.score);
  score.correct += label === score.shape.label ? 1 : 0;
}
