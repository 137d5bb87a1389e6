import { Button, Card, Group, Menu, MultiSelect, Select, Stack } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { DIMENSIONS, GROUPINGS_MAX, labelOf, PARAMETER } from './dimensions.ts';
import { FilterBar, FilterHint } from './filter-bar.tsx';
import { isMetric, METRICS, metricLabel } from './metrics.ts';
import { PRESETS } from './presets.ts';
import type { Question } from './question.ts';

type Change = (changes: Partial<Question>) => void;

/** What the report is about: groupings, metrics, filters. */
export function Controls({ question, change }: { question: Question; change: Change }) {
  return (
    <Card>
      <Stack gap="xs">
        <Group gap="sm" align="flex-start" wrap="wrap">
          <GroupingPicker
            grouping={question.grouping}
            onChange={(grouping) => change({ grouping, sort: undefined })}
          />
          <MultiSelect
            label="Figures"
            flex="1 1 300px"
            data={METRICS.map((name) => ({ value: name, label: metricLabel(name) }))}
            value={question.metrics}
            onChange={(names) => {
              const metrics = names.filter(isMetric);
              if (metrics.length > 0) {
                change({ metrics });
              }
            }}
          />
          <Select
            label="Rows"
            w={100}
            allowDeselect={false}
            data={[...new Set(['100', '1000', '10000', String(question.limit)])]}
            value={String(question.limit)}
            onChange={(limit) => change({ limit: Number(limit) })}
          />
        </Group>
        <Group gap="xs">
          <FilterBar filters={question.filters} onChange={(filters) => change({ filters })} />
          <FilterHint filters={question.filters} />
        </Group>
      </Stack>
    </Card>
  );
}

/** In the order in which they are chosen; a parameter of the link by writing `param.name`. */
function GroupingPicker({
  grouping,
  onChange,
}: {
  grouping: readonly string[];
  onChange: (grouping: string[]) => void;
}) {
  const [search, setSearch] = useState('');
  const isParameter = search.startsWith(PARAMETER) && search.length > PARAMETER.length;
  const names = new Set([...DIMENSIONS, ...grouping, ...(isParameter ? [search] : [])]);
  return (
    <MultiSelect
      label="Grouped by"
      flex="1 1 300px"
      placeholder={grouping.length === 0 ? 'One row of everything' : ''}
      data={[...names].map((name) => ({
        value: name,
        label: isParameter && name === search ? search : labelOf(name),
      }))}
      value={[...grouping]}
      onChange={onChange}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      maxValues={GROUPINGS_MAX}
      nothingFoundMessage="For a parameter of the link write param. and its name"
    />
  );
}

/** Reports that are often asked for. */
export function PresetMenu({ change }: { change: Change }) {
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} />}>
          Common reports
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PRESETS.map(({ name, ...preset }) => (
          <Menu.Item key={name} onClick={() => change({ ...preset, sort: undefined })}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
