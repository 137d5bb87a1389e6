import { findField } from './fields.ts';
import { prepareComparison } from './operators.ts';

/** One thing that is wrong with a condition, at its place below the list of conditions. */
export type ConditionFault = { path: Array<string | number>; message: string };

export const DEPTH_MAX = 5;
export const COMPARISONS_MAX = 100;
const FORMS = 'must be {field, operator, value}, {any: […]}, {all: […]} or {not: {…}}';

/**
 * Finds everything that is wrong with a rule's conditions, which may be anything at all.
 *
 * @returns the faults; none for conditions that can be compiled and put into SQL
 */
export function checkConditions(conditions: unknown): ConditionFault[] {
  const check = new ConditionCheck();
  check.list(conditions, [], 0, 0);
  if (check.comparisons > COMPARISONS_MAX) {
    check.faults.push({
      path: [],
      message: `has ${check.comparisons} comparisons in all; at most ${COMPARISONS_MAX}`,
    });
  }
  return check.faults;
}

/** How many comparisons with a regular expression there are in conditions, which may be anything. */
export function countRegexes(conditions: unknown): number {
  if (typeof conditions !== 'object' || conditions === null) return 0;
  const own = 'operator' in conditions && conditions.operator === 'matches' ? 1 : 0;
  return Object.values(conditions).reduce<number>((sum, part) => sum + countRegexes(part), own);
}

class ConditionCheck {
  readonly faults: ConditionFault[] = [];
  comparisons = 0;

  list(value: unknown, path: Array<string | number>, depth: number, lengthMin: number): void {
    if (!Array.isArray(value)) {
      this.#fault(path, 'must be a list of conditions');
    } else if (value.length < lengthMin) {
      this.#fault(path, 'must have at least one condition');
    } else if (value.length > COMPARISONS_MAX) {
      this.#fault(path, `has more than ${COMPARISONS_MAX} conditions`);
    } else {
      value.forEach((condition, index) => {
        this.#condition(condition, [...path, index], depth);
      });
    }
  }

  #condition(value: unknown, path: Array<string | number>, depth: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#fault(path, FORMS);
      return;
    }
    const members = new Map<string, unknown>(Object.entries(value));
    const joined = ['any', 'all', 'not'].find((name) => members.has(name));
    const allowed = joined === undefined ? ['field', 'operator', 'value'] : [joined];
    const unknown = [...members.keys()].filter((name) => !allowed.includes(name));
    for (const name of unknown) {
      const reason =
        joined === undefined ? 'is no member of a condition' : `cannot stand beside ${joined}`;
      this.#fault([...path, name], `${reason}: a condition ${FORMS}`);
    }
    if (joined === undefined) {
      this.#comparison(members, path, unknown.length > 0);
    } else if (depth === DEPTH_MAX) {
      this.#fault(path, `is nested more than ${DEPTH_MAX} deep`);
    } else if (joined === 'not') {
      this.#condition(members.get('not'), [...path, 'not'], depth + 1);
    } else {
      this.list(members.get(joined), [...path, joined], depth + 1, 1);
    }
  }

  #comparison(
    members: ReadonlyMap<string, unknown>,
    path: Array<string | number>,
    isStrange: boolean,
  ): void {
    this.comparisons += 1;
    const fieldName = members.get('field');
    const operator = members.get('operator');
    if (fieldName === undefined && operator === undefined) {
      if (!isStrange) this.#fault(path, FORMS);
      return;
    }
    const field =
      typeof fieldName === 'string'
        ? findField(fieldName)
        : { fault: 'must be the name of a field' };
    if ('fault' in field) {
      this.#fault([...path, 'field'], field.fault);
    }
    if (typeof operator !== 'string') {
      this.#fault([...path, 'operator'], 'must be the name of an operator');
    } else if (!('fault' in field)) {
      const prepared = prepareComparison(field, operator, members.get('value'));
      if ('fault' in prepared) {
        const at = prepared.at === undefined ? [] : [prepared.at];
        this.#fault([...path, prepared.member, ...at], prepared.fault);
      }
    }
  }

  #fault(path: Array<string | number>, message: string): void {
    this.faults.push({ path, message });
  }
}
