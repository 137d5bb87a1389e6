import { z } from 'zod';
import { listAudit } from '../../../stores/postgres/fraud/audit.ts';
import type { AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { invalidRequest } from '../validation.ts';
import { type FraudContext, reading, tags } from './context.ts';

const LIST = 'audit';

const entrySchema = z.object({
  entry_id: z.string(),
  at: z.date(),
  actor: z.string().describe('The id of the key that was used, or `automatic`.'),
  action: z
    .string()
    .describe(
      '`block_added`, `block_removed`, `never_block_added`, `never_block_removed`, `alert_raised`, `alert_resolved`, `settings_changed`, `webhook_created`, `webhook_deleted`, `webhook_enabled`, `webhook_disabled`.',
    ),
  subject: z
    .string()
    .describe('A network, the id of an alert or of a webhook; empty for settings.'),
  detail: z.record(z.string(), z.unknown()),
});

/** Who changed what. */
export function addAuditRoutes(app: AdminInstance, { pool }: FraudContext): void {
  app.get(
    '/api/v1/fraud/audit',
    {
      config: reading,
      schema: {
        operationId: 'listFraudAudit',
        summary: 'Every change of lists, alerts, settings and webhooks, newest first',
        tags,
        querystring: z.object(pageQuery),
        response: {
          200: z
            .object({ entries: z.array(entrySchema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query: { limit, cursor }, caller }) => {
      const after = readCursor(LIST, cursor);
      if (!/^\d{0,18}$/.test(after)) {
        throw invalidRequest([
          { path: '/querystring/cursor', message: 'is no cursor of this list' },
        ]);
      }
      const found = await listAudit(pool, caller.organizationId, { after, limit: limit + 1 });
      const { page, next_cursor } = toPage(LIST, found, limit, (entry) => entry.entry_id);
      return { entries: page, next_cursor };
    },
  );
}
