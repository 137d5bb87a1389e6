import { listArrivals, readStoreSeconds } from '../../../analytics/queries/events/list-arrivals.ts';
import { listEvents } from '../../../analytics/queries/events/list-events.ts';
import {
  formatEventPosition,
  parseEventPosition,
} from '../../../analytics/queries/events/stored-event.ts';
import { readOpenRange } from '../analytics/time-range.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { readCursor, refuseCursor, toPage, writeCursor } from '../cursor.ts';
import { invalidRequest } from '../validation.ts';
import { readEventFilter } from './filter.ts';
import { type EventsQuery, eventsQuerySchema, eventsSchema } from './schemas.ts';

const LIST = 'events';
const ARRIVALS = 'arrivals';

/** Single events: clicks, visits and conversions as they are stored. */
export function addEventRoutes(app: AdminInstance, context: AdminContext): void {
  app.get(
    '/api/v1/events',
    {
      config: { scope: 'analytics:read' },
      schema: {
        operationId: 'listEvents',
        summary: 'Clicks, visits and conversions, the newest first',
        description:
          'To follow the traffic, ask without `since` once, then again and again with the `since` of the answer before. Such an answer has what arrived meanwhile, of events that happened at most a minute before; those of the last five seconds before it may come again: tell them by `event_id`.',
        tags: ['events'],
        querystring: eventsQuerySchema,
        response: { 200: eventsSchema },
      },
    },
    async ({ query, caller: { organizationId } }) =>
      query.since === undefined
        ? pageOf(context, organizationId, query)
        : arrivalsSince(context, organizationId, query, query.since),
  );
}

async function pageOf(
  { clickhouse, clock }: AdminContext,
  organizationId: string,
  query: EventsQuery,
) {
  const filter = readEventFilter(query);
  const text = readCursor(LIST, query.cursor);
  const before = text === '' ? undefined : (parseEventPosition(text) ?? refuseCursor());
  const range = readOpenRange(query, '/querystring');
  const [seconds, found] = await Promise.all([
    readStoreSeconds(clickhouse, organizationId),
    listEvents(clickhouse, {
      ...{ organizationId, filter, ...range, before },
      ...{ limit: query.limit + 1, nowMs: clock.nowMs() },
    }),
  ]);
  const { page, next_cursor } = toPage(LIST, found, query.limit, formatEventPosition);
  return { events: page, next_cursor, since: sinceOf(seconds), is_complete: true };
}

async function arrivalsSince(
  { clickhouse }: AdminContext,
  organizationId: string,
  query: EventsQuery,
  since: string,
) {
  const others = (['cursor', 'start', 'end'] as const).filter((name) => query[name] !== undefined);
  if (others.length > 0) {
    throw invalidRequest(
      others.map((name) => ({
        path: `/querystring/${name}`,
        message: 'cannot stand beside since',
      })),
    );
  }
  const filter = readEventFilter(query);
  const text = readCursor(ARRIVALS, since, 'since');
  const sinceSeconds = /^\d{1,10}$/.test(text) ? Number(text) : refuseCursor('since');
  const nowSeconds = await readStoreSeconds(clickhouse, organizationId);
  const found = await listArrivals(clickhouse, {
    ...{ organizationId, filter, sinceSeconds, nowSeconds },
    limit: query.limit + 1,
  });
  return {
    events: found.slice(0, query.limit),
    next_cursor: null,
    since: sinceOf(nowSeconds),
    is_complete: found.length <= query.limit,
  };
}

function sinceOf(seconds: number): string {
  return writeCursor(ARRIVALS, String(seconds));
}
