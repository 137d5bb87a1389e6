import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../../api/client.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { DataTable } from '../../../parts/data-table.tsx';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { Figure } from '../../../parts/figure.tsx';
import { formatCount } from '../../../parts/format.ts';
import { dayOf } from '../../../parts/period.tsx';
import { useMay } from '../../../shell/session.ts';
import { dayAfter } from '../draft/to-body.ts';
import type { Campaign, Preview } from '../types.ts';

/** Days, both included; '' when not chosen. */
type Days = { first: string; last: string };

/** Counts what a run would take, then starts it. */
export function ClaimForm({ campaign }: { campaign: Campaign }) {
  const mayWrite = useMay('campaigns:write') && campaign.status !== 'archived';
  const [days, setDays] = useState<Days>({ first: '', last: '' });
  const [isAsking, setAsking] = useState(false);
  const { preview, start } = useClaim(campaign, days, () => setAsking(false));
  const isChosen = days.first !== '' && days.last !== '';
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <DatePickerInput
          type="range"
          label="From which day to which"
          description={`Both included, in the time zone ${campaign.timezone}.`}
          placeholder="Choose two days"
          w={{ base: '100%', xs: 320 }}
          maxDate={dayOf(Date.now())}
          allowSingleDateInRange
          value={[days.first || null, days.last || null]}
          onChange={([first, last]) => {
            setDays({ first: first ?? '', last: last ?? '' });
            preview.reset();
          }}
        />
        <Button
          variant="default"
          disabled={!isChosen}
          loading={preview.isPending}
          onClick={() => preview.mutate()}
        >
          Count first
        </Button>
        {mayWrite && (
          <Button disabled={!isChosen} onClick={() => setAsking(true)}>
            Claim
          </Button>
        )}
      </Group>
      {preview.error !== null && <ErrorPanel error={preview.error} />}
      {start.error !== null && <ErrorPanel error={start.error} />}
      {preview.data !== undefined && <Counted preview={preview.data} />}
      <Confirm
        title="Claim this traffic?"
        action="Claim"
        color="trellis"
        isOpen={isAsking}
        isBusy={start.isPending}
        onConfirm={() => start.mutate()}
        onClose={() => setAsking(false)}
      >
        {preview.data === undefined
          ? 'All traffic of these days that has no campaign and that the rules match now'
          : `About ${formatCount(preview.data.events_total)} clicks and visits and ${formatCount(preview.data.conversions)} conversions`}{' '}
        will belong to {campaign.name}. Reports change at once. The run can be undone.
      </Confirm>
    </Stack>
  );
}

function useClaim(campaign: Campaign, { first, last }: Days, onEnd: () => void) {
  const queries = useQueryClient();
  const request = {
    params: { path: { id: campaign.campaign_id } },
    body: {
      time_range: { start: first, end: dayAfter(last), timezone: campaign.timezone },
    },
  };
  const preview = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/campaigns/{id}/retroactive/preview', request)),
  });
  const start = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/campaigns/{id}/retroactive/runs', request)),
    onSuccess: () =>
      queries.invalidateQueries({ queryKey: ['campaigns', 'runs', campaign.campaign_id] }),
    onSettled: onEnd,
  });
  return { preview, start };
}

function Counted({ preview }: { preview: Preview }) {
  if (preview.events_total === 0 && preview.conversions === 0) {
    return (
      <Text size="sm" role="status">
        No traffic without a campaign matches the rules in these days.
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <Figure label="Clicks" value={formatCount(preview.clicks)} />
        <Figure label="Visits" value={formatCount(preview.visits)} />
        <Figure label="Conversions" value={formatCount(preview.conversions)} />
        <Figure
          label="Of robots"
          value={formatCount(preview.bots)}
          hint="Reports leave them out."
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <DataTable
          label="By month"
          minWidth={320}
          rows={preview.months}
          rowKey={({ month }) => month}
          columns={[
            { id: 'month', title: 'Month', cell: ({ month }) => month },
            {
              id: 'clicks',
              title: 'Clicks and visits',
              isFigure: true,
              cell: ({ clicks, visits }) => formatCount(clicks + visits),
            },
            {
              id: 'conversions',
              title: 'Conversions',
              isFigure: true,
              cell: ({ conversions }) => formatCount(conversions),
            },
          ]}
        />
        <DataTable
          label="By rule"
          minWidth={280}
          rows={preview.rules}
          rowKey={({ rule_id }) => rule_id}
          columns={[
            {
              id: 'rule',
              title: 'Rule',
              cell: ({ rule_id }) => <span className="literal">{rule_id}</span>,
            },
            {
              id: 'events',
              title: 'Clicks and visits',
              isFigure: true,
              cell: ({ events }) => formatCount(events),
            },
          ]}
        />
      </SimpleGrid>
    </Stack>
  );
}
