import type { JsonSchema, JsonValues } from './json-values.ts';

type Parameter = { name: string; in: string; required?: boolean; schema?: JsonSchema };

/** One operation of an OpenAPI document. */
export type Operation = {
  method: string;
  /** `/api/v1/campaigns/{id}` */
  path: string;
  parameters: readonly Parameter[];
  body: JsonSchema | undefined;
  /** The scope that a key needs; undefined: anybody may ask. */
  scope: string | undefined;
  tags: readonly string[];
};

export type OpenApiDocument = {
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, JsonSchema> };
};

export type TestRequest = {
  operation: Operation;
  /** With its query. */
  url: string;
  body: unknown;
  headers: Record<string, string>;
};

export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      parameters: (operation.parameters ?? []) as Parameter[],
      body: bodySchema(operation),
      scope: (operation.security as { key?: string[] }[] | undefined)?.[0]?.key?.[0],
      tags: (operation.tags ?? []) as string[],
    })),
  );
}

function bodySchema(operation: Record<string, unknown>): JsonSchema | undefined {
  const { content } = (operation.requestBody ?? {}) as {
    content?: Record<string, { schema: JsonSchema }>;
  };
  return content?.['application/json']?.schema;
}

/** Chance of a parameter that may be left out to be so. */
const OMISSION = 0.4;

/**
 * @param omission chance of a parameter that may be left out to be so
 * @returns a request of this operation with parameters and body as its schemas describe them
 */
export function makeRequest(
  operation: Operation,
  values: JsonValues,
  omission = OMISSION,
): TestRequest {
  const query: string[] = [];
  const headers: Record<string, string> = {};
  let path = operation.path;
  for (const parameter of operation.parameters) {
    const { name, required = false, schema = {} } = parameter;
    if (parameter.in !== 'path' && !required && values.random.chance(omission)) {
      continue;
    }
    const text = asText(values.value(schema, name));
    if (parameter.in === 'path') {
      path = path.replace(`{${name}}`, encode(text));
    } else if (parameter.in === 'query') {
      query.push(`${name}=${encode(text)}`);
    } else {
      headers[name] = text.replace(/[^\x20-\x7e]/g, '?');
    }
  }
  const body = operation.body === undefined ? undefined : values.value(operation.body);
  const url = query.length === 0 ? path : `${path}?${query.join('&')}`;
  return { operation, url, body, headers };
}

function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** Half characters cannot be percent-encoded; they are sent as the bytes of a broken one. */
function encode(text: string): string {
  return /\p{Surrogate}/u.test(text) ? '%ED%A0%80' : encodeURIComponent(text);
}
