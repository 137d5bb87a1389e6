import { z } from 'zod';
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../../stores/postgres/configuration/keys.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { organizationIdSchema } from '../organizations/schemas.ts';
import { ProblemError } from '../problems.ts';
import { invalidRequest } from '../validation.ts';
import { requireGrantable } from './grant.ts';
import { keySchema, keyWithSecretSchema, scopesSchema } from './schemas.ts';

const LIST = 'keys';
const config = { scope: 'admin' } as const;
const tags = ['keys'];

const organizationId = organizationIdSchema
  .optional()
  .describe('Whose keys; the organisation of the key that asks when left out.');

const bodySchema = z.strictObject({
  name: z.string().min(1).max(200).describe('What people call the key.'),
  scopes: scopesSchema,
  environment: z
    .enum(['live', 'test'])
    .default('live')
    .describe('A word in the key that tells people what it is for; both do the same.'),
  expires_at: z.iso
    .datetime({ offset: true })
    .nullable()
    .default(null)
    .describe('When it ends by itself; null: never.'),
  organization_id: organizationId,
});

/** Keys. They belong to the caller's organisation unless `organization_id` names another. */
export function addKeyRoutes(app: AdminInstance, context: AdminContext): void {
  addCreateRoute(app, context);
  const { pool } = context;
  app.get(
    '/api/v1/keys',
    {
      config,
      schema: {
        operationId: 'listKeys',
        summary: 'Keys by id, revoked and expired ones included',
        tags,
        querystring: z.object({ ...pageQuery, organization_id: organizationId }),
        response: {
          200: z
            .object({ keys: z.array(keySchema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query, caller }) => {
      const { limit, cursor, organization_id = caller.organizationId } = query;
      const after = readCursor(LIST, cursor);
      const found = await listApiKeys(pool, { organization_id, after, limit: limit + 1 });
      const { page, next_cursor } = toPage(LIST, found, limit, (entry) => entry.key_id);
      return { keys: page, next_cursor };
    },
  );
  app.delete(
    '/api/v1/keys/:key_id',
    {
      config,
      schema: {
        operationId: 'revokeKey',
        summary: 'Revoke a key',
        description: 'It is refused everywhere within a second. Doing so again changes nothing.',
        tags,
        params: z.object({ key_id: z.string().max(100) }),
        querystring: z.object({ organization_id: organizationId }),
        response: { 200: keySchema.describe('The revoked key.') },
      },
    },
    async ({ params: { key_id }, query, caller }) => {
      const revoked = await revokeApiKey(
        pool,
        key_id,
        query.organization_id ?? caller.organizationId,
      );
      if (revoked === undefined) {
        throw new ProblemError(404, 'key_unknown', 'There is no such key');
      }
      return revoked;
    },
  );
}

function addCreateRoute(app: AdminInstance, { pool, clock }: AdminContext): void {
  app.post(
    '/api/v1/keys',
    {
      config,
      schema: {
        operationId: 'createKey',
        summary: 'Create a key',
        description: 'The key is in this answer and can never be had again.',
        tags,
        body: bodySchema,
        response: { 201: keyWithSecretSchema.describe('The key.') },
      },
    },
    async ({ body, caller }, reply) => {
      requireGrantable(caller, body.scopes, '/body/scopes');
      const { name, scopes, environment, organization_id = caller.organizationId } = body;
      const expires_at = body.expires_at === null ? null : new Date(body.expires_at);
      if (expires_at !== null && expires_at.getTime() <= clock.nowMs()) {
        throw invalidRequest([{ path: '/body/expires_at', message: 'has passed already' }]);
      }
      const key = await createApiKey(pool, {
        ...{ organization_id, name, scopes, environment, expires_at },
      });
      return reply.code(201).send(key);
    },
  );
}
