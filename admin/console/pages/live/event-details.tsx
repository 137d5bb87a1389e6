import { Anchor, Drawer, Stack, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { CopyField } from '../../parts/copy-field.tsx';
import { formatMoney, formatScore, formatTime } from '../../parts/format.ts';
import type { LiveEvent } from './arrivals.ts';
import { EventBadges } from './badges.tsx';

/** Everything that is known about one event. */
export function EventDetails({ event, onClose }: { event: LiveEvent | null; onClose: () => void }) {
  return (
    <Drawer
      opened={event !== null}
      onClose={onClose}
      position="right"
      size="md"
      title={event === null ? '' : `${event.event_type}, ${formatTime(event.event_time)}`}
      closeButtonProps={{ 'aria-label': 'Close the details' }}
    >
      {event !== null && (
        <Stack gap="md">
          <EventBadges event={event} />
          <Table layout="fixed" verticalSpacing={4} aria-label="Details of the event">
            <Table.Tbody>
              {detailsOf(event).map(([label, value]) => (
                <Table.Tr key={label}>
                  <Table.Th w={130} fw={500} fz="sm" scope="row" style={{ verticalAlign: 'top' }}>
                    {label}
                  </Table.Th>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Anchor
            component={Link}
            size="sm"
            href={`/attribution?view=user&user=${encodeURIComponent(event.user_id)}`}
          >
            The journey of this user
          </Anchor>
        </Stack>
      )}
    </Drawer>
  );
}

/** What there is; members without a value are left out. */
function detailsOf(event: LiveEvent): Array<[label: string, value: ReactNode]> {
  const all: Array<[string, ReactNode]> = [
    ['Event', <CopyField key="event" label="the event id" value={event.event_id} />],
    ['Click', <CopyField key="click" label="the click id" value={event.click_id} />],
    ['User', <CopyField key="user" label="the user id" value={event.user_id} />],
    ['Value', worthOf(event)],
    ['Order', event.order_id],
    ['Campaign', event.campaign_id],
    ['Rule', event.rule_id],
    ['Link', event.url],
    ['Sent to', event.destination],
    ['Came from', event.referer],
    ['Source', event.source],
    ['Medium', event.medium],
    ['Place', [event.city, event.region, event.country].filter(Boolean).join(', ')],
    ['Device', [event.device_type, event.os, event.browser].filter(Boolean).join(' · ')],
    ['Address', event.ip],
    ['Tags', event.tags.join(', ')],
    ['Fraud score', formatScore(event.fraud_score)],
    ['Because of', event.fraud_reasons.join(', ')],
    ['Stored', formatTime(event.ingested_at)],
  ];
  return all.filter(([, value]) => value !== '' && value !== null);
}

function worthOf({ conversion_event, conversion_value, conversion_currency }: LiveEvent): string {
  return conversion_event === ''
    ? ''
    : `${formatMoney(conversion_value, conversion_currency)} ${conversion_currency}`;
}
