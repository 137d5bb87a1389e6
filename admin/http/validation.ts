import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { ProblemError, type ProblemField } from './problems.ts';

/** Names all faults of a part of a request at once. */
const FIELDS_MAX = 100;

/** Checks parts of requests with the zod schemas of their routes. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const place = `/${httpPart ?? 'body'}`;
  return (data) => {
    // Fastify says null where there is no body.
    const result = schema.safeParse(data === null && place === '/body' ? undefined : data);
    return result.success
      ? { value: result.data }
      : { error: invalidRequest(problemFields(result.error.issues, place)) };
  };
};

/** The refusal of a request whose parts are not what the route's schemas ask for. */
export function invalidRequest(fields: ProblemField[]): ProblemError {
  const [first] = fields;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  const detail = first === undefined ? 'is not valid' : `${first.path}: ${first.message}${more}`;
  return new ProblemError(400, 'invalid_request', detail, fields.slice(0, FIELDS_MAX));
}

/**
 * @param place where the checked value stands: `/body`, `/querystring`, `/params`
 * @returns the faults with JSON pointers (RFC 6901); of a choice between shapes, the faults of the
 *   shape that was meant
 */
export function problemFields(issues: readonly z.core.$ZodIssue[], place: string): ProblemField[] {
  return issues.flatMap((issue) => fieldsOf(issue, pointer(place, issue.path)));
}

function fieldsOf(issue: z.core.$ZodIssue, path: string): ProblemField[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: pointer(path, [key]), message: 'is not known' }));
    case 'invalid_union': {
      const meant = issue.errors.length === 0 ? undefined : closestShape(issue.errors);
      return meant === undefined ? [{ path, message: issue.message }] : problemFields(meant, path);
    }
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, message: inner.message }));
    case 'invalid_element':
      return problemFields(issue.issues, path);
    default:
      return [{ path, message: messageOfIssue(issue) }];
  }
}

function messageOfIssue(issue: z.core.$ZodIssue): string {
  const isMissing =
    (issue.code === 'invalid_type' || issue.code === 'invalid_value') &&
    issue.message.endsWith('received undefined');
  return isMissing ? 'is required' : issue.message.replace(/^Invalid input: /, '');
}

/**
 * Of the shapes that a value could have had, the one it looks most like: the one without unknown or
 * missing members if there is one, else the one with the fewest faults.
 */
function closestShape(shapes: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  return [...shapes].sort((a, b) => distance(a) - distance(b))[0];
}

function distance(issues: z.core.$ZodIssue[]): number {
  let sum = 0;
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      sum += 100 * issue.keys.length;
    } else if (issue.path.length === 0) {
      sum += 1_000;
    } else if (messageOfIssue(issue) === 'is required' && issue.path.length === 1) {
      sum += 100;
    } else {
      sum += 1;
    }
  }
  return sum;
}

function pointer(place: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (all, member) => `${all}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    place,
  );
}

/** The schema, refusing members that it does not name (unless it says what becomes of them). */
export function refusingUnknown(schema: unknown): unknown {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined
    ? schema.strict()
    : schema;
}
