import { SimpleGrid, Stack, Text } from '@mantine/core';
import { Answered } from '../../parts/answered.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { formatCount, formatDay } from '../../parts/format.ts';
import { Amount } from './amount.tsx';
import { type Preview, usePreview } from './campaigns.ts';
import type { SuggestedCampaign } from './search.ts';

const MONTH = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** What a run of the campaign would take, counted now. */
export function PreviewCounts({
  campaignId,
  timeRange,
}: {
  campaignId: string;
  timeRange: SuggestedCampaign['time_range'];
}) {
  const preview = usePreview(campaignId, timeRange);
  return (
    <Answered query={preview} height={210}>
      {(counts) => <Counts counts={counts} />}
    </Answered>
  );
}

function Counts({ counts }: { counts: Preview }) {
  const { time_range, clicks, visits, conversions, bots, months } = counts;
  const lastMoment = new Date(new Date(time_range.end).getTime() - 1).toISOString();
  return (
    <Stack gap="sm">
      <Text size="sm">
        From {formatDay(time_range.start)} to {formatDay(lastMoment)} the campaign would take what
        belongs to no campaign and matches its rules:
      </Text>
      <SimpleGrid cols={3} spacing="xs" py={4}>
        <Amount label="Clicks" value={formatCount(clicks)} />
        <Amount label="Visits" value={formatCount(visits)} />
        <Amount label="Conversions" value={formatCount(conversions)} />
      </SimpleGrid>
      {bots > 0 && (
        <Text size="xs" c="dimmed">
          {formatCount(bots)} of them are of robots; they come along, and reports leave them out.
        </Text>
      )}
      {months.length > 1 && (
        <DataTable
          label="By month"
          minWidth={240}
          rows={months}
          rowKey={({ month }) => month}
          columns={[
            {
              id: 'month',
              title: 'Month',
              cell: ({ month }) => MONTH.format(new Date(`${month}-01`)),
            },
            {
              id: 'clicks',
              title: 'Traffic',
              isFigure: true,
              cell: (row) => formatCount(row.clicks + row.visits),
            },
            {
              id: 'conversions',
              title: 'Conversions',
              isFigure: true,
              cell: (row) => formatCount(row.conversions),
            },
          ]}
        />
      )}
    </Stack>
  );
}
