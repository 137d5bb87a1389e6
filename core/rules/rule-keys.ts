import type { Condition } from './condition.ts';
import type { Field } from './fields.ts';
import { GRAM_LENGTH, gramsOf } from './gram-index.ts';
import { formOf, prepare } from './prepare.ts';

/**
 * How a rule is found without trying it. `values`: it can match only where the field has one of them,
 * and then `condition` need not be asked again. `grams`: it can match only where the field's text has
 * one of them in it; the condition must still be asked.
 */
export type RuleKey =
  | { kind: 'values'; field: Field; keys: ReadonlyArray<string | number>; condition: Condition }
  | { kind: 'grams'; field: Field; keys: readonly number[] };

/** Values are preferred to grams as long as no more rules than this share one. */
const RULES_SHARING_VALUE_MAX = 8;

/** All conditions of a rule that must hold, those inside of `all` included. */
export function conjuncts(conditions: readonly Condition[]): Condition[] {
  return conditions.flatMap((condition) => {
    const shape = formOf(condition);
    return shape.form === 'all' ? conjuncts(shape.conditions) : [condition];
  });
}

/** Keys of one field, one of which an event must have for a condition to hold. */
type Demand<T> = { field: Field; keys: readonly T[] };

/** The values that a condition demands: it holds for these and no others. */
function demandedValues(condition: Condition): Demand<string | number> | null {
  const shape = formOf(condition);
  if (shape.form === 'comparison') {
    const { field, operation, negated } = prepare(shape.comparison);
    return operation.keys === undefined || negated ? null : { field, keys: operation.keys };
  }
  return shape.form === 'any' ? joinDemands(shape.conditions.map(demandedValues)) : null;
}

/** The parts of texts that a condition demands: it can hold only where one of them is. */
function demandedParts(condition: Condition): Demand<string> | null {
  const shape = formOf(condition);
  if (shape.form === 'comparison') {
    const { field, operation, negated } = prepare(shape.comparison);
    const parts = operation.reads === 'folded' ? operation.parts : undefined;
    const isUsable = parts?.every((part) => part.length >= GRAM_LENGTH) === true && !negated;
    return parts !== undefined && isUsable ? { field, keys: parts } : null;
  }
  return shape.form === 'any' ? joinDemands(shape.conditions.map(demandedParts)) : null;
}

/** What `any` of some conditions demands: nothing, unless all demand something of one field. */
function joinDemands<T>(members: ReadonlyArray<Demand<T> | null>): Demand<T> | null {
  const [first] = members;
  if (first === null || first === undefined) return null;
  const keys = new Set<T>();
  for (const member of members) {
    if (member?.field.name !== first.field.name) return null;
    for (const key of member.keys) keys.add(key);
  }
  return { field: first.field, keys: [...keys] };
}

/** How many rules ask for each key of each field. */
class KeyCounts {
  readonly #counts = new Map<string, number>();

  add({ field, keys }: Demand<string | number>): void {
    for (const key of new Set(keys)) {
      const id = `${field.name}\n${key}`;
      this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    }
  }

  of(field: Field, key: string | number): number {
    return this.#counts.get(`${field.name}\n${key}`) ?? 0;
  }

  /** How many rules at most would be tried with the rule that demands this. */
  most({ field, keys }: Demand<string | number>): number {
    return keys.reduce<number>((most, key) => Math.max(most, this.of(field, key)), 0);
  }
}

/**
 * Chooses for each rule the key that the fewest other rules share.
 *
 * @param rules the conjuncts of each rule
 * @returns null for rules that must always be tried
 */
export function chooseKeys(rules: ReadonlyArray<readonly Condition[]>): Array<RuleKey | null> {
  const valueCounts = new KeyCounts();
  const gramCounts = new KeyCounts();
  const demands = rules.map((conditions) => {
    const values: Array<Demand<string | number> & { condition: Condition }> = [];
    const parts: Array<Demand<string>> = [];
    for (const condition of conditions) {
      const demanded = demandedValues(condition);
      if (demanded !== null) {
        values.push({ ...demanded, condition });
        valueCounts.add(demanded);
      }
      const contained = demandedParts(condition);
      if (contained !== null) {
        parts.push(contained);
        gramCounts.add({ field: contained.field, keys: contained.keys.flatMap(gramsOf) });
      }
    }
    return { values, parts };
  });
  return demands.map(({ values, parts }) => {
    const value = least(values, valueCounts);
    const shared = value === null ? Number.POSITIVE_INFINITY : valueCounts.most(value);
    const grams = least(
      parts.map(({ field, keys }) => rarestGrams(field, keys, gramCounts)),
      gramCounts,
    );
    const useGrams =
      grams !== null && shared > RULES_SHARING_VALUE_MAX && gramCounts.most(grams) < shared;
    if (useGrams) return { kind: 'grams', ...grams };
    return value === null ? null : { kind: 'values', ...value };
  });
}

function least<T extends Demand<string | number>>(
  demands: readonly T[],
  counts: KeyCounts,
): T | null {
  let best: T | null = null;
  for (const demand of demands) {
    if (best === null || counts.most(demand) < counts.most(best)) best = demand;
  }
  return best;
}

/** One gram of each part: the one that the fewest rules need. */
function rarestGrams(field: Field, parts: readonly string[], counts: KeyCounts): Demand<number> {
  const keys = parts.map((part) =>
    gramsOf(part).reduce((rarest, gram) =>
      counts.of(field, gram) < counts.of(field, rarest) ? gram : rarest,
    ),
  );
  return { field, keys: [...new Set(keys)] };
}
