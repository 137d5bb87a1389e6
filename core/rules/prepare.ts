import { TrellisError } from '../errors.ts';
import type { Comparison, Condition } from './condition.ts';
import { findField } from './fields.ts';
import { type PreparedComparison, prepareComparison } from './operators.ts';

/**
 * Takes a stored comparison apart.
 *
 * @throws TrellisError `rule_invalid` for one that `checkConditions` would have refused
 */
export function prepare(comparison: Comparison): PreparedComparison {
  const field = findField(comparison.field);
  if ('fault' in field) throw invalid(`Field ${comparison.field} ${field.fault}`);
  const prepared = prepareComparison(field, comparison.operator, comparison.value);
  if ('fault' in prepared) {
    throw invalid(`${comparison.field} ${comparison.operator}: ${prepared.fault}`);
  }
  return prepared;
}

function invalid(message: string): TrellisError {
  return new TrellisError('rule_invalid', message);
}

/** A condition by its form. */
export type ConditionForm =
  | { form: 'comparison'; comparison: Comparison }
  | { form: 'any' | 'all'; conditions: readonly Condition[] }
  | { form: 'not'; condition: Condition };

/** Tells the forms of a condition apart. */
export function formOf(condition: Condition): ConditionForm {
  if ('any' in condition) return { form: 'any', conditions: condition.any };
  if ('all' in condition) return { form: 'all', conditions: condition.all };
  if ('not' in condition) return { form: 'not', condition: condition.not };
  return { form: 'comparison', comparison: condition };
}
