import { Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { DataTable, type Sorting } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure } from '../../parts/figure.tsx';
import { formatAgo, formatCount, formatTime } from '../../parts/format.ts';
import { useUrlFilters } from '../../parts/url-state.ts';
import { addressColumns, judgementColumns, menuColumn } from './address-columns.tsx';
import { formatInterval } from './window.ts';

type Answer =
  paths['/api/v1/analytics/fraud']['get']['responses'][200]['content']['application/json'];
type Row = Answer['rows'][number];

const ROWS_MAX = 1_000;
const HOURS = [
  { value: '1', label: 'The last hour' },
  { value: '6', label: 'The last 6 hours' },
  { value: '24', label: 'The last 24 hours' },
  { value: '72', label: 'The last 3 days' },
  { value: '168', label: 'The last 7 days' },
];
const HOURS_FIRST = '24';
const CONFIDENCES = [
  { value: '', label: 'All' },
  { value: '0.5', label: '0.5 and more' },
  { value: '0.8', label: '0.8 and more' },
  { value: '0.95', label: '0.95 and more' },
];

/** Addresses that clicked too much, with one user agent only, or too fast: over stored clicks. */
export function Report() {
  const [{ hours: hoursText, min }, setFilters] = useUrlFilters(['hours', 'min']);
  const hours = HOURS.some(({ value }) => value === hoursText) ? hoursText : HOURS_FIRST;
  const minConfidence = CONFIDENCES.some(({ value }) => value === min) ? min : '';
  const report = useQuery({
    queryKey: ['fraud', 'report', hours, minConfidence],
    queryFn: () => {
      const query = {
        hours: Number(hours),
        limit: ROWS_MAX,
        ...(minConfidence === '' ? {} : { min_confidence: Number(minConfidence) }),
      };
      return dataOf(api.GET('/api/v1/analytics/fraud', { params: { query } }));
    },
  });
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Select
          label="Time"
          w={180}
          allowDeselect={false}
          data={HOURS}
          value={hours}
          onChange={(value) => setFilters({ hours: value ?? HOURS_FIRST })}
        />
        <Select
          label="Confidence"
          w={180}
          allowDeselect={false}
          data={CONFIDENCES}
          value={minConfidence}
          onChange={(value) => setFilters({ min: value ?? '' })}
        />
      </Group>
      <Answered
        query={report}
        isEmpty={({ rows }) => rows.length === 0}
        empty={
          <Empty
            title="Nothing stands out"
            hint="No address exceeded a threshold of the settings in this time."
          />
        }
      >
        {({ rows }) => <ReportOf rows={rows} />}
      </Answered>
    </Stack>
  );
}

const FIGURES: Readonly<Record<string, (row: Row) => number>> = {
  clicks: (row) => row.click_count,
  agents: (row) => row.ua_count,
  ids: (row) => row.unique_clicks,
  interval: (row) => row.avg_click_interval ?? Number.POSITIVE_INFINITY,
  confidence: (row) => row.confidence,
  last: (row) => new Date(row.last_click).getTime(),
};

function ReportOf({ rows }: { rows: readonly Row[] }) {
  const [sorting, setSorting] = useState<Sorting>({ by: 'clicks', isDescending: true });
  const figureOf = FIGURES[sorting.by] ?? ((row: Row) => row.click_count);
  const sorted = [...rows].sort((a, b) => {
    const difference = figureOf(a) === figureOf(b) ? 0 : figureOf(a) - figureOf(b);
    return sorting.isDescending ? -difference : difference;
  });
  const clicks = rows.reduce((sum, row) => sum + row.click_count, 0);
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Figure label="Addresses" value={formatCount(rows.length)} />
        <Figure label="Their clicks" value={formatCount(clicks)} />
        <Figure
          label="Suspicious addresses"
          value={formatCount(rows.filter(({ confidence }) => confidence > 0.8).length)}
          hint="With a confidence above 0.8"
        />
      </SimpleGrid>
      {rows.length === ROWS_MAX && (
        <Text size="sm">
          The {formatCount(ROWS_MAX)} busiest are shown; there may be more. Ask for more confidence
          or a shorter time.
        </Text>
      )}
      <DataTable
        label="Suspicious addresses"
        minWidth={1020}
        rows={sorted}
        rowKey={({ ip, country }) => `${ip} ${country}`}
        sorting={sorting}
        onSort={setSorting}
        columns={[
          ...addressColumns<Row>(({ ip }) => ip),
          ...FIGURE_COLUMNS,
          ...judgementColumns<Row>(true),
          {
            id: 'last',
            title: 'Last click',
            isSortable: true,
            cell: ({ last_click }) => (
              <Text size="sm" title={formatTime(last_click)} style={{ whiteSpace: 'nowrap' }}>
                {formatAgo(last_click)}
              </Text>
            ),
          },
          menuColumn<Row>(({ ip }) => ip),
        ]}
      />
    </Stack>
  );
}

const figure = { isFigure: true, isSortable: true } as const;
const FIGURE_COLUMNS = [
  { id: 'clicks', title: 'Clicks', ...figure, cell: (row: Row) => formatCount(row.click_count) },
  { id: 'agents', title: 'Agents', ...figure, cell: (row: Row) => formatCount(row.ua_count) },
  { id: 'ids', title: 'Click ids', ...figure, cell: (row: Row) => formatCount(row.unique_clicks) },
  {
    id: 'interval',
    title: 'One each',
    ...figure,
    cell: ({ avg_click_interval: seconds }: Row) =>
      seconds === null ? '–' : formatInterval(seconds * 1_000),
  },
];
