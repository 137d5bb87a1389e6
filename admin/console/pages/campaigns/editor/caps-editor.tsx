import { Group, NumberInput, Select, Stack } from '@mantine/core';
import type { CapsDraft } from '../draft/draft.ts';
import { useField } from './context.ts';
import { TemplateInput } from './template-input.tsx';
import { TimezoneInput } from './timezone-input.tsx';

const OVERFLOWS = [
  { value: 'next', label: 'try the next rule' },
  { value: 'default', label: 'do what is done with all other clicks' },
  { value: 'url', label: 'send them elsewhere' },
];

/** How much a rule takes in a day, and what becomes of the rest. */
export function CapsEditor({
  caps,
  onChange,
}: {
  caps: CapsDraft;
  onChange: (next: CapsDraft) => void;
}) {
  const field = useField(caps);
  const set = (changes: Partial<CapsDraft>) => onChange({ ...caps, ...changes });
  const isCapped = caps.clicks !== '' || caps.conversions !== '';
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-start">
        <NumberInput
          {...field('clicks')}
          flex="1 1 150px"
          label="Clicks a day"
          placeholder="no limit"
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          value={caps.clicks}
          onChange={(clicks) => set({ clicks: String(clicks) })}
        />
        <NumberInput
          {...field('conversions')}
          flex="1 1 150px"
          label="Conversions a day"
          placeholder="no limit"
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          value={caps.conversions}
          onChange={(conversions) => set({ conversions: String(conversions) })}
        />
        {isCapped && (
          <TimezoneInput
            {...field('timezone')}
            label="Time zone of the day"
            placeholder="the campaign's"
            value={caps.timezone}
            isOptional
            onChange={(timezone) => set({ timezone })}
          />
        )}
      </Group>
      {isCapped && (
        <Group gap="sm" align="flex-start">
          <Select
            {...field('overflow')}
            flex="1 1 240px"
            label="Above it"
            data={OVERFLOWS}
            allowDeselect={false}
            value={caps.overflow}
            onChange={(overflow) => set({ overflow: overflowOf(overflow) })}
          />
          {caps.overflow === 'url' && (
            <TemplateInput
              {...field('url')}
              label="Where to"
              value={caps.url}
              onChange={(url) => set({ url })}
            />
          )}
        </Group>
      )}
    </Stack>
  );
}

function overflowOf(value: string | null): CapsDraft['overflow'] {
  return value === 'default' || value === 'url' ? value : 'next';
}
