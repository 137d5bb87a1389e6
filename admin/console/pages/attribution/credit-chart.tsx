import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Card, Text, Title } from '@mantine/core';
import { SERIES_COLORS } from '../../shell/theme.ts';
import { creditRows, groupName, measureOf, showShort } from './credits.ts';
import type { Column, GroupBy, Measure } from './models.ts';
import { modelLabel } from './models.ts';

const GROUPS_MAX = 8;

/** The most valuable groups, a bar for each model beside each other. */
export function CreditChart({
  columns,
  measure,
  groupBy,
}: {
  columns: readonly Column[];
  measure: Measure;
  groupBy: GroupBy;
}) {
  const rows = creditRows(columns);
  const label = `Credit by ${groupBy} and model`;
  return (
    <Card component="section" aria-labelledby="credit-chart-title">
      <Title order={2} size="h4" id="credit-chart-title" mb="xs">
        {label}
      </Title>
      <figure aria-label={label} style={{ margin: 0 }}>
        <BarChart
          h={280}
          data={rows.slice(0, GROUPS_MAX).map(({ group, byModel }) => ({
            group: groupName(group, groupBy),
            ...Object.fromEntries(
              columns.map(({ model }) => [model, measureOf(byModel.get(model), measure)]),
            ),
          }))}
          dataKey="group"
          series={columns.map(({ model }, index) => ({
            name: model,
            label: modelLabel(model),
            color: SERIES_COLORS[index % SERIES_COLORS.length] ?? 'trellis.6',
          }))}
          valueFormatter={(value) => showShort(value, measure)}
          withLegend
          tickLine="none"
          gridAxis="y"
          yAxisProps={{ width: 48 }}
          barProps={{ radius: 2 }}
        />
      </figure>
      {rows.length > GROUPS_MAX && (
        <Text size="xs" c="dimmed" mt={4}>
          The {GROUPS_MAX} with the most credit; all are in the table.
        </Text>
      )}
    </Card>
  );
}
