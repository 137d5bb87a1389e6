// HOT PATH: the functions made here run for each rule that may match a click. Budget: 20 ns per
// comparison, no allocation. Guarded by bench/micro/matching.ts.
import type { Comparison, Condition } from './condition.ts';
import type { EventReader } from './event-reader.ts';
import { formOf, prepare } from './prepare.ts';

/** Whether conditions hold for the event that their reader has begun. */
export type Predicate = () => boolean;

const ALWAYS: Predicate = () => true;

/** @throws TrellisError `rule_invalid` */
export function compileAll(conditions: readonly Condition[], reader: EventReader): Predicate {
  const predicates = conditions.map((condition) => compileCondition(condition, reader));
  const [first, second] = predicates;
  if (first === undefined) return ALWAYS;
  if (second === undefined) return first;
  return () => {
    for (let i = 0; i < predicates.length; i++) {
      if (!(predicates[i] as Predicate)()) return false;
    }
    return true;
  };
}

function compileAny(conditions: readonly Condition[], reader: EventReader): Predicate {
  const predicates = conditions.map((condition) => compileCondition(condition, reader));
  return () => {
    for (let i = 0; i < predicates.length; i++) {
      if ((predicates[i] as Predicate)()) return true;
    }
    return false;
  };
}

/** @throws TrellisError `rule_invalid` */
export function compileCondition(condition: Condition, reader: EventReader): Predicate {
  const shape = formOf(condition);
  switch (shape.form) {
    case 'all':
      return compileAll(shape.conditions, reader);
    case 'any':
      return compileAny(shape.conditions, reader);
    case 'not': {
      const predicate = compileCondition(shape.condition, reader);
      return () => !predicate();
    }
    case 'comparison':
      return compileComparison(shape.comparison, reader);
  }
}

function compileComparison(comparison: Comparison, reader: EventReader): Predicate {
  const { field, operation, negated } = prepare(comparison);
  const slot = reader.slot(field);
  if (operation.reads === 'number') {
    const { test } = operation;
    return () => test(reader.number(slot)) !== negated;
  }
  const { test } = operation;
  if (operation.reads === 'folded') {
    return () => {
      const text = reader.folded(slot);
      return text === '' ? negated : test(text) !== negated;
    };
  }
  return () => {
    const text = reader.raw(slot);
    return text === '' ? negated : test(text) !== negated;
  };
}
