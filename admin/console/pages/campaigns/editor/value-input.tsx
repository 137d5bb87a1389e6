import { Group, MultiSelect, NumberInput, Select, TagsInput, Text, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import type { ComparisonDraft } from '../draft/draft.ts';
import { findField, takesOf } from '../draft/vocabulary.ts';
import type { FieldSchema } from '../types.ts';
import { useEditor, useField } from './context.ts';

type Change = (values: readonly string[]) => void;

/** Where a comparison's value is written: which input, its field and its operator decide. */
export function ValueInput({
  comparison,
  onChange,
}: {
  comparison: ComparisonDraft;
  onChange: Change;
}) {
  const { schema } = useEditor();
  const { id, error } = useField(comparison)('values');
  const { field, operator, values } = comparison;
  const described = findField(schema, field);
  const common = { id, error, described };
  switch (takesOf(schema, operator)) {
    case 'none':
      return error === undefined ? null : (
        <Text id={id} size="xs" c="red">
          {error}
        </Text>
      );
    case 'one':
      return (
        <OneValue
          {...common}
          label="Value"
          value={values[0] ?? ''}
          onChange={(value) => onChange([value, ...values.slice(1)])}
        />
      );
    case 'range':
      return (
        <Group gap="xs" grow wrap="nowrap" align="flex-start">
          <OneValue
            {...common}
            label="From"
            value={values[0] ?? ''}
            onChange={(value) => onChange([value, values[1] ?? ''])}
          />
          <OneValue
            id={`${id}-to`}
            error={undefined}
            described={described}
            label="To"
            value={values[1] ?? ''}
            onChange={(value) => onChange([values[0] ?? '', value])}
          />
        </Group>
      );
    default:
      return <ListOfValues {...common} values={values} onChange={onChange} />;
  }
}

type InputProps = {
  id: string;
  error: string | undefined;
  described: FieldSchema | undefined;
};

function OneValue({
  label,
  value,
  onChange,
  described,
  ...common
}: InputProps & { label: string; value: string; onChange: (value: string) => void }) {
  const shared = { ...common, 'aria-label': label };
  if (described?.values !== undefined || described?.type === 'boolean') {
    const data = described.values ?? [
      { value: 'true', label: 'yes' },
      { value: 'false', label: 'no' },
    ];
    return (
      <Select
        {...shared}
        placeholder="Choose"
        data={data}
        value={value === '' ? null : value}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  }
  if (described?.type === 'date') {
    return (
      <DateInput
        {...shared}
        placeholder="2026-03-29"
        valueFormat="YYYY-MM-DD"
        value={value === '' ? null : value}
        onChange={(day) => onChange(day ?? '')}
      />
    );
  }
  if (described?.type === 'number') {
    return (
      <NumberInput
        {...shared}
        placeholder={described.field === 'hour' ? '0 to 23' : '0 to 1'}
        step={described.field === 'hour' ? 1 : 0.1}
        value={value}
        onChange={(number) => onChange(String(number))}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      placeholder={placeholderOf(described)}
      description={countryName(described, value)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function ListOfValues({
  values,
  onChange,
  described,
  ...common
}: InputProps & { values: readonly string[]; onChange: Change }) {
  if (described?.values !== undefined) {
    return (
      <MultiSelect
        {...common}
        aria-label="Values"
        placeholder={values.length === 0 ? 'Choose' : ''}
        data={described.values}
        value={[...values]}
        onChange={onChange}
      />
    );
  }
  return (
    <TagsInput
      {...common}
      aria-label="Values"
      placeholder={values.length === 0 ? placeholderOf(described) : 'and …'}
      splitChars={[',', '\n', '\t']}
      value={[...values]}
      onChange={onChange}
    />
  );
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  country: 'DE',
  language: 'de',
  os: 'iOS',
  browser: 'Chrome',
  ip: '192.0.2.0/24',
  referer_domain: 'tiktok.com',
  source: 'tiktok',
  os_version: '17.4',
  browser_version: '126.0',
};

function placeholderOf(described: FieldSchema | undefined): string {
  return PLACEHOLDERS[described?.field ?? ''] ?? 'Text';
}

/** Two letters are easily mistaken: says whose they are. */
function countryName(described: FieldSchema | undefined, value: string): string | undefined {
  if (described?.field !== 'country' || !/^[a-z]{2}$/i.test(value)) {
    return undefined;
  }
  const name = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'none' });
  return name.of(value.toUpperCase()) ?? 'No country has these letters';
}
