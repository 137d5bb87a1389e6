/** More channels would make 2^n sets too many. */
export const SHAPLEY_CHANNELS_MAX = 12;

/** What journeys through exactly this set of channels were worth. */
export type ChannelSet = {
  /** Bit c is set when channel c is in the journeys. Not 0. */
  mask: number;
  /** Conversions, or their value as a plain number: shares are made of it, never money. */
  worth: number;
};

/**
 * Shapley values of channels (Shapley 1953), where a set of channels is worth what the journeys
 * brought that touched no channel outside of it (the game of Zhao, Mahboobi and Bagheri 2018).
 *
 * @param sets any order; the same mask may occur again
 * @param channelCount at most SHAPLEY_CHANNELS_MAX
 * @returns one value per channel; they add up to the worth of all sets
 */
export function shapleyCredits(sets: readonly ChannelSet[], channelCount: number): number[] {
  const worth = new Float64Array(2 ** channelCount);
  for (const { mask, worth: amount } of sets) {
    worth[mask] = (worth[mask] ?? 0) + amount;
  }
  // From "exactly this set" to "this set or less of it", one channel at a time.
  for (let channel = 0; channel < channelCount; channel++) {
    const bit = 1 << channel;
    for (let mask = 0; mask < worth.length; mask++) {
      if ((mask & bit) !== 0) worth[mask] = (worth[mask] ?? 0) + (worth[mask ^ bit] ?? 0);
    }
  }
  return shapleyValues(worth, channelCount);
}

/**
 * Shapley values of any game: φ_c = Σ over sets S without c of |S|! (n − |S| − 1)! / n! · (v(S ∪ c) − v(S)).
 *
 * @param worth v(S) by the bits of S; v of the empty set is `worth[0]`
 * @param players n, at most SHAPLEY_CHANNELS_MAX
 */
export function shapleyValues(worth: ArrayLike<number>, players: number): number[] {
  if (players > SHAPLEY_CHANNELS_MAX || worth.length !== 2 ** players) {
    throw new Error(`Not a game of at most ${SHAPLEY_CHANNELS_MAX} players`);
  }
  const weightBySize = orderShares(players);
  const values = new Array<number>(players).fill(0);
  for (let mask = 0; mask < worth.length; mask++) {
    const weight = weightBySize[bitCount(mask)] ?? 0;
    for (let player = 0; player < players; player++) {
      const bit = 1 << player;
      if ((mask & bit) === 0) {
        const gain = (worth[mask | bit] ?? 0) - (worth[mask] ?? 0);
        values[player] = (values[player] ?? 0) + weight * gain;
      }
    }
  }
  return values;
}

/** |S|! (n − |S| − 1)! / n! by |S|: how many of all orders have exactly S before the player. */
function orderShares(players: number): number[] {
  const factorials = [1];
  for (let n = 1; n <= players; n++) factorials.push((factorials[n - 1] ?? 1) * n);
  const factorial = (n: number) => factorials[n] ?? 1;
  return Array.from(
    { length: players },
    (_, size) => (factorial(size) * factorial(players - size - 1)) / factorial(players),
  );
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
