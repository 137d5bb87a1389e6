import { z } from 'zod';
import {
  type DeliveryListOptions,
  type ListedDelivery,
  listDeliveries,
  queueTestDelivery,
  retryDelivery,
} from '../../../stores/postgres/webhooks/deliveries.ts';
import { getWebhook } from '../../../stores/postgres/webhooks/webhooks.ts';
import type { AdminInstance } from '../context.ts';
import { readCursor, toPage } from '../cursor.ts';
import { ProblemError } from '../problems.ts';
import { invalidRequest } from '../validation.ts';
import type { WebhookParts } from './context.ts';
import { deliveriesQuerySchema, deliveriesSchema, deliverySchema } from './schemas.ts';

const LIST = 'webhook_deliveries';
const tags = ['webhooks'];
const reading = { scope: 'analytics:read' } as const;
/** Somebody presses a button; nobody does so more often. */
const writing = { scope: 'fraud:write', rateLimit: { max: 60 } } as const;

const webhookParams = z.object({ webhook_id: z.string().max(100) });
const deliveryParams = z.object({ delivery_id: z.string().max(100) });

/** What was and is to be delivered, the dead letters among it. */
export function addDeliveryRoutes(app: AdminInstance, parts: WebhookParts): void {
  addListRoutes(app, parts);
  addTestRoute(app, parts);
  addRetryRoute(app, parts);
}

function addListRoutes(app: AdminInstance, { pool }: WebhookParts): void {
  app.get(
    '/api/v1/webhook-deliveries',
    {
      config: reading,
      schema: {
        operationId: 'listWebhookDeliveries',
        summary: 'Deliveries to all webhooks of the organisation, newest first',
        description: '`status=dead` is the list of dead letters.',
        tags,
        querystring: deliveriesQuerySchema,
        response: { 200: deliveriesSchema },
      },
    },
    async ({ query, caller }) => pageOf(pool, query, { organization_id: caller.organizationId }),
  );
  app.get(
    '/api/v1/webhooks/:webhook_id/deliveries',
    {
      config: reading,
      schema: {
        operationId: 'listDeliveriesOfWebhook',
        summary: 'Deliveries to one webhook, newest first',
        tags,
        params: webhookParams,
        querystring: deliveriesQuerySchema,
        response: { 200: deliveriesSchema },
      },
    },
    async ({ params: { webhook_id }, query, caller }) => {
      const organization_id = caller.organizationId;
      await requireWebhook(pool, organization_id, webhook_id);
      return pageOf(pool, query, { organization_id, webhook_id });
    },
  );
}

function addTestRoute(app: AdminInstance, { pool, clock }: WebhookParts): void {
  app.post(
    '/api/v1/webhooks/:webhook_id/test',
    {
      config: writing,
      schema: {
        operationId: 'testWebhook',
        summary: 'Send a test event',
        description:
          'It is queued like an alert, and sent within about a second. What came of it is in the list of deliveries.',
        tags,
        params: webhookParams,
        response: { 202: deliverySchema.describe('The delivery.') },
      },
    },
    async ({ params: { webhook_id }, caller }, reply) => {
      const webhook = await requireWebhook(pool, caller.organizationId, webhook_id);
      const delivery = await queueTestDelivery(pool, webhook, clock.nowMs());
      return reply.code(202).send(delivery);
    },
  );
}

function addRetryRoute(app: AdminInstance, { pool }: WebhookParts): void {
  app.post(
    '/api/v1/webhook-deliveries/:delivery_id/retry',
    {
      config: writing,
      schema: {
        operationId: 'retryWebhookDelivery',
        summary: 'Try a dead delivery again',
        description: 'It has all its attempts again, the first at once, with the same event id.',
        tags,
        params: deliveryParams,
        response: { 202: deliverySchema.describe('The delivery, waiting again.') },
      },
    },
    async ({ params: { delivery_id }, caller }, reply) => {
      const delivery = await retryDelivery(pool, caller.organizationId, delivery_id);
      if (delivery === undefined) {
        throw new ProblemError(404, 'delivery_unknown', 'There is no such delivery');
      }
      return reply.code(202).send(delivery);
    },
  );
}

async function pageOf(
  pool: WebhookParts['pool'],
  query: z.output<typeof deliveriesQuerySchema>,
  whose: Pick<DeliveryListOptions, 'organization_id' | 'webhook_id'>,
): Promise<z.input<typeof deliveriesSchema>> {
  const { limit, cursor, status } = query;
  const before = readCursor(LIST, cursor);
  if (!/^\d{0,18}$/.test(before)) {
    const message = 'is no cursor of this list';
    throw invalidRequest([{ path: '/querystring/cursor', message }]);
  }
  const found = await listDeliveries(pool, {
    ...whose,
    ...(status === undefined ? {} : { status }),
    ...(before === '' ? {} : { before }),
    limit: limit + 1,
  });
  const keyOf = (entry: ListedDelivery) => entry.sequence;
  const { page, next_cursor } = toPage(LIST, found, limit, keyOf);
  return { deliveries: page, next_cursor };
}

async function requireWebhook(
  pool: WebhookParts['pool'],
  organizationId: string,
  webhookId: string,
) {
  const webhook = await getWebhook(pool, organizationId, webhookId);
  if (webhook === undefined) {
    throw new ProblemError(404, 'webhook_unknown', 'There is no such webhook');
  }
  return webhook;
}
