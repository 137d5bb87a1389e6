// HOT PATH: `match` runs once per click. Budget: 5 µs for a campaign of 1,000 rules, no allocation.
// Guarded by bench/micro/matching.ts.
import { compileAll, type Predicate } from './compile-condition.ts';
import type { Rule } from './definition.ts';
import { EventReader } from './event-reader.ts';
import type { RuleEvent } from './event-view.ts';
import { GramIndex } from './gram-index.ts';
import { chooseKeys, conjuncts, type RuleKey } from './rule-keys.ts';
import { zoneClock } from './timezone.ts';

/** What the matcher needs of a rule. */
type MatchableRule = Pick<Rule, 'conditions'> & { priority?: number | undefined };

/** The rules that demand one of some values of a field: which ones for which, in ascending order. */
type ValueIndex = { slot: number; isText: boolean; rules: Map<string | number, number[]> };

type PartIndex = { slot: number; rules: GramIndex };

/**
 * The rules of one campaign, compiled. A rule that demands certain values of a field, or certain parts
 * in its text, is found by them; only the other rules are tried one by one.
 *
 * Invariant: `#rest[i]` tells whether rule `i` matches an event that it was found for.
 */
export class RuleMatcher {
  readonly #reader: EventReader;
  readonly #values: readonly ValueIndex[];
  readonly #parts: readonly PartIndex[];
  /** Rules that must always be tried, in ascending order. */
  readonly #others: readonly number[];
  readonly #rest: readonly Predicate[];
  readonly #firstOf: (rules: readonly number[], from: number, end: number) => number;

  constructor(parts: {
    reader: EventReader;
    values: readonly ValueIndex[];
    parts: readonly PartIndex[];
    others: readonly number[];
    rest: readonly Predicate[];
  }) {
    this.#reader = parts.reader;
    this.#values = parts.values;
    this.#parts = parts.parts;
    this.#others = parts.others;
    this.#rest = parts.rest;
    this.#firstOf = firstMatching(parts.rest);
  }

  /**
   * @param from the first rule to be considered
   * @returns the first rule that matches, as its place in the order of `inOrder`; -1: none
   */
  match(event: RuleEvent, from = 0): number {
    const reader = this.#reader;
    const firstOf = this.#firstOf;
    const none = this.#rest.length;
    let best = none;
    reader.begin(event);
    for (let i = 0; i < this.#values.length; i++) {
      const index = this.#values[i] as ValueIndex;
      const key = index.isText ? reader.folded(index.slot) : reader.number(index.slot);
      const rules = index.rules.get(key);
      if (rules !== undefined) best = firstOf(rules, from, best);
    }
    for (let i = 0; i < this.#parts.length; i++) {
      const index = this.#parts[i] as PartIndex;
      best = index.rules.first(reader.folded(index.slot), from, best, firstOf);
    }
    best = firstOf(this.#others, from, best);
    return best === none ? -1 : best;
  }
}

/** The first of some rules that matches, if it comes before `end`; else `end`. */
function firstMatching(
  rest: readonly Predicate[],
): (rules: readonly number[], from: number, end: number) => number {
  return (rules, from, end) => {
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i] as number;
      if (rule >= end) return end;
      if (rule >= from && (rest[rule] as Predicate)()) return rule;
    }
    return end;
  };
}

/** Rules in the order in which they are tried: higher priorities first, equal ones as listed. */
export function inOrder<T extends { priority?: number | undefined }>(rules: readonly T[]): T[] {
  return [...rules].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
}

/**
 * Compiles the rules of a campaign.
 *
 * @param options.timezone IANA name for hour, weekday and date
 * @returns a matcher that numbers the rules by `inOrder`
 * @throws TrellisError `rule_invalid` for conditions that `conditionsSchema` refuses
 */
export function compileRules(
  rules: readonly MatchableRule[],
  options: { timezone: string },
): RuleMatcher {
  const reader = new EventReader(zoneClock(options.timezone));
  const conditions = inOrder(rules).map((rule) => conjuncts(rule.conditions));
  const keys = chooseKeys(conditions);
  const values = new Map<number, ValueIndex>();
  const parts = new Map<number, PartIndex>();
  const others: number[] = [];
  const rest = conditions.map((ofRule, rule) => {
    const key = keys[rule] ?? null;
    if (key === null) {
      others.push(rule);
    } else if (key.kind === 'grams') {
      addToParts(parts, reader.slot(key.field), key.keys, rule);
    } else {
      addToValues(values, reader.slot(key.field), key, rule);
      return compileAll(
        ofRule.filter((condition) => condition !== key.condition),
        reader,
      );
    }
    return compileAll(ofRule, reader);
  });
  return new RuleMatcher({
    reader,
    values: [...values.values()],
    parts: [...parts.values()],
    others,
    rest,
  });
}

function addToValues(
  indexes: Map<number, ValueIndex>,
  slot: number,
  key: Extract<RuleKey, { kind: 'values' }>,
  rule: number,
): void {
  const isText = key.field.family === 'text';
  const index = indexes.get(slot) ?? { slot, isText, rules: new Map() };
  indexes.set(slot, index);
  for (const value of key.keys) {
    const sharing = index.rules.get(value);
    if (sharing === undefined) index.rules.set(value, [rule]);
    else sharing.push(rule);
  }
}

function addToParts(
  indexes: Map<number, PartIndex>,
  slot: number,
  grams: readonly number[],
  rule: number,
): void {
  const index = indexes.get(slot) ?? { slot, rules: new GramIndex() };
  indexes.set(slot, index);
  for (const gram of grams) index.rules.add(gram, rule);
}
