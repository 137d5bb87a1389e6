import { Select } from '@mantine/core';

const TIMEZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
const CHOICES_SHOWN_MAX = 60;

/** A time zone by its IANA name. */
export function TimezoneInput({
  value,
  isOptional = false,
  onChange,
  ...rest
}: {
  id: string;
  error: string | undefined;
  label: string;
  description?: string;
  placeholder?: string;
  value: string;
  /** Whether there may be none. */
  isOptional?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <Select
      {...rest}
      flex="1 1 200px"
      data={value === '' || TIMEZONES.includes(value) ? TIMEZONES : [value, ...TIMEZONES]}
      searchable
      clearable={isOptional}
      allowDeselect={isOptional}
      limit={CHOICES_SHOWN_MAX}
      nothingFoundMessage="No such time zone"
      value={value === '' ? null : value}
      onChange={(next) => onChange(next ?? '')}
    />
  );
}
