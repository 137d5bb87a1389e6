import { z } from 'zod';
import { readFraudReport } from '../../../analytics/queries/fraud/report.ts';
import { readSettings } from '../../../stores/postgres/fraud/settings.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { patternsSchema } from '../fraud/schemas.ts';
import { count, tags } from './schemas.ts';

const HOURS_MAX = 168;
const ROWS_MAX = 1_000;
const HOUR_MS = 3_600_000;

const rowSchema = z.object({
  ip: z.string().describe('An IPv4 address, or the /64 network of IPv6 addresses.'),
  country: z.string(),
  click_count: count,
  ua_count: count.describe('Distinct user agents.'),
  unique_clicks: count.describe('Distinct click ids.'),
  avg_click_interval: z
    .number()
    .nullable()
    .describe('Seconds from one click of the address to its next; null with a single click.'),
  confidence: z.number().describe('Of the address: the highest of any whole hour, 0 to 1.'),
  patterns: patternsSchema,
  first_click: z.string().describe('ISO 8601.'),
  last_click: z.string(),
});

/** Which addresses click suspiciously, over stored clicks. */
export function addFraudReportRoutes(
  app: AdminInstance,
  { pool, clickhouse, clock }: AdminContext,
): void {
  app.get(
    '/api/v1/analytics/fraud',
    {
      config: { scope: 'analytics:read', rateLimit: { max: 120 } },
      schema: {
        operationId: 'getFraudReport',
        summary: 'Addresses that clicked too much, with one user agent only, or too fast',
        description:
          'Above `click_flood_clicks`, above `single_agent_clicks` with one user agent, or with a mean interval below `rapid_fire_interval_ms`; the busiest first. Robots and blocked clicks are counted too.',
        tags,
        querystring: z.object({
          hours: z.coerce.number().int().min(1).max(HOURS_MAX).default(1).describe('Until now.'),
          min_confidence: z.coerce
            .number()
            .min(0)
            .max(1)
            .default(0)
            .describe('Leaves out addresses with less.'),
          limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(ROWS_MAX),
        }),
        response: {
          200: z
            .object({ start: z.string(), end: z.string(), rows: z.array(rowSchema) })
            .describe('The report.'),
        },
      },
    },
    async ({ query, caller: { organizationId } }) => {
      const { hours, min_confidence: confidenceMin, limit } = query;
      const nowMs = clock.nowMs();
      const settings = await readSettings(pool, organizationId);
      const question = { organizationId, hours, nowMs, settings, confidenceMin, limit };
      return {
        start: new Date(nowMs - hours * HOUR_MS).toISOString(),
        end: new Date(nowMs).toISOString(),
        rows: await readFraudReport(clickhouse, question),
      };
    },
  );
}
