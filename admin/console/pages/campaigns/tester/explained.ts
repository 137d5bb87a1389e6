import type { Outcome } from '../types.ts';

/** A condition with whether it held; comparisons with what the visitor had (null: nothing). */
export type Explained =
  | {
      form: 'comparison';
      field: string;
      operator: string;
      value: unknown;
      actual: unknown;
      isHeld: boolean;
    }
  | { form: 'any' | 'all' | 'not'; members: Explained[]; isHeld: boolean };

/** Reads the conditions of a tried rule, which the API answers as they were saved. */
export function explainedOf(conditions: Outcome['rules'][number]['conditions']): Explained[] {
  return (conditions ?? []).map(explained);
}

function explained(given: unknown): Explained {
  const condition = (typeof given === 'object' && given !== null ? given : {}) as Record<
    string,
    unknown
  >;
  const isHeld = condition.held === true;
  for (const form of ['any', 'all'] as const) {
    const members = condition[form];
    if (Array.isArray(members)) {
      return { form, members: members.map(explained), isHeld };
    }
  }
  if (condition.not !== undefined) {
    return { form: 'not', members: [explained(condition.not)], isHeld };
  }
  return {
    form: 'comparison',
    field: String(condition.field ?? ''),
    operator: String(condition.operator ?? ''),
    value: condition.value,
    actual: condition.actual ?? null,
    isHeld,
  };
}
