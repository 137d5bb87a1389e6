import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { isRetriableClickHouseError } from '../../stores/clickhouse/client.ts';
import { isConnectionError } from '../../stores/postgres/client.ts';

/** One fault of a request. `path` is a JSON pointer: `/body/rules/0/type`, `/querystring/limit`. */
export type ProblemField = { path: string; message: string };

/** An answer of RFC 9457, `application/problem+json`. */
export type Problem = {
  /** `about:blank`, or a name for a kind of problem: `urn:trellis:problem:<code>`. */
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: ProblemField[];
};

/** What a route throws to refuse a request. */
export class ProblemError extends Error {
  readonly problem: Problem;

  /**
   * @param status 400 to 599
   * @param code stable and machine-readable, lower_snake_case
   */
  constructor(status: number, code: string, detail: string, errors?: ProblemField[]) {
    super(detail);
    this.name = 'ProblemError';
    const title = STATUS_CODES[status] ?? 'Error';
    const type = `urn:trellis:problem:${code}`;
    this.problem = { type, title, status, detail, ...(errors === undefined ? {} : { errors }) };
  }
}

/** Seconds after which a caller may ask again when a store could not be reached. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Tells a store's refusal as a fault of one place in the request.
 *
 * @param paths by the refusal's code, as in `{ domain_invalid: '/body/hostname' }`
 * @throws whatever it was
 */
export function blame(error: unknown, paths: Readonly<Record<string, string>>): never {
  const path = error instanceof TrellisError ? paths[error.code] : undefined;
  if (!(error instanceof TrellisError) || path === undefined) {
    throw error;
  }
  throw new ProblemError(statusOfCode(error), error.code, error.message, [
    { path, message: error.message },
  ]);
}

/** Answers everything that goes wrong with problem documents; what nobody expected is logged. */
export function answerProblems(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      logger.error(
        { err: error, method: request.method, route: request.routeOptions.url },
        'a request failed',
      );
    }
    if (problem.status === 503 || problem.type.endsWith(':busy')) {
      reply.header('Retry-After', RETRY_AFTER_SECONDS);
    }
    return sendProblem(reply, problem);
  });
}

/** The answer to an address that no route could be found for because it cannot be read. */
export function answerUnreadable(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = error.statusCode ?? 400;
  const title = STATUS_CODES[status] ?? 'Error';
  // Fastify's own words repeat the whole address.
  const detail = status === 414 ? 'A part of the path is too long' : 'The path is badly encoded';
  return sendProblem(reply, { type: 'about:blank', title, status, detail });
}

/** The answer of a path that there is not. */
export function answerNotFound(method: string, url: string, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: `There is no ${method} ${url.split('?')[0] ?? ''}`,
  });
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Serialised here: a route's response schemas describe other bodies.
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer((body) => String(body))
    .send(JSON.stringify(problem));
}

function problemOf(error: FastifyError | ProblemError | TrellisError): Problem {
  if (error instanceof ProblemError) {
    return error.problem;
  }
  if (error instanceof TrellisError) {
    return problemOfTrellisError(error);
  }
  if (isConnectionError(error) || isRetriableClickHouseError(error)) {
    return new ProblemError(503, 'store_unavailable', 'A store cannot be reached; try again later')
      .problem;
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status >= 400 && status < 500) {
    const title = STATUS_CODES[status] ?? 'Error';
    return { type: 'about:blank', title, status, detail: error.message };
  }
  return {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'Something went wrong here; the log says what.',
  };
}

/**
 * The status of an operating failure, told from its code: codes are named alike for that.
 * An error that has a `path` (as in `/body/range/start`) names it in the answer.
 */
function problemOfTrellisError(error: TrellisError): Problem {
  const status = statusOfCode(error);
  if (status === 500) {
    return new ProblemError(500, error.code, 'Something went wrong here; the log says what.')
      .problem;
  }
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const errors = path === undefined ? undefined : [{ path, message: error.message }];
  return new ProblemError(status, error.code, error.message, errors).problem;
}

function statusOfCode({ code, retriable }: TrellisError): number {
  if (code === 'campaign_changed') {
    return 412;
  }
  if (retriable && code.startsWith('too_many_')) {
    return 409;
  }
  if (/_(unknown|not_found|missing)$/.test(code)) {
    return 404;
  }
  if (/_(exists|taken|conflict|running|finished|archived|overlap|overlaps)$/.test(code)) {
    return 409;
  }
  if (/^(invalid|unsupported|too_many)_|_(invalid|exceeded|unsupported)$|_without_/.test(code)) {
    return 400;
  }
  return retriable ? 503 : 500;
}
