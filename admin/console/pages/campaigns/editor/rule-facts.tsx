import { Group, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RuleDraft } from '../draft/draft.ts';
import { useField } from './context.ts';

/** A rule's priority and names. The priority counts once it has been typed to its end. */
export function RuleFacts({
  rule,
  onChange,
}: {
  rule: RuleDraft;
  onChange: (changes: Partial<RuleDraft>) => void;
}) {
  const field = useField(rule);
  const [typed, setTyped] = useState<string | null>(null);
  const settle = () => {
    if (typed !== null) {
      onChange({ priority: Number(typed) || 0 });
      setTyped(null);
    }
  };
  return (
    <Group gap="sm" align="flex-start">
      <NumberInput
        {...field('priority')}
        flex="1 1 130px"
        label="Priority"
        description="Higher ones are tried first."
        allowDecimal={false}
        value={typed ?? rule.priority}
        onChange={(priority) => setTyped(String(priority))}
        onBlur={settle}
      />
      <TextInput
        {...field('ruleId')}
        flex="2 1 180px"
        label="Rule id"
        description="Recorded with each click of the rule."
        placeholder="made when it is saved"
        value={rule.ruleId}
        onChange={(event) => onChange({ ruleId: event.currentTarget.value })}
      />
      <TextInput
        {...field('type')}
        flex="1 1 130px"
        label="Kind"
        description="Free text, for yourselves."
        value={rule.type}
        onChange={(event) => onChange({ type: event.currentTarget.value })}
      />
    </Group>
  );
}
