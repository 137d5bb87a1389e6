import { Badge, Button, Card, Group, Text, Timeline, Title } from '@mantine/core';
import { IconClick, IconCoin, IconEye, IconRobot } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { formatMoney, formatTime } from '../../parts/format.ts';
import type { UserColumn } from './models.ts';
import { StepCredits } from './step-credits.tsx';
import { type JourneyEvent, type Step, stepsOf } from './steps.ts';

const PAGE_EVENTS = 100;

/** Everything the user did, the oldest first, with what each touchpoint gets. */
export function JourneyTimeline({
  userId,
  columns,
  currency,
  empty,
}: {
  userId: string;
  columns: readonly UserColumn[];
  currency: string;
  empty: ReactNode;
}) {
  const journey = useInfiniteQuery({
    queryKey: ['attribution', 'journey', userId],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/v1/analytics/journey', {
          params: {
            query: {
              ...{ user_id: userId, limit: PAGE_EVENTS },
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: ({ next_cursor }) => next_cursor,
    select: ({ pages }) => pages.flatMap(({ events }) => events),
  });
  return (
    <Answered query={journey} height={300} isEmpty={(events) => events.length === 0} empty={empty}>
      {(events) => (
        <Card component="section" aria-labelledby="journey-title">
          <Title order={2} size="h4" id="journey-title" mb="md">
            Journey
          </Title>
          <Steps steps={stepsOf(events, columns)} columns={columns} currency={currency} />
          {journey.hasNextPage && (
            <Button
              mt="md"
              variant="default"
              size="xs"
              loading={journey.isFetchingNextPage}
              onClick={() => void journey.fetchNextPage()}
            >
              Show what came next
            </Button>
          )}
        </Card>
      )}
    </Answered>
  );
}

function Steps({
  steps,
  columns,
  currency,
}: {
  steps: readonly Step[];
  columns: readonly UserColumn[];
  currency: string;
}) {
  return (
    <Timeline bulletSize={26} lineWidth={2} active={steps.length}>
      {steps.map(({ event, credits }) => (
        <Timeline.Item
          key={event.event_id}
          bullet={<Icon event={event} />}
          color={event.conversion_event === '' ? 'gray' : 'trellis'}
          title={<StepTitle event={event} />}
        >
          <Text size="sm" c="dimmed">
            {formatTime(event.timestamp)}
            {placeOf(event)}
          </Text>
          {credits !== undefined && <StepCredits {...{ credits, columns, currency }} />}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Icon({ event }: { event: JourneyEvent }) {
  if (event.conversion_event !== '') return <IconCoin size={15} aria-hidden />;
  if (event.is_bot) return <IconRobot size={15} aria-hidden />;
  return event.event_type === 'click' ? (
    <IconClick size={15} aria-hidden />
  ) : (
    <IconEye size={15} aria-hidden />
  );
}

function StepTitle({ event }: { event: JourneyEvent }) {
  const { source, medium, campaign_id: campaign } = event;
  const isConversion = event.conversion_event !== '';
  return (
    <Group gap={6}>
      <Text span size="sm" fw={600}>
        {isConversion
          ? `${event.conversion_event} ${formatMoney(event.conversion_value, event.conversion_currency)}`
          : [source, medium].filter((text) => text !== null && text !== '').join(' / ')}
      </Text>
      {campaign !== null && (
        <Badge variant="default" tt="none" size="sm">
          {campaign}
        </Badge>
      )}
      {!isConversion && event.event_type !== 'click' && (
        <Badge variant="light" color="gray" size="sm" tt="none">
          {event.event_type}
        </Badge>
      )}
      {event.is_bot && (
        <Badge variant="light" color="gray" size="sm">
          Robot
        </Badge>
      )}
      {event.is_blocked && (
        <Badge variant="light" color="red" size="sm">
          Blocked
        </Badge>
      )}
    </Group>
  );
}

function placeOf({ city, country, device_type, conversion_event }: JourneyEvent): string {
  if (conversion_event !== '') {
    return '';
  }
  const place = [city, country].filter((text) => text !== '').join(', ');
  return [place, device_type]
    .filter((text) => text !== '')
    .map((text) => ` · ${text}`)
    .join('');
}
