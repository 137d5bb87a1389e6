import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Scope } from '../../core/configuration.ts';
import type { AdminInstance } from './context.ts';
import { refusingUnknown } from './validation.ts';

export const OPENAPI_PATH = '/api/v1/openapi.json';

/** Raised with each change of the API that clients must know of. */
const API_VERSION = '1.0.0';

const PROBLEM_RESPONSE = {
  description: 'What went wrong.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Everything comes from this process: the page works without any other server. */
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/**
 * Serves the OpenAPI document of all routes that are added afterwards, and a page at `/docs` that
 * shows it. It is derived from the very schemas by which their requests are checked, so it cannot
 * say anything else.
 */
export async function documentRoutes(app: AdminInstance): Promise<void> {
  app.addHook('onRoute', (route) => {
    // A query that a route does not know of is refused rather than ignored.
    const { querystring = z.object({}), body } = route.schema ?? {};
    route.schema = {
      ...route.schema,
      querystring: refusingUnknown(querystring),
      ...(body === undefined ? {} : { body: refusingUnknown(body) }),
    };
  });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Trellis',
        version: API_VERSION,
        description: 'Campaigns, rules and what the traffic was worth.',
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
        schemas: { Problem: problemJsonSchema() },
      },
    },
    transform: describeRoute,
    transformObject: jsonSchemaTransformObject,
  });
  app.get(
    OPENAPI_PATH,
    {
      config: { isPublic: true },
      schema: {
        operationId: 'getOpenApiDocument',
        summary: 'This document',
        tags: ['service'],
        response: { 200: z.record(z.string(), z.unknown()).describe('OpenAPI 3.1') },
      },
    },
    () => ({ ...app.swagger() }),
  );
}

/** Serves the page at `/docs`. Its routes are the plugin's own and need no key. */
export async function serveDocumentPage(app: AdminInstance): Promise<void> {
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    uiConfig: { url: OPENAPI_PATH, validatorUrl: null, deepLinking: true },
  });
}

/** Adds what the schemas do not say: the scope that a key needs, and how refusals look. */
const describeRoute: typeof jsonSchemaTransform = (input) => {
  const described = jsonSchemaTransform(input);
  const { schema, url } = described;
  const { config } = input.route;
  if (schema === undefined || schema.hide === true) {
    return described;
  }
  const response = typeof schema.response === 'object' ? schema.response : {};
  const scope = config?.scope;
  const description = [schema.description, needsOf(scope)];
  return {
    url,
    schema: {
      ...schema,
      description: description.filter((part) => part !== undefined).join('\n\n'),
      security: scope === undefined ? [] : [{ key: scope === 'any' ? [] : [scope] }],
      response: { ...response, default: PROBLEM_RESPONSE },
    },
  };
};

function needsOf(scope: Scope | 'any' | undefined): string | undefined {
  if (scope === undefined) {
    return undefined;
  }
  return scope === 'any' ? 'Needs a key.' : `Needs a key with the scope \`${scope}\`.`;
}

/** RFC 9457, with the member `errors` of ours. */
function problemJsonSchema() {
  const text = { type: 'string' as const };
  const fault = {
    type: 'object' as const,
    required: ['path', 'message'],
    properties: { path: text, message: text },
  };
  return {
    type: 'object' as const,
    description: 'RFC 9457',
    required: ['type', 'title', 'status'],
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' as const },
      detail: text,
      errors: { type: 'array' as const, items: fault },
    },
  };
}
