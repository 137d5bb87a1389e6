// HOT PATH: `first` runs once per click and field that rules look for parts in. Budget: 4 ns per
// character, no allocation. Guarded by bench/micro/matching.ts.

/** Characters of a gram. Shorter parts cannot be found by grams. */
export const GRAM_LENGTH = 3;

const FILTER_BITS = 12;

/** A number for three characters; others may share it. */
function gramOf(first: number, second: number, third: number): number {
  const mixed =
    Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35);
  return mixed >>> 2;
}

/** The grams of a text of at least three characters. */
export function gramsOf(text: string): number[] {
  return Array.from({ length: Math.max(0, text.length - GRAM_LENGTH + 1) }, (_, at) =>
    gramOf(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)),
  );
}

/**
 * Finds the rules that may match a text by three characters that each of them needs somewhere in it.
 * What it finds must still be tested; what it does not find cannot match.
 */
export class GramIndex {
  readonly #rules = new Map<number, number[]>();
  /** 1 where a gram's last bits occur: most characters of a text are dismissed by this alone. */
  readonly #filter = new Uint8Array(1 << FILTER_BITS);

  /** Rules must be added in ascending order. */
  add(gram: number, rule: number): void {
    const sharing = this.#rules.get(gram);
    if (sharing === undefined) this.#rules.set(gram, [rule]);
    else if (sharing.at(-1) !== rule) sharing.push(rule);
    this.#filter[gram & (this.#filter.length - 1)] = 1;
  }

  /**
   * @param firstOf the first of some rules that matches and comes before `end`, else `end`
   * @returns the first rule that matches and comes before `end`, else `end`
   */
  first(
    text: string,
    from: number,
    end: number,
    firstOf: (rules: readonly number[], from: number, end: number) => number,
  ): number {
    const filter = this.#filter;
    const mask = filter.length - 1;
    let best = end;
    let first = text.charCodeAt(0);
    let second = text.charCodeAt(1);
    for (let at = 2; at < text.length; at++) {
      const third = text.charCodeAt(at);
      const gram = gramOf(first, second, third);
      if (filter[gram & mask] === 1) {
        const rules = this.#rules.get(gram);
        if (rules !== undefined) best = firstOf(rules, from, best);
      }
      first = second;
      second = third;
    }
    return best;
  }
}
