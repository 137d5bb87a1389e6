import type { FastifyInstance, FastifyRequest } from 'fastify';
import { messageOf } from '../../core/errors.ts';
import { ProblemError, type ProblemField } from './problems.ts';
import { invalidRequest } from './validation.ts';

/** Schemas that contain themselves are walked recursively; deeper bodies would exhaust the stack. */
const DEPTH_MAX = 40;
/** Values in a body, all levels together. */
const VALUES_MAX = 200_000;

/** Half a character. PostgreSQL stores neither these nor NUL, and nobody means them. */
const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * Takes JSON bodies only, and refuses what could not be stored whatever the route: texts with NUL or
 * halves of surrogate pairs, and bodies nested too deeply to be looked at.
 */
export function checkRequestValues(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');
  app.removeContentTypeParser('application/json');
  // An empty body is none: clients set the type on requests without one, too.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_: FastifyRequest, text: string) => (text === '' ? undefined : parseJson(text)),
  );
  app.addHook('preValidation', async (request) => checkRequest(request));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemError(400, 'invalid_json', `The body is no JSON: ${messageOf(error)}`);
  }
}

function checkRequest(request: FastifyRequest): void {
  const fields: ProblemField[] = [];
  for (const place of ['params', 'query', 'body'] as const) {
    checkValue(request[place], place === 'query' ? '/querystring' : `/${place}`, fields);
  }
  if (fields.length > 0) {
    throw invalidRequest(fields);
  }
}

function isUnstorable(text: string): boolean {
  return text.includes('\0') || HALF_CHARACTER.test(text);
}

/** Walks without recursion, because depth is what it is there to find. */
function checkValue(root: unknown, place: string, fields: ProblemField[]): void {
  const open: { value: unknown; path: string; depth: number }[] = [
    { value: root, path: place, depth: 0 },
  ];
  let count = 0;
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, path, depth } = entry;
    count++;
    if (depth > DEPTH_MAX || count > VALUES_MAX) {
      const what = depth > DEPTH_MAX ? `is nested deeper than ${DEPTH_MAX}` : 'has too many values';
      fields.push({ path: depth > DEPTH_MAX ? path.slice(0, 200) : place, message: what });
      return;
    }
    if (typeof value === 'string' && isUnstorable(value)) {
      fields.push({ path, message: 'holds a NUL or half a character' });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        // A member of this name would become what objects inherit from wherever it is copied.
        if (name === '__proto__' || isUnstorable(name)) {
          fields.push({ path, message: 'has a member whose name cannot be used' });
        }
        open.push({ value: member, path: `${path}/${name}`, depth: depth + 1 });
      }
    }
  }
}
