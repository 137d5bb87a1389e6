import { z } from 'zod';
import {
  formatPosition,
  parsePosition,
  readJourney,
} from '../../../analytics/queries/reports/journey.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { invalidRequest } from '../validation.ts';
import { tags } from './schemas.ts';

const LIST = 'journey';

const eventSchema = z.object({
  event_id: z.string(),
  event_type: z.string().describe('`click`, the type of a visit, or the name of a conversion.'),
  timestamp: z.string().describe('ISO 8601.'),
  source: z.string(),
  medium: z.string().nullable(),
  campaign_id: z.string().nullable(),
  rule_id: z.string(),
  url: z.string(),
  destination: z.string(),
  referer: z.string(),
  click_id: z.string(),
  country: z.string(),
  region: z.string(),
  city: z.string(),
  device_type: z.string(),
  os: z.string(),
  browser: z.string(),
  is_bot: z.boolean(),
  is_blocked: z.boolean().describe('The address was blocked.'),
  fraud_score: z.number().describe('0 to 1, as it was judged then.'),
  fraud_reasons: z.array(z.string()),
  tags: z.array(z.string()),
  conversion_event: z.string().describe('Empty unless the event is a conversion.'),
  conversion_value: z.number().describe('In `conversion_currency`; 0 unless it is a conversion.'),
  conversion_currency: z.string(),
  order_id: z.string(),
});

/** One user's events. */
export function addJourneyRoutes(app: AdminInstance, { clickhouse }: AdminContext): void {
  app.get(
    '/api/v1/analytics/journey',
    {
      config: { scope: 'analytics:read' },
      schema: {
        operationId: 'getJourney',
        summary: 'Clicks, visits and conversions of one user, the oldest first',
        tags,
        querystring: z.object({
          user_id: z.string().min(1).max(256),
          ...pageQuery,
        }),
        response: {
          200: z
            .object({
              user_id: z.string(),
              events: z.array(eventSchema),
              next_cursor: nextCursorSchema,
            })
            .describe('One page; none when nobody has this id.'),
        },
      },
    },
    async ({ query: { user_id: userId, limit, cursor }, caller: { organizationId } }) => {
      const text = readCursor(LIST, cursor);
      const after = text === '' ? undefined : parsePosition(text);
      if (text !== '' && after === undefined) {
        throw invalidRequest([
          { path: '/querystring/cursor', message: 'is no cursor of this list' },
        ]);
      }
      const found = await readJourney(clickhouse, {
        organizationId,
        userId,
        limit: limit + 1,
        after,
      });
      const { page, next_cursor } = toPage(LIST, found, limit, formatPosition);
      return { user_id: userId, events: page, next_cursor };
    },
  );
}
