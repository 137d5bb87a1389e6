import {
  Card,
  Group,
  NumberInput,
  Radio,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { type CampaignDraft, emptyAction } from '../draft/draft.ts';
import { ActionEditor } from './action-editor.tsx';
import { useField } from './context.ts';
import { TimezoneInput } from './timezone-input.tsx';

const CURRENCIES = Intl.supportedValuesOf('currency');

type FieldsProps = { draft: CampaignDraft; onChange: (changes: Partial<CampaignDraft>) => void };

/** A part of the form, with what it is about. */
export function Section({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {hint !== undefined && (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      )}
      <Stack gap="sm" mt="sm">
        {children}
      </Stack>
    </Card>
  );
}

/** Name, time zone and cost. */
export function BasicFields({ draft, isNew, onChange }: FieldsProps & { isNew: boolean }) {
  const field = useField(draft);
  return (
    <Group gap="sm" align="flex-start">
      <TextInput
        {...field('name')}
        flex="2 1 220px"
        label="Name"
        required
        maxLength={200}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      {isNew && (
        <TextInput
          {...field('campaignId')}
          flex="1 1 180px"
          label="Id"
          placeholder="made from the name"
          description="Stands in the link, and cannot be changed."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={draft.campaignId}
          onChange={(event) => onChange({ campaignId: event.currentTarget.value })}
        />
      )}
      <TimezoneInput
        {...field('timezone')}
        label="Time zone"
        value={draft.timezone}
        onChange={(timezone) => onChange({ timezone })}
      />
      <CostFields draft={draft} onChange={onChange} />
    </Group>
  );
}

function CostFields({ draft, onChange }: FieldsProps) {
  const field = useField(draft);
  return (
    <Group gap={6} align="flex-start" wrap="nowrap" flex="1 1 230px">
      <NumberInput
        {...field('costAmount')}
        flex={1}
        label="Cost in all"
        placeholder="none"
        min={0}
        decimalScale={4}
        thousandSeparator=","
        hideControls
        // As text, so that no digit is lost.
        value={draft.costAmount}
        onValueChange={({ value }) => onChange({ costAmount: value })}
      />
      <Select
        {...field('costCurrency')}
        w={96}
        label="Currency"
        data={CURRENCIES}
        searchable
        allowDeselect={false}
        value={draft.costCurrency}
        onChange={(costCurrency) => costCurrency !== null && onChange({ costCurrency })}
      />
    </Group>
  );
}

/** What becomes of clicks that no rule takes. */
export function DefaultActionFields({ draft, onChange }: FieldsProps) {
  const { defaultAction } = draft;
  const { id, error } = useField(draft)('defaultAction');
  return (
    <Stack gap="sm">
      <Radio.Group
        id={id}
        aria-label="What to do with other clicks"
        error={error}
        value={defaultAction === null ? 'fallback' : 'send'}
        onChange={(value) =>
          onChange({ defaultAction: value === 'send' ? (defaultAction ?? emptyAction()) : null })
        }
      >
        <Group gap="lg">
          <Radio value="send" label="Send them on" />
          <Radio value="fallback" label="Leave them to the organisation's fallback URL, else 404" />
        </Group>
      </Radio.Group>
      {defaultAction !== null && (
        <ActionEditor
          action={defaultAction}
          canBlock={false}
          onChange={(next) => onChange({ defaultAction: next })}
        />
      )}
    </Stack>
  );
}
