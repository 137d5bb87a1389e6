import { Button, Group, Pill, Popover, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Filter } from './api-types.ts';
import { labelOf, showValue, type Value } from './dimensions.ts';
import { type Field, type Operator, useFilterFields } from './filter-fields.ts';
import { type Draft, FilterValue, filterOf } from './filter-value.tsx';

/** The filters there are, each with a way to remove it, and a form for one more. */
export function FilterBar({
  filters,
  onChange,
}: {
  filters: readonly Filter[];
  onChange: (filters: Filter[]) => void;
}) {
  const { fields, operators } = useFilterFields();
  const [isOpen, setOpen] = useState(false);
  return (
    <Group gap="xs">
      {filters.map((filter, index) => {
        const text = describe(filter, operators);
        return (
          <Pill
            // biome-ignore lint/suspicious/noArrayIndexKey: filters have no identity but their place
            key={`${index} ${text}`}
            size="md"
            withRemoveButton
            removeButtonProps={{
              'aria-label': `Remove the filter ${text}`,
              // Mantine means it for the mouse alone.
              'aria-hidden': false,
              tabIndex: 0,
            }}
            onRemove={() => onChange(filters.filter((_, place) => place !== index))}
          >
            {text}
          </Pill>
        );
      })}
      <Popover opened={isOpen} onChange={setOpen} width={300} trapFocus position="bottom-start">
        <Popover.Target>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconFilterPlus size={16} />}
            onClick={() => setOpen(!isOpen)}
          >
            Add a filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Add a filter">
          <FilterForm
            fields={fields}
            operators={operators}
            onAdd={(filter) => {
              onChange([...filters, filter]);
              setOpen(false);
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

function FilterForm({
  fields,
  operators,
  onAdd,
}: {
  fields: readonly Field[];
  operators: readonly Operator[];
  onAdd: (filter: Filter) => void;
}) {
  const [draft, setDraft] = useState<Draft>({
    ...{ field: 'campaign_id', name: '', operator: 'equals', values: [] },
  });
  const field = fields.find((one) => one.field === draft.field) ?? fields[0];
  if (field === undefined) {
    return null;
  }
  const takes = operators.find(({ operator }) => operator === draft.operator)?.takes ?? 'one';
  const filter = filterOf(draft, field, takes);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (filter !== undefined) {
      onAdd(filter);
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <FieldAndOperator {...{ fields, operators, field, draft }} onChange={setDraft} />
        <FilterValue
          field={field}
          takes={takes}
          values={draft.values}
          onChange={(values) => setDraft({ ...draft, values })}
        />
        <Button type="submit" disabled={filter === undefined}>
          Add
        </Button>
      </Stack>
    </form>
  );
}

function FieldAndOperator({
  fields,
  operators,
  field,
  draft,
  onChange,
}: {
  fields: readonly Field[];
  operators: readonly Operator[];
  field: Field;
  draft: Draft;
  onChange: (draft: Draft) => void;
}) {
  const chooseField = (name: string | null) => {
    const next = fields.find((one) => one.field === name);
    if (next !== undefined) {
      const operator = next.operators.includes(draft.operator) ? draft.operator : 'equals';
      onChange({ field: next.field, name: '', operator, values: [] });
    }
  };
  return (
    <>
      <Select
        label="Field"
        searchable
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        data={fields.map((one) => ({ value: one.field, label: fieldLabel(one.field) }))}
        value={draft.field}
        onChange={chooseField}
        description={field.hint === '' ? undefined : field.hint}
      />
      {field.takes_name && (
        <TextInput
          label="Name"
          placeholder="utm_campaign"
          value={draft.name}
          onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        />
      )}
      <Select
        label="Comparison"
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        data={operators
          .filter(({ operator }) => field.operators.includes(operator))
          .map(({ operator, label }) => ({ value: operator, label }))}
        value={draft.operator}
        onChange={(operator) => onChange({ ...draft, operator: operator ?? 'equals', values: [] })}
      />
    </>
  );
}

function fieldLabel(field: string): string {
  return field === 'param.' ? 'Parameter …' : labelOf(field).replaceAll('_', ' ');
}

/** `Source is google`. */
function describe({ field, operator, value }: Filter, operators: readonly Operator[]): string {
  const label = operators.find((one) => one.operator === operator)?.label ?? operator;
  const values = value === undefined ? [] : [value].flat();
  return [fieldLabel(field), label, values.map((one) => showValue(field, one as Value)).join(', ')]
    .join(' ')
    .trim();
}

/** Says that all filters hold at once, for those who wonder. */
export function FilterHint({ filters }: { filters: readonly Filter[] }) {
  return filters.length < 2 ? null : (
    <Text size="xs" c="dimmed">
      All filters must hold.
    </Text>
  );
}
