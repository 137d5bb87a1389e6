import { compileCondition } from './compile-condition.ts';
import type { Comparison, Condition } from './condition.ts';
import type { Rule } from './definition.ts';
import { EventReader } from './event-reader.ts';
import type { RuleEvent } from './event-view.ts';
import { inOrder } from './matcher.ts';
import { formOf, prepare } from './prepare.ts';
import { zoneClock } from './timezone.ts';

/** A condition with whether it held; comparisons also with what the event had (null: nothing). */
export type ExplainedCondition =
  | (Comparison & { actual: string | number | boolean | null; held: boolean })
  | { any: ExplainedCondition[]; held: boolean }
  | { all: ExplainedCondition[]; held: boolean }
  | { not: ExplainedCondition; held: boolean };

export type ExplainedRule = {
  rule_id: string | null;
  priority: number;
  /** Whether all conditions held; caps are not looked at. */
  matched: boolean;
  conditions: ExplainedCondition[];
};

/**
 * Tells what each rule made of one event, in the order in which rules are tried.
 *
 * @throws TrellisError `rule_invalid`
 */
export function explainRules(
  rules: ReadonlyArray<Pick<Rule, 'conditions' | 'priority' | 'rule_id'>>,
  event: RuleEvent,
  options: { timezone: string },
): { rules: ExplainedRule[]; firstMatch: number } {
  const explained = inOrder(rules).map((rule) => {
    const conditions = rule.conditions.map((condition) => explain(condition, event, options));
    return {
      rule_id: rule.rule_id ?? null,
      priority: rule.priority,
      matched: conditions.every((condition) => condition.held),
      conditions,
    };
  });
  return { rules: explained, firstMatch: explained.findIndex((rule) => rule.matched) };
}

function explain(
  condition: Condition,
  event: RuleEvent,
  options: { timezone: string },
): ExplainedCondition {
  const inside = (member: Condition) => explain(member, event, options);
  const shape = formOf(condition);
  switch (shape.form) {
    case 'any': {
      const any = shape.conditions.map(inside);
      return { any, held: any.some((member) => member.held) };
    }
    case 'all': {
      const all = shape.conditions.map(inside);
      return { all, held: all.every((member) => member.held) };
    }
    case 'not': {
      const not = inside(shape.condition);
      return { not, held: !not.held };
    }
    case 'comparison':
      return explainComparison(shape.comparison, event, options);
  }
}

function explainComparison(
  comparison: Comparison,
  event: RuleEvent,
  options: { timezone: string },
): ExplainedCondition {
  const clock = zoneClock(options.timezone);
  const reader = new EventReader(clock);
  const holds = compileCondition(comparison, reader);
  reader.begin(event);
  const { field } = prepare(comparison);
  const actual =
    field.family === 'number' ? field.show(field.read(event, clock)) : field.read(event, clock);
  return { ...comparison, actual: actual === '' ? null : actual, held: holds() };
}
