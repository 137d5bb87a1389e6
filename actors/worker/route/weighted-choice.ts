// HOT PATH: once per click that is split. Budget: 60 ns and 40 ns a destination, no allocation.
// Guarded by bench/micro/matching.ts.
import { hashText } from '../identity/text-hash.ts';

/** 2^-32. */
const UNIT = 1 / 4_294_967_296;

/**
 * Splits visitors over choices by weight, the same visitor always to the same choice: weighted
 * rendezvous hashing. Each choice draws a number u in (0, 1) from a hash of the visitor and its own
 * seed, and the greatest weight / -ln u wins, which a choice does with probability weight / sum of
 * weights (J. Resch, "New Hashing Algorithms for Data Storage", SNIA 2015).
 *
 * A visitor's numbers do not depend on weights or on other choices. So raising a weight only draws
 * visitors to that choice, lowering it only sends some away, and a choice that is taken out is left by
 * its own visitors only: no change moves more visitors than it must.
 */
export class WeightedChoice {
  readonly #weights: Float64Array;
  readonly #seeds: Int32Array;

  /**
   * @param names of the choices; equal ones are told apart by how often the name came before
   * @param weights positive, one per name
   * @param salt makes the split of one rule independent of that of another
   */
  constructor(names: readonly string[], weights: readonly number[], salt: string) {
    const seen = new Map<string, number>();
    this.#weights = Float64Array.from(weights);
    this.#seeds = Int32Array.from(names, (name) => {
      const occurrence = seen.get(name) ?? 0;
      seen.set(name, occurrence + 1);
      const { high, low } = hashText(`${salt}\n${occurrence}\n${name}`);
      return avalanche(high ^ Math.imul(low, 0x9e3779b1));
    });
  }

  /** The index of the visitor's choice. */
  of(visitor: string): number {
    const visitorHash = hashOf(visitor);
    let best = 0;
    let bestScore = -1;
    for (let index = 0; index < this.#seeds.length; index++) {
      const draw = avalanche(visitorHash ^ (this.#seeds[index] as number)) >>> 0;
      const score = (this.#weights[index] as number) / -Math.log((draw + 0.5) * UNIT);
      if (score > bestScore) {
        bestScore = score;
        best = index;
      }
    }
    return best;
  }
}

/** As one lane of hashText, without the object. */
function hashOf(text: string): number {
  let hash = 0x9e3779b9 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x85ebca77);
    hash ^= hash >>> 15;
  }
  return avalanche(hash);
}

/** The finaliser of MurmurHash3 (Appleby, 2011). */
function avalanche(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
