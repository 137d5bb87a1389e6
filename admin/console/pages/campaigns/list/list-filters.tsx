import { Group, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';

const STATUSES = [
  { value: '', label: 'In use' },
  { value: 'active', label: 'Active' },
  { value: 'paused', label: 'Paused' },
  { value: 'archived', label: 'Archived' },
];

/** Which campaigns are shown. */
export function ListFilters({
  status,
  find,
  onChange,
}: {
  status: string;
  find: string;
  onChange: (changes: { status?: string; find?: string }) => void;
}) {
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label="Status"
        data={STATUSES}
        value={status}
        onChange={(value) => onChange({ status: value })}
      />
      <TextInput
        aria-label="Find a campaign"
        placeholder="Name or id"
        leftSection={<IconSearch size={16} aria-hidden />}
        flex="1 1 180px"
        maw={320}
        value={find}
        onChange={(event) => onChange({ find: event.currentTarget.value })}
      />
    </Group>
  );
}
