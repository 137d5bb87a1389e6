import { BarChart } from '@mantine/charts';
import { Card, Group, Select, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { formatCompact, formatCount } from '../../parts/format.ts';
import type { Period } from '../../parts/period.tsx';
import { TimeChart } from '../../parts/time-chart.tsx';
import { useUrlState } from '../../parts/url-state.ts';
import { SERIES_COLORS } from '../../shell/theme.ts';
import type { Report } from './api-types.ts';
import { type ChartData, chartOf } from './chart-points.ts';
import { isTime, labelOf } from './dimensions.ts';
import { metricLabel } from './metrics.ts';
import { bodyOf, type Question } from './question.ts';

/** As many as the API gives. */
const ROWS_MAX = 10_000;
const BAR_HEIGHT = 24;
const AXIS_HEIGHT = 40;
/** Characters that fit beside the bars. */
const NAME_LENGTH_MAX = 22;

/** One metric of the report as a picture: over time where the grouping has a time, else as bars. */
export function ReportChart({
  report: asked,
  question,
  range,
}: {
  report: Report;
  question: Question;
  range: Period;
}) {
  const [chosen, choose] = useUrlState('chart');
  const metric = asked.metrics.includes(chosen) ? chosen : (asked.metrics[0] ?? '');
  const report = useWholeReport(asked, question, metric, range);
  const { kind, points, series, leftOut } = chartOf(report, metric, range);
  const by = report.grouping.map((name) => labelOf(name).toLowerCase()).join(' and ');
  const label = `${metricLabel(metric)} by ${by}`;
  return (
    <Card component="section" aria-labelledby="chart-title">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} size="h4" id="chart-title">
          {label}
        </Title>
        <Select
          aria-label="Figure in the chart"
          size="xs"
          w={170}
          allowDeselect={false}
          data={report.metrics.map((name) => ({ value: name, label: metricLabel(name) }))}
          value={metric}
          onChange={(name) => choose(name ?? '')}
        />
      </Group>
      {kind === 'ranking' ? (
        <Ranking label={label} points={points} metric={metric} />
      ) : (
        <TimeChart
          label={label}
          kind={kind}
          points={points}
          series={series.map(({ name, label }, index) => ({
            name,
            label: series.length === 1 ? metricLabel(metric) : label,
            color: SERIES_COLORS[index % SERIES_COLORS.length] ?? 'trellis.6',
          }))}
          format={formatCompact}
        />
      )}
      {leftOut > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          The largest are shown; {formatCount(leftOut)} more rows are in the table.
        </Text>
      )}
    </Card>
  );
}

/**
 * A report over time that was cut off would end too early in the chart. So the rows with the largest
 * figures are asked for, as many as the API gives: those make up the series that are shown.
 */
function useWholeReport(report: Report, question: Question, metric: string, range: Period): Report {
  const sort = { field: metric, direction: 'desc' } as const;
  const body = bodyOf({ ...question, sort, limit: ROWS_MAX }, range);
  const isCut = report.truncated && report.grouping.some(isTime);
  const whole = useQuery({
    queryKey: ['report', 'chart', body],
    enabled: isCut,
    placeholderData: keepPreviousData,
    queryFn: () => dataOf(api.POST('/api/v1/analytics/report', { body })),
  });
  const isAnswer = whole.data?.grouping.join() === report.grouping.join();
  return isCut && isAnswer && whole.data !== undefined ? whole.data : report;
}

/** The largest first, below each other, so that names have room. */
function Ranking({
  label,
  points,
  metric,
}: {
  label: string;
  points: ChartData['points'];
  metric: string;
}) {
  return (
    <figure aria-label={label} style={{ margin: 0 }}>
      <BarChart
        h={points.length * BAR_HEIGHT + AXIS_HEIGHT}
        orientation="vertical"
        data={[...points]}
        dataKey="at"
        series={[{ name: 'value', label: metricLabel(metric), color: 'trellis.6' }]}
        valueFormatter={formatCompact}
        tickLine="none"
        gridAxis="x"
        yAxisProps={{ width: 150, interval: 0, tickFormatter: shorten }}
        barProps={{ radius: 2 }}
      />
    </figure>
  );
}

function shorten(name: string): string {
  return name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX - 1)}…` : name;
}
