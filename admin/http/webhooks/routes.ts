import { z } from 'zod';
import {
  createWebhook,
  deleteWebhook,
  enableWebhook,
  getWebhook,
  listWebhooks,
} from '../../../stores/postgres/webhooks/webhooks.ts';
import { createAddressCheck } from '../../webhooks/addresses.ts';
import type { AdminInstance } from '../context.ts';
import { ProblemError } from '../problems.ts';
import type { WebhookContext, WebhookParts } from './context.ts';
import { addDeliveryRoutes } from './deliveries.ts';
import {
  createdWebhookSchema,
  newWebhookSchema,
  webhookSchema,
  webhooksSchema,
} from './schemas.ts';

const tags = ['webhooks'];
const reading = { scope: 'analytics:read' } as const;
const writing = { scope: 'fraud:write' } as const;
const params = z.object({ webhook_id: z.string().max(100) });

/** Webhooks: addresses that are told of alerts, and what was, and is to be, delivered to them. */
export function addWebhookRoutes(app: AdminInstance, context: WebhookContext): void {
  const parts = { ...context, isAllowed: createAddressCheck(context.webhookNetworks ?? []) };
  addCreateRoute(app, parts);
  addReadRoutes(app, parts);
  addChangeRoutes(app, parts);
  addDeliveryRoutes(app, parts);
}

function addCreateRoute(app: AdminInstance, { pool, isAllowed }: WebhookParts): void {
  app.post(
    '/api/v1/webhooks',
    {
      config: writing,
      schema: {
        operationId: 'createWebhook',
        summary: 'Create a webhook',
        description:
          'Its address is sent each alert as a signed POST. The secret is in this answer and can never be had again.',
        tags,
        body: newWebhookSchema(isAllowed),
        response: { 201: createdWebhookSchema.describe('The webhook.') },
      },
    },
    async ({ body: { url, events }, caller }, reply) => {
      const webhook = await createWebhook(pool, {
        ...{ organization_id: caller.organizationId, url, events, created_by: caller.keyId },
      });
      return reply.code(201).send(webhook);
    },
  );
}

function addReadRoutes(app: AdminInstance, { pool }: WebhookParts): void {
  app.get(
    '/api/v1/webhooks',
    {
      config: reading,
      schema: {
        operationId: 'listWebhooks',
        summary: 'Webhooks of the organisation, by id',
        tags,
        response: { 200: webhooksSchema },
      },
    },
    async ({ caller }) => ({ webhooks: await listWebhooks(pool, caller.organizationId) }),
  );
  app.get(
    '/api/v1/webhooks/:webhook_id',
    {
      config: reading,
      schema: {
        operationId: 'getWebhook',
        summary: 'One webhook',
        tags,
        params,
        response: { 200: webhookSchema.describe('The webhook.') },
      },
    },
    async ({ params: { webhook_id }, caller }) =>
      (await getWebhook(pool, caller.organizationId, webhook_id)) ?? unknownWebhook(),
  );
}

function addChangeRoutes(app: AdminInstance, { pool }: WebhookParts): void {
  app.delete(
    '/api/v1/webhooks/:webhook_id',
    {
      config: writing,
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Remove a webhook',
        description: 'With everything that waits for it, and the list of what was delivered.',
        tags,
        params,
        response: { 204: z.null().describe('It is removed.') },
      },
    },
    async ({ params: { webhook_id }, caller }, reply) => {
      const { organizationId, keyId } = caller;
      if (!(await deleteWebhook(pool, organizationId, webhook_id, keyId))) {
        unknownWebhook();
      }
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/api/v1/webhooks/:webhook_id/enable',
    {
      config: writing,
      schema: {
        operationId: 'enableWebhook',
        summary: 'Make a disabled webhook active again',
        description: 'What is dead stays so until it is retried. An active one is not changed.',
        tags,
        params,
        response: { 200: webhookSchema.describe('The webhook.') },
      },
    },
    async ({ params: { webhook_id }, caller }) =>
      (await enableWebhook(pool, caller.organizationId, webhook_id, caller.keyId)) ??
      unknownWebhook(),
  );
}

/** @throws ProblemError 404 */
function unknownWebhook(): never {
  throw new ProblemError(404, 'webhook_unknown', 'There is no such webhook');
}
