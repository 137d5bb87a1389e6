import { Anchor, Card, Table, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formatCount, formatDay, formatMoney, formatTime } from '../../../parts/format.ts';
import { campaignPath } from '../queries.ts';
import type { Campaign } from '../types.ts';

/** How the campaign is set, to be changed elsewhere. */
export function CampaignFacts({ campaign }: { campaign: Campaign }) {
  const { campaign_id, cost, default_action, rules, time_range } = campaign;
  const facts: ReadonlyArray<readonly [name: string, value: ReactNode]> = [
    [
      'Rules',
      <Anchor key="rules" component={Link} href={campaignPath(campaign_id, 'rules')} size="sm">
        {formatCount(rules.length)}
      </Anchor>,
    ],
    ['All other clicks', <span key="default">{defaultOf(default_action)}</span>],
    ['Time zone', campaign.timezone],
    ['Cost', cost === null ? 'none' : formatMoney(cost.amount, cost.currency)],
    [
      'Past traffic',
      time_range === null
        ? 'not claimed with its creation'
        : `${dayText(time_range.start)} to ${dayText(time_range.end)}`,
    ],
    ['Created', formatTime(campaign.created_at)],
    ['Changed', formatTime(campaign.updated_at)],
    ['Version', String(campaign.version)],
  ];
  return (
    <Card>
      <Title order={2} size="h4" mb={4}>
        Settings
      </Title>
      <Table aria-label="Settings of the campaign" verticalSpacing={6}>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400} c="dimmed" w={150}>
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function defaultOf(action: Campaign['default_action']): string {
  if (action === null) {
    return "the organisation's fallback URL, else 404";
  }
  if (action.type === 'block') {
    return 'blocked';
  }
  const { destination, destinations = [] } = action;
  const urls = destination === undefined ? destinations.map(({ url }) => url) : [destination];
  return urls.join(', ');
}

/** Dates stay as they were written; times are shown in the reader's time zone. */
function dayText(time: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(time) ? time : formatDay(time);
}
