import { Button, Card, Group, Text, Title } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { Answered } from '../../parts/answered.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatClock } from '../../parts/format.ts';
import { type LiveEvent, useArrivals } from './arrivals.ts';
import { EventDetails } from './event-details.tsx';
import { EventTable } from './event-table.tsx';
import { EventFilters, useEventFilter } from './filters.tsx';
import classes from './live.module.css';

/** Clicks, visits and conversions as they arrive. */
export function Feed() {
  const state = useEventFilter();
  const [isPaused, setPaused] = useState(false);
  const [chosen, setChosen] = useState<LiveEvent | null>(null);
  const arrivals = useArrivals(state.filter, isPaused);
  return (
    <Card component="section" aria-labelledby="feed-title">
      <Group justify="space-between" gap="sm" mb="xs">
        <Group gap="sm">
          <Title order={2} size="h4" id="feed-title">
            Newest events
          </Title>
          <FeedState
            isPaused={isPaused}
            error={arrivals.error}
            answeredAtMs={arrivals.data?.askedAtMs}
          />
        </Group>
        <Group gap="xs">
          <EventFilters state={state} />
          <Button
            variant="default"
            leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            onClick={() => setPaused(!isPaused)}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
        </Group>
      </Group>
      <Answered
        query={arrivals}
        height={320}
        isEmpty={({ events }) => events.length === 0}
        empty={<NothingYet isFiltered={state.isAny} />}
      >
        {({ events }) => <EventTable events={events} onChoose={setChosen} />}
      </Answered>
      <EventDetails event={chosen} onClose={() => setChosen(null)} />
    </Card>
  );
}

function FeedState({
  isPaused,
  error,
  answeredAtMs,
}: {
  isPaused: boolean;
  error: Error | null;
  answeredAtMs: number | undefined;
}) {
  if (isPaused || (error !== null && answeredAtMs !== undefined)) {
    const asOf =
      answeredAtMs === undefined ? '' : formatClock(new Date(answeredAtMs).toISOString());
    return (
      <Text size="sm" c={isPaused ? 'dimmed' : 'var(--console-worse)'} role="status">
        {isPaused ? `Paused at ${asOf}` : `No answer since ${asOf}; asking again`}
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed" role="status">
      <span className={classes.pulse} aria-hidden /> Following
    </Text>
  );
}

function NothingYet({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="Nothing like that yet" hint="The next one will appear here within seconds." />
  ) : (
    <Empty
      title="No events yet"
      hint="Open a tracking link of a campaign; its click will appear here within seconds."
    />
  );
}
