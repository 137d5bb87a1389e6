import {
  type Box,
  COUNTRY,
  DEVICE,
  DIMENSIONS,
  type Dimension,
  type Sizes,
  type Values,
  WHOLE,
  withValues,
} from './space.ts';
import { confidenceOf, logChoose, relativeEntropy, signedEvidence } from './statistics.ts';
import type { CellTable } from './table.ts';

/** A box in which an anchor has more traffic than chance gives it. */
export type FoundBox = {
  box: Box;
  /** Evidence less the cost of the choice, in nats: what describing the group saves. */
  gain: number;
  /** ln of the number of boxes of this shape. */
  choices: number;
  /** The part of it that is ln of the number of anchors. */
  anchorChoices: number;
  own: number;
  ownTotal: number;
  other: number;
  otherTotal: number;
  /** See docs/discovery.md. */
  confidence: number;
};

/** What is asked of a box. */
export type Limits = {
  /** Fewer events of the anchor are no group. */
  ownMin: number;
  confidenceMin: number;
};

export type BoxLimits = Limits & {
  /** ln of how many anchors there are to choose from. */
  anchorChoices: number;
};

/** Places to start from. */
const STARTS_MAX = 8;
/** As many starts again from where a value is at least so many times as frequent as by chance. */
const START_LIFT_MIN = 4;
/** Boxes of one anchor that are compared with each other. */
const RIVALS_MAX = 4;
/** Each round looks at each dimension once; nearly all boxes are settled after three. */
const ROUNDS_MAX = 6;
/** Evidence, in nats, that a value needs to belong to a box: its events are not there by chance. */
const VALUE_EVIDENCE_MIN = 3;
/** A value belongs to a group only if at least half of its events do. */
const DENSITY_MIN_OUTSIDE = 2;
/** And only if it is not far thinner than the rest of the group. */
const DENSITY_MIN_INSIDE = 1 / 8;

/**
 * Looks for the box that describes best where an anchor is more frequent than elsewhere: from several
 * starts, one dimension after the other takes the values that fit the others' until nothing changes.
 *
 * @returns of the boxes that meet the limits, the one with the greatest gain
 */
export function searchBox(
  table: CellTable,
  limits: BoxLimits,
  judge: Judge = (box, sums) => judgeBox(box, table.choiceSizes, sums, limits),
): FoundBox | undefined {
  const boxes = settledBoxes(table, limits, judge);
  const [first] = boxes;
  if (first === undefined) {
    return undefined;
  }
  const rivals = boxes.filter(({ box }) => isOverlap(box, first.box)).slice(0, RIVALS_MAX);
  if (rivals.length === 1) {
    return first;
  }
  // Two groups of one anchor also make one wider box, and it may explain more than either of them. So
  // each box counts together with the best one beside it.
  let best = { found: first, sum: Number.NEGATIVE_INFINITY };
  for (const found of rivals) {
    const rest = table.copy();
    rest.clear(found.box);
    const sum = found.gain + (settledBoxes(rest, limits, judge)[0]?.gain ?? 0);
    best = sum > best.sum ? { found, sum } : best;
  }
  return best.found;
}

/** Boxes that meet the limits, the greatest gain first. */
function settledBoxes(table: CellTable, limits: BoxLimits, judge: Judge): FoundBox[] {
  const total = table.sums(WHOLE);
  if (total.own < limits.ownMin || total.other <= 0) {
    return [];
  }
  const boxes: FoundBox[] = [];
  const seen = new Set<string>();
  for (const start of startsOf(table, total)) {
    const box = settle(table, total, start, seen);
    if (box === undefined || box.every((values) => values === null)) {
      continue;
    }
    const found = judge(box, { ...table.sums(box), total });
    if (found !== undefined && isGood(found, limits)) {
      boxes.push(found);
    }
  }
  return boxes.sort((a, b) => b.gain - a.gain);
}

function isOverlap(one: Box, other: Box): boolean {
  return DIMENSIONS.every((dimension) => {
    const values = one[dimension];
    const others = other[dimension];
    return values === null || others === null || values.some((value) => others.includes(value));
  });
}

/** The counts of a box and of the whole table. */
export type BoxSums = { own: number; other: number; total: { own: number; other: number } };
type Judge = (box: Box, sums: BoxSums) => FoundBox | undefined;

export function isGood(found: FoundBox, { ownMin, confidenceMin }: Limits): boolean {
  const isConfident = found.confidence > 0 && found.confidence >= confidenceMin;
  return found.own >= ownMin && found.gain > 0 && isConfident;
}

/** What the counts say of a box. */
export function judgeBox(
  box: Box,
  sizes: Sizes,
  { own, other, total }: BoxSums,
  { anchorChoices }: BoxLimits,
): FoundBox {
  const inside = { hits: own, total: total.own };
  const chance = { hits: other, total: total.other };
  const choices = choicesOf(sizes, box) + anchorChoices;
  return {
    box,
    gain: signedEvidence(inside, chance) - choices,
    choices,
    anchorChoices,
    own,
    ownTotal: total.own,
    other,
    otherTotal: total.other,
    confidence: confidenceOf(inside, chance, choices),
  };
}

/** ln of how many boxes use the same dimensions with as many values each. */
function choicesOf(sizes: Sizes, box: Box): number {
  let sum = Math.log(2) * DIMENSIONS.length;
  for (const dimension of DIMENSIONS) {
    const count = box[dimension]?.length ?? 0;
    sum += count === 0 ? 0 : costOf(sizes[dimension], count);
  }
  return sum;
}

function costOf(size: number, count: number): number {
  return Math.log(size) + logChoose(size, count);
}

type Start = { box: Box; evidence: number; isDense: boolean };

/** Single values and pairs of them that are most clearly over-represented. */
function startsOf(table: CellTable, total: { own: number; other: number }): Box[] {
  const starts: Start[] = [];
  const ratio = total.own / total.other;
  const add = (box: Box, own: number, other: number) => {
    const evidence = excessEvidence(own, other * ratio);
    if (evidence > VALUE_EVIDENCE_MIN) {
      starts.push({ box, evidence, isDense: own >= START_LIFT_MIN * other * ratio });
    }
  };
  const isNamed = (dimension: Dimension, value: number) => !isPooled(table.sizes, dimension, value);
  for (const dimension of DIMENSIONS) {
    const { own, other } = table.profile(WHOLE, dimension);
    own.forEach((count, value) => {
      if (count > 0 && isNamed(dimension, value)) {
        add(withValues(WHOLE, dimension, [value]), count, other[value] ?? 0);
      }
    });
    for (const second of DIMENSIONS.filter((candidate) => candidate > dimension)) {
      const pairs = table.pairProfile(dimension, second);
      pairs.own.forEach((count, pair) => {
        const value = Math.floor(pair / table.sizes[second]);
        const partner = pair % table.sizes[second];
        if (count > 0 && isNamed(dimension, value) && isNamed(second, partner)) {
          const box = withValues(withValues(WHOLE, dimension, [value]), second, [partner]);
          add(box, count, pairs.other[pair] ?? 0);
        }
      });
    }
  }
  starts.sort((a, b) => b.evidence - a.evidence);
  const dense = starts.filter(({ isDense }) => isDense).slice(0, STARTS_MAX);
  return [...new Set([...starts.slice(0, STARTS_MAX), ...dense])].map(({ box }) => box);
}

/**
 * Lets a box grow and shrink until it stays as it is.
 *
 * @param seen boxes that earlier starts came by; this one's are added
 * @returns undefined when it came to one of those, from where it would go the same way
 */
function settle(
  table: CellTable,
  total: { own: number; other: number },
  start: Box,
  seen: Set<string>,
): Box | undefined {
  let box = start;
  let key = '';
  // What the start says nothing of comes first: or its own values would be joined by those of groups
  // that have nothing else in common with it.
  const order = [...DIMENSIONS].sort(
    (a, b) => Number(start[a] !== null) - Number(start[b] !== null),
  );
  for (let round = 0; round < ROUNDS_MAX; round++) {
    for (const dimension of order) {
      box = withValues(box, dimension, fittingValues(table, total, box, dimension));
    }
    const before = key;
    key = JSON.stringify(box);
    if (key === before) {
      break;
    }
    if (seen.has(key)) {
      return undefined;
    }
    seen.add(key);
  }
  return box;
}

/** The values of one dimension that belong to the group, given the other dimensions of its box. */
function fittingValues(
  table: CellTable,
  total: { own: number; other: number },
  box: Box,
  dimension: Dimension,
): Values {
  const { own, other } = table.profile(box, dimension);
  const current = box[dimension];
  const isIn = (value: number) => current === null || current.includes(value);
  let ownIn = 0;
  let otherIn = 0;
  let ownAll = 0;
  let otherAll = 0;
  for (let value = 0; value < own.length; value++) {
    ownAll += own[value] ?? 0;
    otherAll += other[value] ?? 0;
    if (isIn(value)) {
      ownIn += own[value] ?? 0;
      otherIn += other[value] ?? 0;
    }
  }
  const inside = (ownIn + 1) / (otherIn + 1);
  const outside = (total.own - ownIn + 0.5) / Math.max(total.other - otherIn, 1);
  const densityMin = Math.max(
    DENSITY_MIN_OUTSIDE * outside,
    Math.sqrt(inside * outside),
    DENSITY_MIN_INSIDE * inside,
  );
  const values: number[] = [];
  let kept = 0;
  let keptOther = 0;
  for (let value = 0; value < own.length; value++) {
    const ownHere = own[value] ?? 0;
    const otherHere = other[value] ?? 0;
    const isDense = ownHere >= densityMin * otherHere;
    if (
      ownHere > 0 &&
      isDense &&
      !isPooled(table.sizes, dimension, value) &&
      excessEvidence(ownHere, outside * otherHere) >= VALUE_EVIDENCE_MIN
    ) {
      values.push(value);
      kept += ownHere;
      keptOther += otherHere;
    }
  }
  if (values.length === 0) {
    return current;
  }
  // A dimension earns its place: the values left out must be thin, and leaving them in must take in
  // others' events.
  if (ownAll - kept >= densityMin * (otherAll - keptOther)) {
    return null;
  }
  const evidence = ownAll * relativeEntropy(kept / ownAll, keptOther / Math.max(otherAll, 1e-9));
  const isHigher = kept * otherAll > keptOther * ownAll;
  return isHigher && evidence > costOf(own.length, values.length) + VALUE_EVIDENCE_MIN
    ? values
    : null;
}

/** Log-likelihood ratio of a Poisson count against its expectation, in nats; 0 for too few. */
export function excessEvidence(count: number, expected: number): number {
  return count <= expected
    ? 0
    : count * Math.log(count / Math.max(expected, 1e-9)) - (count - expected);
}

/** Whether a value stands for all that have no place of their own; it cannot describe anything. */
function isPooled(sizes: Sizes, dimension: Dimension, value: number): boolean {
  return (dimension === DEVICE || dimension === COUNTRY) && value === sizes[dimension] - 1;
}
