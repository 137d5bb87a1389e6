import { useQuery } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { useMay } from '../../shell/session.ts';

export type RuleSchema =
  paths['/api/v1/campaigns/rule-schema']['get']['responses'][200]['content']['application/json'];
export type Field = RuleSchema['fields'][number];
export type Operator = RuleSchema['operators'][number];

const SCHEMA_FRESH_MS = 60 * 60_000;

const EVENT_OPERATORS = ['equals', 'not_equals', 'in', 'not_in', 'exists', 'not_exists'];

/** What only stored events have; reports compare it letter by letter. */
const EVENT_FIELDS: readonly Field[] = [
  ['campaign_id', 'The campaign that the event counts for.'],
  ['rule_id', 'The rule that decided.'],
  ['event_type', 'click, the type of a visit, or the name of a conversion.'],
  ['conversion_event', 'The name of a conversion, such as purchase.'],
  ['conversion_currency', 'Three letters of ISO 4217.'],
  ['destination', 'Where the visitor was sent.'],
  ['user_id', 'One visitor.'],
  ['tag', 'Given by a rule.'],
  ['fraud_reason', 'What made the click suspicious.'],
].map(([field = '', hint = '']) => ({
  ...{ field, hint, type: 'text' as const, operators: EVENT_OPERATORS, takes_name: false },
}));

const EVENT_FLAGS: readonly Field[] = [
  ['is_blocked', 'The address was blocked.'],
  ['is_suspicious', 'Fraud score above 0.8, not blocked.'],
].map(([field = '', hint = '']) => ({
  ...{ field, hint, type: 'boolean' as const, takes_name: false },
  operators: ['equals', 'not_equals'],
}));

/** For keys that may not read rules: a few fields that everybody knows. */
const PLAIN_FIELDS: readonly Field[] = [
  'source',
  'medium',
  'country',
  'device_type',
  'browser',
  'os',
].map((field) => ({
  ...{ field, hint: '', type: 'text' as const, operators: EVENT_OPERATORS, takes_name: false },
}));

const PLAIN_OPERATORS: readonly Operator[] = [
  { operator: 'equals', takes: 'one', label: 'is' },
  { operator: 'not_equals', takes: 'one', label: 'is not' },
  { operator: 'in', takes: 'list', label: 'is one of' },
  { operator: 'not_in', takes: 'list', label: 'is none of' },
  { operator: 'exists', takes: 'none', label: 'is there' },
  { operator: 'not_exists', takes: 'none', label: 'is missing' },
];

/** Headers are not kept with events. */
const UNKNOWN_TO_REPORTS = ['header.'];

/** Fields and operators of filters: those of rules, and those that only events have. */
export function useFilterFields(): { fields: readonly Field[]; operators: readonly Operator[] } {
  const isAllowed = useMay('campaigns:read');
  const schema = useQuery({
    queryKey: ['report', 'fields'],
    enabled: isAllowed,
    staleTime: SCHEMA_FRESH_MS,
    queryFn: () => dataOf(api.GET('/api/v1/campaigns/rule-schema')),
  });
  const ofRules = schema.data?.fields ?? PLAIN_FIELDS;
  return {
    fields: [
      ...EVENT_FIELDS,
      ...EVENT_FLAGS,
      ...ofRules.filter(({ field }) => !UNKNOWN_TO_REPORTS.includes(field)),
    ],
    operators: schema.data?.operators ?? PLAIN_OPERATORS,
  };
}
