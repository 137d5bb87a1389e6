import { invert } from './linear-system.ts';

/** How often journeys went from one state to another. Several of the same pair are added. */
export type Transition = {
  from: 'start' | number;
  /** A channel's number, from 0. */
  to: number | 'conversion' | 'null';
  count: number;
};

export type MarkovResult = {
  /** Probability that a journey converts, in the chain. */
  conversionProbability: number;
  /** By channel: the part of that probability which is lost without the channel, 0 to 1. */
  removalEffects: number[];
};

/**
 * Removal effects in the first-order Markov chain of the journeys (Anderl et al. 2014). States are
 * the start, the channels, conversion and null, the last two absorbing; a transition's probability is
 * its share of all transitions out of a state. Transitions of a channel to itself are dropped: two
 * touchpoints of a channel in a row are one.
 *
 * Removing a channel sends everything that would reach it to null. What is lost is then
 * P(start reaches c) · P(c converts), because a journey is lost exactly if it visits c at all and would
 * convert from there. Both come from one inverse N = (I − Q)⁻¹, Q being the transitions between start
 * and channels: P(start reaches c) = N[start][c] / N[c][c], and P(· converts) = N · (transitions
 * to conversion). So the result is exact, without one system of equations per channel.
 *
 * @param transitions those of complete journeys: whatever enters a channel also leaves it
 * @param channelCount channels are numbered below it; those in no journey have no effect
 */
export function markovRemovalEffects(
  transitions: readonly Transition[],
  channelCount: number,
): MarkovResult {
  const none = {
    conversionProbability: 0,
    removalEffects: new Array<number>(channelCount).fill(0),
  };
  if (!transitions.some(({ to, count }) => to === 'conversion' && count > 0)) {
    return none;
  }
  const chain = transitionProbabilities(transitions, channelCount);
  const inverse = invert(chain.between.map(identityMinus));
  const converts = inverse.map((row) => dot(row, chain.toConversion));
  const start = inverse[0] ?? new Float64Array();
  const conversionProbability = converts[0] ?? 0;
  const removalEffects = none.removalEffects.map((_, channel) => {
    const state = stateOf(channel);
    const reaches = (start[state] ?? 0) / (inverse[state]?.[state] ?? 1);
    // Rounding may leave it a hair outside.
    return clamp((reaches * (converts[state] ?? 0)) / conversionProbability);
  });
  return { conversionProbability, removalEffects };
}

/** Transition probabilities from the start (state 0) and the channels (1 to n). */
type Chain = { between: Float64Array[]; toConversion: Float64Array };

function transitionProbabilities(transitions: readonly Transition[], channelCount: number): Chain {
  const size = channelCount + 1;
  const between = Array.from({ length: size }, () => new Float64Array(size));
  const toConversion = new Float64Array(size);
  const leaving = new Float64Array(size);
  for (const { from, to, count } of transitions) {
    if (from === to) continue;
    const state = from === 'start' ? 0 : stateOf(from);
    add(leaving, state, count);
    if (to === 'conversion') add(toConversion, state, count);
    else if (to !== 'null') add(between[state], stateOf(to), count);
  }
  for (const [state, row] of between.entries()) {
    // A channel in no journey: never reached, whatever stands here.
    const total = Math.max(leaving[state] ?? 0, Number.MIN_VALUE);
    for (let next = 0; next < size; next++) row[next] = (row[next] ?? 0) / total;
    toConversion[state] = (toConversion[state] ?? 0) / total;
  }
  return { between, toConversion };
}

function stateOf(channel: number): number {
  return channel + 1;
}

function add(row: Float64Array | undefined, index: number, amount: number): void {
  if (row !== undefined) row[index] = (row[index] ?? 0) + amount;
}

function identityMinus(row: Float64Array, index: number): number[] {
  return Array.from(row, (value, column) => (column === index ? 1 : 0) - value);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
