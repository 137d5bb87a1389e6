import { z } from 'zod';
import { type RealtimeMetrics, readRealtime } from '../../../analytics/queries/reports/realtime.ts';
import { RealtimeCache } from '../../../analytics/queries/reports/realtime-cache.ts';
import { readRates } from '../../../stores/postgres/configuration/rates.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { count, currencySchema, tags, timezoneSchema, unconvertedSchema } from './schemas.ts';
import { readTimezone } from './time-range.ts';

const answerSchema = z.object({
  clicks_last_hour: count.describe('In the 60 minutes of the timeline.'),
  clean_clicks_last_hour: count,
  suspicious_clicks_last_hour: count.describe('Fraud score above 0.8, not blocked.'),
  blocked_clicks_last_hour: count.describe('Of blocked addresses; not among the clicks.'),
  clicks_change: z
    .number()
    .describe('Percent against the hour before; 100 when that one had no clicks and this one has.'),
  conversions_today: count,
  revenue_today: z.number(),
  currency: currencySchema,
  unconverted: unconvertedSchema,
  traffic_timeline: z
    .array(
      z.object({
        minute: z.string().describe('When it began, ISO 8601.'),
        clicks: count,
        clean_clicks: count,
        suspicious_clicks: count,
        blocked_clicks: count,
        conversions: count,
        revenue: z.number(),
      }),
    )
    .describe('The last 60 minutes, the current one last, empty ones included.'),
  last_updated: z.string().describe('ISO 8601.'),
});

/** What is going on now. */
export function addRealtimeRoutes(app: AdminInstance, context: AdminContext): void {
  const { pool, clickhouse, clock } = context;
  const cache = new RealtimeCache<RealtimeMetrics>(clock);
  app.get(
    '/api/v1/analytics/realtime',
    {
      config: { scope: 'analytics:read' },
      schema: {
        operationId: 'getRealtimeMetrics',
        summary: 'The last hour and today, at most 60 seconds old',
        tags,
        querystring: z.object({
          org_id: z
            .string()
            .max(100)
            .optional()
            .describe('The organisation of the key; any other is refused.'),
          timezone: timezoneSchema,
        }),
        response: { 200: answerSchema.describe('The numbers of a dashboard.') },
      },
    },
    async ({ query, caller: { organizationId } }) => {
      if (query.org_id !== undefined && query.org_id !== organizationId) {
        throw new ProblemError(
          403,
          'foreign_organization',
          'This key belongs to another organisation',
          [{ path: '/querystring/org_id', message: 'is not the organisation of the key' }],
        );
      }
      const timezone = readTimezone(query.timezone, '/querystring');
      return cache.get(organizationId, timezone, async () => {
        const rates = await readRates(pool, organizationId);
        return readRealtime(clickhouse, { organizationId, timezone, rates, nowMs: clock.nowMs() });
      });
    },
  );
}
