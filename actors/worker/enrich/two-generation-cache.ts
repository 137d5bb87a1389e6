// HOT PATH: one Map lookup per hit (≤ 40 ns for short keys), two per miss, no allocation.
// Guarded by bench/micro/enrich.

/**
 * The same text in memory of its own. Texts that were cut from a longer one keep the whole of it
 * alive; what a cache keeps must not, or its bound would mean nothing.
 */
export function ownedCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/**
 * A bounded cache with text keys that costs one Map lookup per hit. New entries go to the young
 * generation; when it is full it becomes the old one and the old one is forgotten. An entry of the
 * old generation that is asked for moves back to the young one, so what is in use stays.
 *
 * Invariant: never more than `entriesMax` entries. In comparison a true LRU reorders a list with
 * every hit, which costs more than half as much again.
 */
export class TwoGenerationCache<Value> {
  readonly #generationMax: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** @param entriesMax at least 2 */
  constructor(entriesMax: number) {
    this.#generationMax = Math.max(1, Math.floor(entriesMax / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) {
      return young;
    }
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#old.delete(key);
      this.#add(key, old);
    }
    return old;
  }

  /** @param key lives as long as the entry: an `ownedCopy`, as must be the texts in `value` */
  set(key: string, value: Value): void {
    this.#add(key, value);
  }

  #add(key: string, value: Value): void {
    if (this.#young.size >= this.#generationMax) {
      const forgotten = this.#old;
      this.#old = this.#young;
      forgotten.clear();
      this.#young = forgotten;
    }
    this.#young.set(key, value);
  }
}
