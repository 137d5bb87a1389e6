import type { Condition } from './condition.ts';
import { readSql } from './operators/texts.ts';
import { Parameters, type QueryParams } from './parameters.ts';
import { formOf, prepare } from './prepare.ts';

/**
 * Conditions as an expression on the columns of trellis.events that is 1 where all of them hold and 0
 * elsewhere, never NULL; the same decision as the matcher's.
 *
 * @param options.timezone IANA name for hour, weekday and date
 * @param options.prefix what the parameters' names begin with; `condition` unless told
 * @returns the expression, in brackets, and the values of its placeholders
 * @throws TrellisError `rule_invalid`
 */
export function conditionsToSql(
  conditions: readonly Condition[],
  options: { timezone: string; prefix?: string },
): { sql: string; params: QueryParams } {
  const parameters = new Parameters(options.prefix ?? 'condition');
  const sql = joinSql(conditions, 'AND', parameters, options.timezone);
  return { sql, params: parameters.values };
}

function joinSql(
  conditions: readonly Condition[],
  conjunction: 'AND' | 'OR',
  parameters: Parameters,
  timezone: string,
): string {
  if (conditions.length === 0) return conjunction === 'AND' ? '(1)' : '(0)';
  const texts = conditions.map((condition) => conditionSql(condition, parameters, timezone));
  return `(${texts.join(` ${conjunction} `)})`;
}

function conditionSql(condition: Condition, parameters: Parameters, timezone: string): string {
  const shape = formOf(condition);
  switch (shape.form) {
    case 'any':
      return joinSql(shape.conditions, 'OR', parameters, timezone);
    case 'all':
      return joinSql(shape.conditions, 'AND', parameters, timezone);
    case 'not':
      return `(NOT ${conditionSql(shape.condition, parameters, timezone)})`;
    case 'comparison': {
      const prepared = prepare(shape.comparison);
      const not = prepared.negated ? 'NOT ' : '';
      const column = prepared.field.sql(parameters, timezone);
      if (prepared.operation.reads === 'number') {
        return `(${not}(${prepared.operation.sql(column, parameters)}))`;
      }
      const text = readSql(prepared.operation.reads, column);
      return `(${not}(${column} != '' AND (${prepared.operation.sql(text, parameters)})))`;
    }
  }
}
