import { Checkbox, Group, SegmentedControl, Stack, TagsInput } from '@mantine/core';
import type { ActionDraft } from '../draft/draft.ts';
import { useField } from './context.ts';
import { Destinations } from './destinations.tsx';

type ActionProps = { action: ActionDraft; onChange: (next: ActionDraft) => void };

/** What becomes of a click: where it is sent, or that it is refused. */
export function ActionEditor({
  action,
  canBlock,
  onChange,
}: ActionProps & {
  canBlock: boolean;
}) {
  const { kind } = action;
  return (
    <Stack gap="sm">
      {canBlock && (
        <SegmentedControl
          aria-label="What to do"
          w="fit-content"
          data={[
            { value: 'redirect', label: 'Send on' },
            { value: 'block', label: 'Block (403)' },
          ]}
          value={kind}
          onChange={(value) =>
            onChange({ ...action, kind: value === 'block' ? 'block' : 'redirect' })
          }
        />
      )}
      {kind === 'redirect' && (
        <>
          <Destinations action={action} onChange={onChange} />
          <Passthrough action={action} onChange={onChange} />
        </>
      )}
      <Tags action={action} onChange={onChange} />
    </Stack>
  );
}

function Passthrough({ action, onChange }: ActionProps) {
  const field = useField(action)('passthrough');
  const { passesAll, passthrough } = action;
  return (
    <Group gap="sm" align="flex-end">
      <TagsInput
        {...field}
        flex="1 1 240px"
        label="Parameters to hand on"
        description="They replace parameters of the same name in the destination."
        placeholder={passesAll ? 'all of them' : 'utm_source, gclid'}
        disabled={passesAll}
        splitChars={[',', ' ', '\n']}
        value={passesAll ? [] : [...passthrough]}
        onChange={(names) => onChange({ ...action, passthrough: names })}
      />
      <Checkbox
        mb={8}
        label="All of them"
        checked={passesAll}
        onChange={(event) => onChange({ ...action, passesAll: event.currentTarget.checked })}
      />
    </Group>
  );
}

function Tags({ action, onChange }: ActionProps) {
  const field = useField(action)('tags');
  return (
    <TagsInput
      {...field}
      label="Tags"
      description="Recorded with each click that is treated so."
      placeholder={action.tags.length === 0 ? 'night, partner' : ''}
      splitChars={[',', '\n']}
      value={[...action.tags]}
      onChange={(tags) => onChange({ ...action, tags })}
    />
  );
}
