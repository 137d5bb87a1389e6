import type { FieldSchema, OperatorSchema, RuleSchema } from '../types.ts';

/** How fields stand together; those that are in none of these come last. */
const GROUPS: ReadonlyArray<readonly [label: string, fields: readonly string[]]> = [
  ['Where from', ['source', 'medium', 'referer_domain', 'referer', 'campaign', 'click_id']],
  ['Link', ['param.', 'url', 'path']],
  ['Device', ['device_type', 'os', 'os_version', 'browser', 'browser_version', 'user_agent']],
  ['Place and language', ['country', 'region', 'city', 'ip', 'language']],
  ['Time', ['hour', 'weekday', 'date']],
  ['Visitor', ['is_unique', 'is_bot', 'fraud_score', 'header.']],
];

const LABELS: Readonly<Record<string, string>> = {
  'param.': 'parameter',
  'header.': 'header',
};

/** `param.` of `param.sub1`; other fields stand for themselves. */
export function familyOf(field: string): string {
  return /^(param|header)\./.exec(field)?.[0] ?? field;
}

/** The description of a field; undefined for one that this release does not know. */
export function findField(schema: RuleSchema, field: string): FieldSchema | undefined {
  const family = familyOf(field);
  return schema.fields.find((known) => known.field === family);
}

export function findOperator(schema: RuleSchema, operator: string): OperatorSchema | undefined {
  return schema.operators.find((known) => known.operator === operator);
}

/** What the value of an operator is; of an unknown one a list, which loses nothing. */
export function takesOf(schema: RuleSchema, operator: string): OperatorSchema['takes'] {
  return findOperator(schema, operator)?.takes ?? 'list';
}

/** `device_type` as people read it: `device type`. */
export function fieldLabel(field: string): string {
  return LABELS[field] ?? field.replaceAll('_', ' ');
}

type Choice = { value: string; label: string };

/** Fields to choose from, in groups. */
export function fieldChoices(schema: RuleSchema): Array<{ group: string; items: Choice[] }> {
  const known = new Set(schema.fields.map(({ field }) => field));
  const grouped = new Set(GROUPS.flatMap(([, fields]) => fields));
  const others = [...known].filter((field) => !grouped.has(field));
  return [...GROUPS, ['Other', others] as const]
    .map(([group, fields]) => ({
      group,
      items: fields
        .filter((field) => known.has(field))
        .map((field) => ({ value: field, label: fieldLabel(field) })),
    }))
    .filter(({ items }) => items.length > 0);
}

/** Operators that go with a field; `current` as well, even if it does not. */
export function operatorChoices(schema: RuleSchema, field: string, current: string): Choice[] {
  const fitting = findField(schema, field)?.operators ?? [];
  const names = fitting.includes(current) || current === '' ? fitting : [...fitting, current];
  return names.map((value) => ({ value, label: findOperator(schema, value)?.label ?? value }));
}
