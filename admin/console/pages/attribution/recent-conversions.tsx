import { Anchor, Card, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatAgo, formatMoney } from '../../parts/format.ts';

const CONVERSIONS_SHOWN = 20;

/** Users who have converted lately, to choose one of. */
export function RecentConversions({ onChoose }: { onChoose: (userId: string) => void }) {
  const conversions = useQuery({
    queryKey: ['attribution', 'conversions'],
    queryFn: async () => {
      const answer = await dataOf(
        api.GET('/api/v1/conversions', {
          params: { query: { matched: 'true', limit: CONVERSIONS_SHOWN } },
        }),
      );
      return answer.conversions.flatMap((one) =>
        one.user_id === null ? [] : [{ ...one, user_id: one.user_id }],
      );
    },
  });
  return (
    <Card component="section" aria-labelledby="recent-title">
      <Title order={2} size="h4" id="recent-title" mb="xs">
        Recent conversions
      </Title>
      <Answered
        query={conversions}
        height={320}
        isEmpty={(rows) => rows.length === 0}
        empty={
          <Empty
            title="No conversion has found its click yet"
            hint="When postbacks arrive, choose one here to see how its user came to it. Or write a user’s id above."
          />
        }
      >
        {(rows) => (
          <DataTable
            label="Recent conversions"
            rows={rows}
            rowKey={({ event_id }) => event_id}
            columns={[
              {
                ...{ id: 'user', title: 'User' },
                cell: (row) => (
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    className="literal"
                    aria-label={`Journey of ${row.user_id} to the ${row.conversion_event} ${formatAgo(row.created_at)}`}
                    onClick={() => onChoose(row.user_id)}
                  >
                    {row.user_id}
                  </Anchor>
                ),
              },
              { id: 'when', title: 'When', cell: (row) => formatAgo(row.created_at) },
              { id: 'event', title: 'Conversion', cell: (row) => row.conversion_event },
              {
                ...{ id: 'value', title: 'Value', isFigure: true },
                cell: (row) => formatMoney(row.conversion_value, row.currency),
              },
              { id: 'campaign', title: 'Campaign', cell: (row) => row.campaign_id ?? '–' },
            ]}
          />
        )}
      </Answered>
    </Card>
  );
}
