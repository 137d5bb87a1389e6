import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { formatAgo, formatTime } from '../../parts/format.ts';
import { type Delivery, useDeliveries, WEBHOOKS_KEY } from './webhook-queries.ts';

/** The last things that a webhook was sent, and how it took them. */
export function Deliveries({ webhookId, mayRetry }: { webhookId: string; mayRetry: boolean }) {
  const deliveries = useDeliveries(webhookId);
  return (
    <Answered
      query={deliveries}
      height={40}
      isEmpty={(data) => data.deliveries.length === 0}
      empty={
        <Text size="sm" c="dimmed">
          Nothing has been sent to it yet.
        </Text>
      }
    >
      {(data) => (
        <DataTable
          label="Deliveries"
          minWidth={560}
          rows={data.deliveries}
          rowKey={({ delivery_id }) => delivery_id}
          columns={[
            { id: 'created', title: 'Event of', cell: ({ created_at }) => formatTime(created_at) },
            { id: 'type', title: 'Event', cell: ({ event_type }) => event_type },
            { id: 'state', title: 'State', cell: stateOf },
            { id: 'attempts', title: 'Attempts', isFigure: true, cell: ({ attempts }) => attempts },
            {
              ...{ id: 'retry', title: '', isFigure: true },
              cell: (delivery) =>
                mayRetry && delivery.status === 'dead' && <Retry delivery={delivery} />,
            },
          ]}
        />
      )}
    </Answered>
  );
}

function stateOf({ status, last_status, last_error, next_attempt_at }: Delivery): string {
  const answer = last_status === null ? (last_error ?? '') : `answered ${last_status}`;
  switch (status) {
    case 'delivered':
      return `Delivered, ${answer}`;
    case 'dead':
      return `Given up: ${last_error ?? answer}`;
    default:
      return answer === ''
        ? 'Waiting'
        : `${answer}; again ${next_attempt_at === null ? 'soon' : formatAgo(next_attempt_at)}`;
  }
}

function Retry({ delivery: { delivery_id } }: { delivery: Delivery }) {
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/v1/webhook-deliveries/{delivery_id}/retry', {
          params: { path: { delivery_id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: WEBHOOKS_KEY }),
  });
  return (
    <Button
      size="compact-xs"
      variant="light"
      loading={retry.isPending}
      onClick={() => retry.mutate()}
    >
      {retry.error === null ? 'Try again' : 'Failed; again?'}
    </Button>
  );
}
