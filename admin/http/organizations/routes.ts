import { z } from 'zod';
import { SCOPES } from '../../../core/configuration.ts';
import { withTransaction } from '../../../stores/postgres/client.ts';
import { createApiKey } from '../../../stores/postgres/configuration/keys.ts';
import {
  createOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
} from '../../../stores/postgres/configuration/organizations.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { requireGrantable } from '../keys/grant.ts';
import { blame, ProblemError } from '../problems.ts';
import { withoutUndefined } from '../without-undefined.ts';
import {
  createdOrganizationSchema,
  organizationBodySchema,
  organizationPatchSchema,
  organizationSchema,
} from './schemas.ts';

const LIST = 'organizations';
const config = { scope: 'admin' } as const;
const tags = ['organizations'];
const params = z.object({ organization_id: z.string().max(100) });

/** Organisations: what the operator of an installation does. The only routes that see all of them. */
export function addOrganizationRoutes(app: AdminInstance, { pool }: AdminContext): void {
  addCreateRoute(app, pool);
  app.get(
    '/api/v1/organizations',
    {
      config,
      schema: {
        operationId: 'listOrganizations',
        summary: 'All organisations of this installation, by id',
        tags,
        querystring: z.object(pageQuery),
        response: {
          200: z
            .object({ organizations: z.array(organizationSchema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const after = readCursor(LIST, cursor);
      const found = await listOrganizations(pool, { after, limit: limit + 1 });
      const { page, next_cursor } = toPage(LIST, found, limit, (entry) => entry.organization_id);
      return { organizations: page, next_cursor };
    },
  );
  app.get(
    '/api/v1/organizations/:organization_id',
    {
      config,
      schema: {
        operationId: 'getOrganization',
        summary: 'One organisation',
        tags,
        params,
        response: { 200: organizationSchema.describe('It.') },
      },
    },
    async ({ params: { organization_id } }) => {
      const organization = await getOrganization(pool, organization_id);
      if (organization === undefined) {
        throw new ProblemError(404, 'organization_unknown', 'There is no such organisation');
      }
      return organization;
    },
  );
  app.patch(
    '/api/v1/organizations/:organization_id',
    {
      config,
      schema: {
        operationId: 'changeOrganization',
        summary: 'Change an organisation',
        description: 'Members left out stay as they are. Engines follow within a second.',
        tags,
        params,
        body: organizationPatchSchema,
        response: { 200: organizationSchema.describe('As it is now.') },
      },
    },
    ({ params: { organization_id }, body }) =>
      updateOrganization(pool, organization_id, withoutUndefined(body)),
  );
}

function addCreateRoute(app: AdminInstance, pool: AdminContext['pool']): void {
  app.post(
    '/api/v1/organizations',
    {
      config,
      schema: {
        operationId: 'createOrganization',
        summary: 'Create an organisation and its first key',
        description: 'The key is in this answer and can never be had again.',
        tags,
        body: organizationBodySchema,
        response: { 201: createdOrganizationSchema.describe('It, and its first key.') },
      },
    },
    async ({ body, caller }, reply) => {
      const { first_key, organization_id, ...rest } = body;
      const scopes = first_key.scopes ?? SCOPES.filter((scope) => scope !== 'admin');
      requireGrantable(caller, scopes, '/body/first_key/scopes');
      const created = await withTransaction(pool, async (client) => {
        const organization = await createOrganization(
          client,
          withoutUndefined({ ...rest, organization_id }),
        );
        const key = await createApiKey(client, {
          organization_id: organization.organization_id,
          name: first_key.name,
          scopes,
        });
        return { ...organization, first_key: key };
      }).catch((error) =>
        blame(error, {
          organization_exists: '/body/organization_id',
          organization_invalid: '/body/name',
        }),
      );
      return reply.code(201).send(created);
    },
  );
}
