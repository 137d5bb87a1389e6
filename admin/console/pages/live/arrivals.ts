import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';

type EventsOperation = paths['/api/v1/events']['get'];
export type EventsQuery = NonNullable<EventsOperation['parameters']['query']>;
type EventsAnswer = EventsOperation['responses'][200]['content']['application/json'];

/** One click, visit or conversion, and when this page was told of it. */
export type LiveEvent = EventsAnswer['events'][number] & {
  /** Ms since epoch, the reader's clock; 0 for what was there when the page opened. */
  toldAtMs: number;
};

type Arrivals = {
  /** The newest first. */
  events: LiveEvent[];
  /** What the next question names, so that only news come. */
  since: string;
  askedAtMs: number;
};

const POLL_MS = 1_000;
/** Rows that are kept; older ones go. */
const EVENTS_MAX = 50;
/** The API tells what has arrived for ten minutes; whoever was away for longer starts afresh. */
const ABSENCE_MS_MAX = 5 * 60_000;

/**
 * The newest events, and each second those that have arrived since. Nothing is asked while nobody sees
 * the page or `isPaused`.
 *
 * @param filter members of the query of `GET /api/v1/events`
 */
export function useArrivals(filter: EventsQuery, isPaused: boolean) {
  return useQuery({
    queryKey: ['live', 'events', filter],
    refetchInterval: isPaused ? false : POLL_MS,
    staleTime: 0,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ client, queryKey }) => follow(client, queryKey, filter),
  });
}

async function follow(
  client: QueryClient,
  queryKey: readonly unknown[],
  filter: EventsQuery,
): Promise<Arrivals> {
  const before = client.getQueryData<Arrivals>(queryKey);
  const askedAtMs = Date.now();
  if (before === undefined || askedAtMs - before.askedAtMs > ABSENCE_MS_MAX) {
    const { events, since } = await askFor({ ...filter, limit: EVENTS_MAX });
    return { events: events.map((event) => ({ ...event, toldAtMs: 0 })), since, askedAtMs };
  }
  const answer = await askFor({ ...filter, limit: EVENTS_MAX, since: before.since });
  // More has come than is shown: what was there before has gone below.
  const kept = answer.is_complete ? before.events : [];
  return { events: merge(kept, answer.events, askedAtMs), since: answer.since, askedAtMs };
}

function askFor(query: EventsQuery): Promise<EventsAnswer> {
  return dataOf(api.GET('/api/v1/events', { params: { query } }));
}

/**
 * Events are told of several times: while others may still arrive beside them, and when a conversion
 * has found its click. The latest word counts.
 *
 * @returns the newest first, `EVENTS_MAX` at most
 */
export function merge(
  known: readonly LiveEvent[],
  told: EventsAnswer['events'],
  toldAtMs: number,
): LiveEvent[] {
  const byId = new Map(known.map((event) => [event.event_id, event]));
  for (const event of told) {
    byId.set(event.event_id, {
      ...event,
      toldAtMs: byId.get(event.event_id)?.toldAtMs ?? toldAtMs,
    });
  }
  return [...byId.values()]
    .sort(
      (one, other) =>
        other.event_time.localeCompare(one.event_time) ||
        other.event_id.localeCompare(one.event_id),
    )
    .slice(0, EVENTS_MAX);
}
