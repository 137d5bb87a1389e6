import { discoverPatterns } from '../../../analytics/discovery/discover.ts';
import { listDomains } from '../../../stores/postgres/configuration/domains.ts';
import { getOrganization } from '../../../stores/postgres/configuration/organizations.ts';
import { readRates } from '../../../stores/postgres/configuration/rates.ts';
import { readTimeRange, readTimezone } from '../analytics/time-range.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { discoverAnswerSchema, discoverBodySchema } from './schemas.ts';

/** Searches at once; each keeps a sample of the traffic in the memory of ClickHouse. */
const SEARCHES_MAX = 2;

/** The search for groups in traffic that belongs to no campaign. */
export function addDiscoveryRoutes(app: AdminInstance, context: AdminContext): void {
  let searching = 0;
  app.post(
    '/api/v1/patterns/discover',
    {
      config: { scope: 'analytics:read', rateLimit: { max: 30 } },
      schema: {
        operationId: 'discoverPatterns',
        summary: 'Find groups in traffic that belongs to no campaign',
        description:
          'Looks for referring sites and sources whose traffic is concentrated in devices, countries, hours or weekdays far more than chance explains. What confidence means, and how it is found: docs/discovery.md.',
        tags: ['analytics'],
        body: discoverBodySchema,
        response: { 200: discoverAnswerSchema },
      },
    },
    async ({ body, caller }) => {
      const { organizationId } = caller;
      const timezone = readTimezone(body.timezone, '/body');
      const range = readTimeRange(
        { ...body.time_range, timezone },
        context.clock.nowMs(),
        '/body/time_range',
      );
      const rates = await readRates(context.pool, organizationId);
      const destination = await fallbackDestination(context, organizationId);
      if (searching >= SEARCHES_MAX) {
        throw new ProblemError(429, 'busy', 'Other searches are running; ask again in a moment');
      }
      searching++;
      try {
        return await discoverPatterns(context.clickhouse, {
          organizationId,
          range,
          minTraffic: body.min_traffic,
          minConfidence: body.min_confidence,
          limit: body.limit,
          rates,
          destination,
        });
      } finally {
        searching--;
      }
    },
  );
}

/** Where a suggested rule redirects to when the traffic itself does not tell; it needs some address. */
async function fallbackDestination(
  { pool }: AdminContext,
  organizationId: string,
): Promise<string> {
  const organization = await getOrganization(pool, organizationId);
  const [domain] = await listDomains(pool, organizationId, { limit: 1 });
  return organization?.fallback_url ?? `https://${domain?.hostname ?? 'example.com'}/`;
}
