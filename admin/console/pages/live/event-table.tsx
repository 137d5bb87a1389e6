import { Anchor, Text } from '@mantine/core';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatClock, formatMoney } from '../../parts/format.ts';
import type { LiveEvent } from './arrivals.ts';
import { EventBadges } from './badges.tsx';
import classes from './live.module.css';

/** The newest events, the newest first; one that has just arrived lights up. */
export function EventTable({
  events,
  onChoose,
}: {
  events: readonly LiveEvent[];
  onChoose: (event: LiveEvent) => void;
}) {
  return (
    <DataTable
      label="Newest events"
      columns={columnsFor(onChoose)}
      rows={events}
      rowKey={(event) => event.event_id}
      minWidth={920}
    />
  );
}

function columnsFor(onChoose: (event: LiveEvent) => void): ReadonlyArray<Column<LiveEvent>> {
  return [
    {
      id: 'time',
      title: 'Time',
      cell: (event) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          className={`figures ${event.toldAtMs > 0 ? classes.arrived : ''}`}
          aria-label={`Details of the ${event.event_type} at ${formatClock(event.event_time)}`}
          onClick={() => onChoose(event)}
        >
          {formatClock(event.event_time)}
        </Anchor>
      ),
    },
    { id: 'type', title: 'Type', cell: typeOf },
    { id: 'campaign', title: 'Campaign', cell: (event) => textOr(event.campaign_id, 'none') },
    {
      id: 'source',
      title: 'Source and medium',
      cell: ({ source, medium }) => (medium === null ? source : `${source} / ${medium}`),
    },
    { id: 'place', title: 'Place', cell: placeOf },
    { id: 'device', title: 'Device', cell: deviceOf },
    { id: 'badges', title: 'Notes', cell: (event) => <EventBadges event={event} /> },
  ];
}

function typeOf({
  event_type,
  conversion_event,
  conversion_value,
  conversion_currency,
}: LiveEvent) {
  return conversion_event === '' ? (
    event_type
  ) : (
    <Text span size="sm" fw={600} className="figures">
      {conversion_event} {formatMoney(conversion_value, conversion_currency)}
    </Text>
  );
}

/** @param text null and '' are told in words instead */
function textOr(text: string | null, word: string) {
  return text === null || text === '' ? (
    <Text span size="sm" c="dimmed">
      {word}
    </Text>
  ) : (
    text
  );
}

function placeOf({ city, country }: LiveEvent) {
  return textOr([city, country].filter((name) => name !== '').join(', '), 'unknown');
}

function deviceOf({ device_type, os, browser }: LiveEvent) {
  return textOr([device_type, os, browser].filter((name) => name !== '').join(' · '), 'unknown');
}
