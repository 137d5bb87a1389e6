import { Button, Card, Group, SimpleGrid, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import type { paths } from '../../../client/index.ts';
import { DataTable, type Sorting } from '../../parts/data-table.tsx';
import { Figure } from '../../parts/figure.tsx';
import { formatCount, formatMoney } from '../../parts/format.ts';
import { type Series, TimeChart } from '../../parts/time-chart.tsx';

/** The answer of the real-time route. */
export type Realtime =
  paths['/api/v1/analytics/realtime']['get']['responses'][200]['content']['application/json'];

type Minute = Realtime['traffic_timeline'][number];

const MINUTE = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

const SERIES: readonly Series[] = [
  { name: 'clean_clicks', label: 'Clicks', color: 'trellis.6' },
  { name: 'suspicious_clicks', label: 'Suspicious clicks', color: 'orange.6' },
  { name: 'blocked_clicks', label: 'Blocked clicks', color: 'red.5' },
];

/** The last hour and today in a few figures. */
export function TrafficFigures({ metrics }: { metrics: Realtime }) {
  const { suspicious_clicks_last_hour: suspicious, blocked_clicks_last_hour: blocked } = metrics;
  const unconverted = metrics.unconverted.map(({ currency, value }) =>
    formatMoney(value, currency),
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Figure
        label="Clicks in the last hour"
        value={formatCount(metrics.clicks_last_hour)}
        change={metrics.clicks_change}
        hint={`${formatCount(suspicious)} suspicious; ${formatCount(blocked)} more were blocked`}
      />
      <Figure
        label="Conversions today"
        value={formatCount(metrics.conversions_today)}
        hint="Since midnight"
      />
      <Figure
        label="Revenue today"
        value={formatMoney(metrics.revenue_today, metrics.currency)}
        hint={
          unconverted.length === 0
            ? 'Since midnight'
            : `And ${unconverted.join(', ')} in currencies without a rate`
        }
      />
    </SimpleGrid>
  );
}

/** Clicks of each minute of the last hour, as a chart or in figures. */
export function TrafficTimeline({ metrics }: { metrics: Realtime }) {
  const [isTable, setTable] = useState(false);
  const minutes = metrics.traffic_timeline;
  return (
    <Card component="section" aria-labelledby="traffic-title">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" id="traffic-title">
            Clicks by minute
          </Title>
          <Button variant="subtle" size="compact-sm" onClick={() => setTable(!isTable)}>
            {isTable ? 'Show the chart' : 'Show the figures'}
          </Button>
        </Group>
        {isTable ? (
          <MinuteTable minutes={minutes} currency={metrics.currency} />
        ) : (
          <TimeChart
            label="Clicks by minute in the last hour"
            kind="bar"
            height={200}
            points={minutes.map(({ minute, clean_clicks, suspicious_clicks, blocked_clicks }) => ({
              at: MINUTE.format(new Date(minute)),
              clean_clicks,
              suspicious_clicks,
              blocked_clicks,
            }))}
            series={SERIES.filter(
              ({ name }, index) =>
                index === 0 || minutes.some((minute) => Number(minute[name as keyof Minute]) > 0),
            )}
          />
        )}
      </Stack>
    </Card>
  );
}

function MinuteTable({ minutes, currency }: { minutes: readonly Minute[]; currency: string }) {
  const [sorting, setSorting] = useState<Sorting>({ by: 'minute', isDescending: true });
  const figure = (id: keyof Minute, title: string) => ({
    ...{ id, title, isFigure: true, isSortable: true },
    cell: (row: Minute) => formatCount(Number(row[id])),
  });
  return (
    <DataTable
      label="Traffic by minute in the last hour"
      rows={sorted(minutes, sorting)}
      rowKey={({ minute }) => minute}
      sorting={sorting}
      onSort={setSorting}
      columns={[
        {
          ...{ id: 'minute', title: 'Minute', isSortable: true },
          cell: ({ minute }) => MINUTE.format(new Date(minute)),
        },
        figure('clicks', 'Clicks'),
        figure('suspicious_clicks', 'Suspicious'),
        figure('blocked_clicks', 'Blocked'),
        figure('conversions', 'Conversions'),
        {
          ...{ id: 'revenue', title: 'Revenue', isFigure: true, isSortable: true },
          cell: ({ revenue }) => formatMoney(revenue, currency),
        },
      ]}
    />
  );
}

function sorted(minutes: readonly Minute[], { by, isDescending }: Sorting): Minute[] {
  const figureOf = (row: Minute) =>
    by === 'minute' ? new Date(row.minute).getTime() : Number(row[by as keyof Minute]);
  return [...minutes].sort(
    (one, other) => (isDescending ? -1 : 1) * (figureOf(one) - figureOf(other)),
  );
}
