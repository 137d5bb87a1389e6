import { Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../../api/client.ts';
import { Answered } from '../../../parts/answered.tsx';
import { DataTable } from '../../../parts/data-table.tsx';
import { Figure } from '../../../parts/figure.tsx';
import { formatCount, formatMoney, formatPercent } from '../../../parts/format.ts';
import { type Period, PeriodPicker, usePeriod } from '../../../parts/period.tsx';
import { TimeChart } from '../../../parts/time-chart.tsx';
import { figuresOf } from '../queries.ts';
import type { Campaign } from '../types.ts';

/** What the campaign brought in a period: in all, by day and by rule. */
export function CampaignPerformance({ campaign }: { campaign: Campaign }) {
  const period = usePeriod();
  const { range } = period;
  const id = campaign.campaign_id;
  const figures = useQuery({
    queryKey: ['campaigns', 'figures', [id], range],
    queryFn: () => figuresOf([id], range),
  });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          What it brought
        </Title>
        <PeriodPicker state={period} />
      </Group>
      <Answered query={figures} height={92}>
        {([first]) => first !== undefined && <Figures figures={first} />}
      </Answered>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <ByDay id={id} range={range} />
        <ByRule campaign={campaign} range={range} />
      </SimpleGrid>
    </Stack>
  );
}

function Figures({ figures }: { figures: Awaited<ReturnType<typeof figuresOf>>[number] }) {
  const { metrics, currency, unconverted } = figures;
  const left = unconverted.map((sum) => formatMoney(sum.value, sum.currency)).join(', ');
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      <Figure
        label="Clicks"
        value={formatCount(metrics.clicks)}
        hint={`${formatCount(metrics.unique_users)} visitors`}
      />
      <Figure
        label="Conversions"
        value={formatCount(metrics.conversions)}
        hint={`${formatPercent(metrics.conversion_rate)} of clicks`}
      />
      <Figure
        label="Revenue"
        value={formatMoney(metrics.revenue, currency)}
        hint={left === '' ? undefined : `and ${left} without a rate`}
      />
      <Figure
        label="Blocked clicks"
        value={formatCount(metrics.blocked_clicks)}
        hint={`${formatCount(metrics.suspicious_clicks)} suspicious`}
      />
    </SimpleGrid>
  );
}

function useReport(id: string, range: Period, grouping: string) {
  return useQuery({
    queryKey: ['campaigns', 'report', id, range, grouping],
    queryFn: () =>
      dataOf(
        api.POST('/api/v1/analytics/report', {
          body: {
            range,
            grouping: [grouping],
            metrics: ['clicks', 'conversions', 'revenue'],
            filters: [{ field: 'campaign_id', operator: 'equals', value: id }],
            ...(grouping === 'day' ? { sort: [{ field: 'day', direction: 'asc' as const }] } : {}),
          },
        }),
      ),
  });
}

function ByDay({ id, range }: { id: string; range: Period }) {
  const report = useReport(id, range, 'day');
  return (
    <Card>
      <Title order={3} size="h5" mb="xs">
        Clicks by day
      </Title>
      <Answered
        query={report}
        height={220}
        isEmpty={({ rows }) => rows.length === 0}
        empty={<Nothing />}
      >
        {({ rows }) => (
          <TimeChart
            label="Clicks by day"
            height={220}
            points={rows.map((row) => ({
              at: String(row.day),
              clicks: Number(row.clicks ?? 0),
            }))}
            series={[{ name: 'clicks', label: 'Clicks', color: 'trellis.6' }]}
          />
        )}
      </Answered>
    </Card>
  );
}

function ByRule({ campaign, range }: { campaign: Campaign; range: Period }) {
  const report = useReport(campaign.campaign_id, range, 'rule_id');
  return (
    <Card>
      <Title order={3} size="h5" mb="xs">
        By rule
      </Title>
      <Answered
        query={report}
        height={220}
        isEmpty={({ rows }) => rows.length === 0}
        empty={<Nothing />}
      >
        {({ rows, currency }) => (
          <DataTable
            label="Clicks by rule"
            minWidth={360}
            rows={rows}
            rowKey={(row) => String(row.rule_id)}
            columns={[
              { id: 'rule', title: 'Rule', cell: (row) => <RuleName id={row.rule_id} /> },
              { id: 'clicks', title: 'Clicks', isFigure: true, cell: (row) => countOf(row.clicks) },
              {
                id: 'conversions',
                title: 'Conversions',
                isFigure: true,
                cell: (row) => countOf(row.conversions),
              },
              {
                id: 'revenue',
                title: 'Revenue',
                isFigure: true,
                cell: (row) => formatMoney(Number(row.revenue ?? 0), currency),
              },
            ]}
          />
        )}
      </Answered>
    </Card>
  );
}

function RuleName({ id }: { id: string | number | boolean | null | undefined }) {
  return id === '' || id === null || id === undefined ? (
    <Text size="sm" c="dimmed">
      all other clicks
    </Text>
  ) : (
    <span className="literal">{String(id)}</span>
  );
}

function countOf(value: string | number | boolean | null | undefined): string {
  return formatCount(Number(value ?? 0));
}

function Nothing() {
  return (
    <Text size="sm" c="dimmed" py="lg" ta="center">
      Nobody has clicked in this period.
    </Text>
  );
}
