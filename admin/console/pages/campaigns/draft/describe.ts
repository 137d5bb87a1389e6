import type { RuleSchema } from '../types.ts';
import type {
  ActionDraft,
  ComparisonDraft,
  ConditionDraft,
  GroupDraft,
  RuleDraft,
} from './draft.ts';
import { fieldLabel, findOperator, takesOf } from './vocabulary.ts';

const VALUES_SHOWN_MAX = 3;

/** What a rule asks for, in words: `device type is mobile and (source is tiktok or country is DE)`. */
export function describeConditions(root: GroupDraft, schema: RuleSchema): string {
  if (root.members.length === 0) {
    return 'every click';
  }
  return joined(root, schema);
}

/** What is done with a click: `to shop.example/a or 2 more`. */
export function describeAction({ kind, destinations }: ActionDraft): string {
  if (kind === 'block') {
    return 'block';
  }
  const first = destinations[0]?.url.replace(/^https?:\/\//, '') ?? '';
  const more = destinations.length - 1;
  return `${first === '' ? 'nowhere yet' : first}${more > 0 ? ` and ${more} more` : ''}`;
}

/** How a rule is called where there is room for a few words. */
export function ruleName(rule: Pick<RuleDraft, 'ruleId'>, index: number): string {
  return rule.ruleId === '' ? `Rule ${index + 1}` : rule.ruleId;
}

/** Comparisons at all depths. */
export function countComparisons(condition: ConditionDraft): number {
  return condition.form === 'comparison'
    ? 1
    : condition.members.reduce((sum, member) => sum + countComparisons(member), 0);
}

/** The keys of a rule's parts, its own included. */
export function keysOf(rule: RuleDraft): ReadonlySet<string> {
  const keys = new Set([rule.key, rule.action.key, rule.caps.key]);
  for (const { key } of rule.action.destinations) {
    keys.add(key);
  }
  const add = (condition: ConditionDraft) => {
    keys.add(condition.key);
    if (condition.form !== 'comparison') {
      condition.members.forEach(add);
    }
  };
  add(rule.conditions);
  return keys;
}

function joined({ form, members }: GroupDraft, schema: RuleSchema): string {
  const word = form === 'all' ? ' and ' : ' or ';
  return members.map((member) => describe(member, schema)).join(word);
}

function describe(condition: ConditionDraft, schema: RuleSchema): string {
  const not = condition.isNegated ? 'not ' : '';
  return condition.form === 'comparison'
    ? `${not}${describeComparison(condition, schema)}`
    : `${not}(${joined(condition, schema)})`;
}

function describeComparison(
  { field, operator, values }: ComparisonDraft,
  schema: RuleSchema,
): string {
  const label = findOperator(schema, operator)?.label.replace(/ \(.*\)$/, '') ?? operator;
  const start = `${fieldLabel(field)} ${label}`;
  switch (takesOf(schema, operator)) {
    case 'none':
      return start;
    case 'one':
      return `${start} ${shown(values[0])}`;
    case 'range':
      return `${start} ${shown(values[0])} and ${shown(values[1])}`;
    default: {
      const more = values.length - VALUES_SHOWN_MAX;
      const list = values.slice(0, VALUES_SHOWN_MAX).join(', ');
      return `${start} ${list === '' ? '…' : list}${more > 0 ? ` and ${more} more` : ''}`;
    }
  }
}

function shown(value: string | undefined): string {
  return value === undefined || value === '' ? '…' : value;
}
