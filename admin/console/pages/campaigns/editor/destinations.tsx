import { ActionIcon, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { formatPercent } from '../../../parts/format.ts';
import { type ActionDraft, type DestinationDraft, emptyDestination } from '../draft/draft.ts';
import { useEditor, useField } from './context.ts';
import { TemplateInput } from './template-input.tsx';

/** One destination, or several with weights. */
export function Destinations({
  action,
  onChange,
}: {
  action: ActionDraft;
  onChange: (next: ActionDraft) => void;
}) {
  const { schema } = useEditor();
  const { destinations } = action;
  const isSplit = destinations.length > 1;
  const sum = destinations.reduce((total, { weight }) => total + (Number(weight) || 0), 0);
  const set = (next: readonly DestinationDraft[]) => onChange({ ...action, destinations: next });
  return (
    <Stack gap="xs" role="group" aria-label="Destinations">
      {destinations.map((destination, index) => (
        <Destination
          key={destination.key}
          destination={destination}
          label={isSplit ? `Destination ${index + 1}` : 'Destination'}
          share={isSplit && sum > 0 ? (Number(destination.weight) || 0) / sum : undefined}
          onChange={(next) => set(destinations.with(index, next))}
          onRemove={isSplit ? () => set(destinations.toSpliced(index, 1)) : undefined}
        />
      ))}
      <Group gap="xs">
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          disabled={destinations.length >= schema.limits.destinations}
          onClick={() => set([...destinations, emptyDestination()])}
        >
          {isSplit ? 'Destination' : 'Split between destinations'}
        </Button>
        {isSplit && (
          <Text size="xs" c="dimmed">
            A visitor always gets the same one.
          </Text>
        )}
      </Group>
    </Stack>
  );
}

function Destination({
  destination,
  label,
  share,
  onChange,
  onRemove,
}: {
  destination: DestinationDraft;
  label: string;
  /** 0 to 1; undefined where there is no split. */
  share: number | undefined;
  onChange: (next: DestinationDraft) => void;
  onRemove: (() => void) | undefined;
}) {
  const field = useField(destination);
  return (
    <Group gap="xs" align="flex-start">
      <TemplateInput
        {...field('url')}
        label={label}
        value={destination.url}
        onChange={(url) => onChange({ ...destination, url })}
      />
      {onRemove !== undefined && (
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <NumberInput
            {...field('weight')}
            label="Weight"
            w={90}
            min={0}
            value={destination.weight}
            onChange={(weight) => onChange({ ...destination, weight: String(weight) })}
          />
          <Text size="sm" className="figures" w={56} ta="right" mt={32}>
            {share === undefined ? '–' : formatPercent(share * 100, 1)}
          </Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={29}
            aria-label={`Remove ${label.toLowerCase()}`}
            onClick={onRemove}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      )}
    </Group>
  );
}
