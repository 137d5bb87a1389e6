import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';

declare module 'fastify' {
  /** What the OpenAPI document says of a route besides its schemas. */
  interface FastifySchema {
    operationId?: string;
    summary?: string;
    description?: string;
    tags?: readonly string[];
    /** Empty: no key is needed. */
    security?: readonly Record<string, readonly string[]>[];
    /** Left out of the document. */
    hide?: boolean;
  }
}

type JsonObject = Record<string, unknown>;

export const OPENAPI_PATH = '/api/v1/openapi.json';

/** Raised with each change of the API that clients must know of. */
const API_VERSION = '1.0.0';

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

/**
 * Serves the OpenAPI document of all routes that are added afterwards. It is derived from the very
 * schemas by which their requests are checked, so it cannot say anything else.
 */
export function documentRoutes(app: FastifyInstance): void {
  const paths: Record<string, JsonObject> = {};
  app.addHook('onRoute', (route) => {
    if (route.schema?.hide !== true) {
      addRoute(paths, route);
    }
  });
  app.get(
    OPENAPI_PATH,
    {
      schema: {
        operationId: 'getOpenApiDocument',
        summary: 'This document',
        tags: ['service'],
        security: [],
        response: {
          200: { description: 'OpenAPI 3.1', type: 'object', additionalProperties: true },
        },
      },
    },
    () => openApiDocument(paths),
  );
}

function openApiDocument(paths: Record<string, JsonObject>): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Trellis',
      version: API_VERSION,
      description: 'The control plane of Trellis: campaigns, keys, reports.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: `wdn_sk_live_…`' },
      },
      schemas: { Problem: PROBLEM_SCHEMA },
    },
  };
}

function addRoute(paths: Record<string, JsonObject>, route: RouteOptions): void {
  const path = route.url.replace(/:([A-Za-z_]\w*)/g, '{$1}');
  const methods = Array.isArray(route.method) ? route.method : [route.method];
  for (const method of methods) {
    // Fastify adds HEAD to each GET by itself.
    if (method !== 'HEAD') {
      paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route.schema ?? {}) };
    }
  }
}

function operation(schema: FastifySchema): JsonObject {
  const { operationId, summary, description, tags, security } = schema;
  const parameters = [
    ...parametersOf('path', schema.params),
    ...parametersOf('query', schema.querystring),
    ...parametersOf('header', schema.headers),
  ];
  return withoutUndefined({
    operationId,
    summary,
    description,
    tags,
    security,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody:
      schema.body === undefined
        ? undefined
        : { required: true, content: { 'application/json': { schema: schema.body } } },
    responses: responsesOf(schema.response),
  });
}

/** Each property of an object schema is a parameter of its own. */
function parametersOf(place: 'path' | 'query' | 'header', schema: unknown): JsonObject[] {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  const required = isObject(schema) && Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, property]) =>
    withoutUndefined({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      description: isObject(property) ? property.description : undefined,
      schema: property,
    }),
  );
}

function responsesOf(response: unknown): JsonObject {
  const responses: JsonObject = {
    default: {
      description: 'What went wrong.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
  for (const [status, schema] of Object.entries(isObject(response) ? response : {})) {
    const description = isObject(schema) && schema.description;
    responses[status] = {
      description: typeof description === 'string' ? description : `Status ${status}`,
      content: { 'application/json': { schema } },
    };
  }
  return responses;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
