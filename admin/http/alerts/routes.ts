import { z } from 'zod';
import { getAlert, listAlerts, resolveAlert } from '../../../stores/postgres/fraud/alerts.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { ProblemError } from '../problems.ts';

const LIST = 'alerts';
const PATH = '/api/v1/alerts';
const tags = ['alerts'];
const reading = { scope: 'analytics:read' } as const;
const params = z.object({ alert_id: z.string().max(100) });

const alertSchema = z.object({
  alert_id: z.string(),
  organization_id: z.string(),
  type: z.string().describe('`fraud_detection`.'),
  severity: z.string().describe('`high`.'),
  message: z.string(),
  address: z.string().describe('An IPv4 address, or the /64 network of IPv6 addresses.'),
  pattern: z.string(),
  hour: z.date().describe('One alert is raised for each address, pattern and hour.'),
  data: z.record(z.string(), z.unknown()).describe('The detection as it was then.'),
  status: z.enum(['open', 'resolved']),
  resolution: z.string().nullable().describe('The reason with which it was resolved.'),
  resolved_by: z.string().nullable().describe('The id of the key that was used.'),
  resolved_at: z.date().nullable(),
  created_at: z.date(),
});

/** Alerts: what was detected that somebody should look at. */
export function addAlertRoutes(app: AdminInstance, context: AdminContext): void {
  addReadRoutes(app, context);
  addResolveRoute(app, context);
}

function addReadRoutes(app: AdminInstance, { pool }: AdminContext): void {
  app.get(
    PATH,
    {
      config: reading,
      schema: {
        operationId: 'listAlerts',
        summary: 'Alerts, newest first',
        tags,
        querystring: z.object({
          status: z.enum(['open', 'resolved']).optional().describe('All when left out.'),
          ...pageQuery,
        }),
        response: {
          200: z
            .object({ alerts: z.array(alertSchema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query: { status, limit, cursor }, caller }) => {
      const after = readCursor(LIST, cursor);
      const found = await listAlerts(pool, caller.organizationId, {
        ...(status === undefined ? {} : { status }),
        ...{ after, limit: limit + 1 },
      });
      const { page, next_cursor } = toPage(LIST, found, limit, (alert) => alert.alert_id);
      return { alerts: page, next_cursor };
    },
  );
  app.get(
    `${PATH}/:alert_id`,
    {
      config: reading,
      schema: {
        operationId: 'getAlert',
        summary: 'One alert',
        tags,
        params,
        response: { 200: alertSchema.describe('The alert.') },
      },
    },
    async ({ params: { alert_id }, caller }) =>
      (await getAlert(pool, caller.organizationId, alert_id)) ?? unknownAlert(),
  );
}

function addResolveRoute(app: AdminInstance, { pool }: AdminContext): void {
  app.post(
    `${PATH}/:alert_id/resolve`,
    {
      config: { scope: 'fraud:write' },
      schema: {
        operationId: 'resolveAlert',
        summary: 'Resolve an alert',
        description:
          'One that is resolved already stays as it is. A block that came with it is not removed by this.',
        tags,
        params,
        body: z.strictObject({
          reason: z.string().min(1).max(500).describe('For those who read the alert later.'),
        }),
        response: { 200: alertSchema.describe('The resolved alert.') },
      },
    },
    async ({ params: { alert_id }, body: { reason }, caller }) => {
      const { organizationId, keyId } = caller;
      const outcome = await resolveAlert(pool, organizationId, alert_id, reason, keyId);
      return outcome?.alert ?? unknownAlert();
    },
  );
}

/** @throws ProblemError 404 */
function unknownAlert(): never {
  throw new ProblemError(404, 'alert_unknown', 'There is no such alert');
}
