import { Radio, Stack, TextInput } from '@mantine/core';
import { ANSWERS } from './fields.ts';
import type { DraftProps } from './number-fields.tsx';

/** What visitors get whose address is blocked. */
export function AnswerFields({ draft, set, errorOf, isAllowed }: DraftProps) {
  return (
    <Stack gap="sm">
      <Radio.Group
        label="What blocked visitors get"
        value={draft.blocked_answer}
        onChange={(value) => {
          const answer = ANSWERS.find((known) => known.value === value);
          if (answer !== undefined) {
            set({ blocked_answer: answer.value });
          }
        }}
      >
        <Stack gap={6} pt={6}>
          {ANSWERS.map(({ value, label }) => (
            <Radio key={value} value={value} label={label} disabled={!isAllowed} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.blocked_answer === 'safe_url' && (
        <TextInput
          label="Safe page"
          description="Empty: the fallback URL of the organisation, else 403"
          placeholder="https://"
          inputMode="url"
          maw={480}
          disabled={!isAllowed}
          value={draft.safe_url ?? ''}
          error={errorOf('safe_url')}
          onChange={({ currentTarget: { value } }) =>
            set({ safe_url: value.trim() === '' ? null : value.trim() })
          }
        />
      )}
    </Stack>
  );
}
