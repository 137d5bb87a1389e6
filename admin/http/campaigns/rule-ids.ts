import { randomBytes } from 'node:crypto';
import type { Rule } from '../../../core/rules/definition.ts';

/** Gives ids to rules that have none. They are random: clicks of a rule that is gone keep its id. */
export function withRuleIds(rules: readonly Rule[]): Rule[] {
  return rules.map((rule) => ({
    ...rule,
    rule_id: rule.rule_id ?? `rule_${randomBytes(6).toString('hex')}`,
  }));
}
