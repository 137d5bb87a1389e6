import { z } from 'zod';
import {
  addDomain,
  listDomains,
  removeDomain,
} from '../../../stores/postgres/configuration/domains.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { blame, ProblemError } from '../problems.ts';

const LIST = 'domains';
const tags = ['domains'];

const domainSchema = z.object({ hostname: z.string(), created_at: z.date() });
const hostname = z.string().min(1).max(260).describe('Without port; in any case.');

/** Domains: the host names under which an organisation's links work. */
export function addDomainRoutes(app: AdminInstance, { pool }: AdminContext): void {
  app.get(
    '/api/v1/domains',
    {
      config: { scope: 'campaigns:read' },
      schema: {
        operationId: 'listDomains',
        summary: 'Host names of the organisation, in order',
        tags,
        querystring: z.object(pageQuery),
        response: {
          200: z
            .object({ domains: z.array(domainSchema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query: { limit, cursor }, caller }) => {
      const after = readCursor(LIST, cursor);
      const found = await listDomains(pool, caller.organizationId, { after, limit: limit + 1 });
      const { page, next_cursor } = toPage(LIST, found, limit, (entry) => entry.hostname);
      return { domains: page, next_cursor };
    },
  );
  app.post(
    '/api/v1/domains',
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'addDomain',
        summary: 'Add a host name',
        description:
          'Links under it lead to the campaigns of the organisation as soon as its DNS leads to an engine. Adding it again changes nothing.',
        tags,
        body: z.strictObject({ hostname }),
        response: { 201: domainSchema.describe('The host name, in lower case.') },
      },
    },
    async ({ body, caller }, reply) => {
      const path = '/body/hostname';
      const domain = await addDomain(pool, caller.organizationId, body.hostname).catch((error) =>
        blame(error, { domain_invalid: path, domain_taken: path }),
      );
      return reply.code(201).send(domain);
    },
  );
  app.delete(
    '/api/v1/domains/:hostname',
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'removeDomain',
        summary: 'Remove a host name',
        description: 'Links under it answer 404 within a second. Others may add it afterwards.',
        tags,
        params: z.object({ hostname }),
        response: { 204: z.null().describe('It is removed.') },
      },
    },
    async ({ params, caller }, reply) => {
      if (!(await removeDomain(pool, caller.organizationId, params.hostname))) {
        throw new ProblemError(404, 'domain_unknown', 'There is no such domain');
      }
      return reply.code(204).send(null);
    },
  );
}
