import { z } from 'zod';
import { checkConditions } from './check-condition.ts';
import { CONDITION_JSON_SCHEMA } from './condition-json-schema.ts';

/** What a comparison compares with; which kind fits, the field and the operator decide. */
export type ConditionValue = string | number | boolean | Array<string | number>;

/** One field compared with one value. `exists` and `not_exists` have none. */
export type Comparison = { field: string; operator: string; value?: ConditionValue | undefined };

/** A comparison, or conditions joined. */
export type Condition =
  | Comparison
  | { any: Condition[] }
  | { all: Condition[] }
  | { not: Condition };

// Puts the shape of one condition among the document's components, where the list below refers to it.
z.custom<Condition>().meta({ id: 'Condition', ...CONDITION_JSON_SCHEMA });

/**
 * The conditions of a rule, all of which must hold; none hold always. Checked by hand rather than as a
 * union of schemas, so that a fault has the path of the one member that is wrong and says what to write.
 */
export const conditionsSchema = z
  .custom<Condition[]>(Array.isArray, 'must be a list of conditions')
  .superRefine((value, context) => {
    for (const fault of checkConditions(value)) {
      context.addIssue({ code: 'custom', path: fault.path, message: fault.message });
    }
  })
  .meta({
    type: 'array',
    maxItems: 100,
    items: { $ref: '#/components/schemas/Condition' },
    description: 'All must hold. Empty: the rule always matches.',
  });
