import { List, Text } from '@mantine/core';
import type { components } from '../../../client/index.ts';
import type { SuggestedCampaign } from './search.ts';

type Condition = components['schemas']['Condition'];

/** The rules that the campaign would have, in words. */
export function Conditions({ rules }: { rules: SuggestedCampaign['rules'] }) {
  const words = rules.flatMap(({ conditions }) => conditions.map(wordsFor));
  return words.length === 0 ? (
    <Text size="sm">Everything matches.</Text>
  ) : (
    <List size="sm" spacing={2}>
      {words.map((text) => (
        <List.Item key={text} className="literal">
          {text}
        </List.Item>
      ))}
    </List>
  );
}

/** @example wordsFor({ field: 'device_type', operator: 'in', value: ['mobile'] }) === 'device_type in mobile' */
function wordsFor(condition: Condition): string {
  if ('any' in condition) {
    return condition.any.map(wordsFor).join(' or ');
  }
  if ('all' in condition) {
    return `(${condition.all.map(wordsFor).join(' and ')})`;
  }
  if ('not' in condition) {
    return `not (${wordsFor(condition.not)})`;
  }
  const { field, operator, value } = condition;
  const values = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return `${field} ${operator.replaceAll('_', ' ')} ${values}`.trim();
}
