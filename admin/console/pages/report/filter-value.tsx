import { Group, Select, TagsInput, TextInput } from '@mantine/core';
import type { Filter } from './api-types.ts';
import type { Field, Operator } from './filter-fields.ts';

/** What the reader has typed: texts, which become what the field's type needs. */
export type Draft = { field: string; name: string; operator: string; values: string[] };

/** The inputs for what a field is compared with. */
export function FilterValue({
  field,
  takes,
  values,
  onChange,
}: {
  field: Field;
  takes: Operator['takes'];
  values: readonly string[];
  onChange: (values: string[]) => void;
}) {
  if (takes === 'none') {
    return null;
  }
  if (takes === 'list') {
    return (
      <TagsInput
        label="Values"
        placeholder="Enter after each"
        data={field.values ?? []}
        value={[...values]}
        onChange={onChange}
        clearable
        clearButtonProps={{ 'aria-label': 'Remove all values' }}
      />
    );
  }
  if (takes === 'range') {
    return (
      <Group grow>
        <TextInput
          label="From"
          value={values[0] ?? ''}
          onChange={(event) => onChange([event.currentTarget.value, values[1] ?? ''])}
        />
        <TextInput
          label="To"
          value={values[1] ?? ''}
          onChange={(event) => onChange([values[0] ?? '', event.currentTarget.value])}
        />
      </Group>
    );
  }
  const choices = field.type === 'boolean' ? ['true', 'false'] : field.values;
  return choices === undefined ? (
    <TextInput
      label="Value"
      value={values[0] ?? ''}
      onChange={(event) => onChange([event.currentTarget.value])}
    />
  ) : (
    <Select
      label="Value"
      data={choices}
      value={values[0] ?? null}
      onChange={(value) => onChange(value === null ? [] : [value])}
      comboboxProps={{ withinPortal: false }}
    />
  );
}

/** @returns undefined while something is missing */
export function filterOf(draft: Draft, field: Field, takes: Operator['takes']): Filter | undefined {
  const name = field.takes_name ? `${field.field}${draft.name}` : field.field;
  if (field.takes_name && draft.name === '') {
    return undefined;
  }
  const base = { field: name, operator: draft.operator };
  const typed = draft.values.map((text) => typedValue(field, text));
  switch (takes) {
    case 'none':
      return base;
    case 'list':
      return typed.length === 0 ? undefined : { ...base, value: typed.map(withoutFlags) };
    case 'range':
      return draft.values.filter((text) => text !== '').length < 2
        ? undefined
        : { ...base, value: typed.map(withoutFlags) };
    case 'one':
      return typed[0] === undefined || typed[0] === '' ? undefined : { ...base, value: typed[0] };
  }
}

function typedValue({ type }: Field, text: string): string | number | boolean {
  if (type === 'boolean') {
    return text === 'true';
  }
  // What is no number is refused by the API, in its own words.
  return type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))
    ? Number(text)
    : text;
}

function withoutFlags(value: string | number | boolean): string | number {
  return typeof value === 'boolean' ? String(value) : value;
}
