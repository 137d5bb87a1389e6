import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from '../../core/logger.ts';

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

/** Answers everything that goes wrong with problem documents; what nobody expected is logged. */
export function answerProblems(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: `There is no ${request.method} ${request.url.split('?')[0] ?? ''}`,
    }),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      logger.error(
        { err: error, method: request.method, route: request.routeOptions.url },
        'a request failed',
      );
    }
    return sendProblem(reply, problem);
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

function problemOf(error: FastifyError | ProblemError): Problem {
  if (error instanceof ProblemError) {
    return error.problem;
  }
  if (error.validation !== undefined) {
    const context = error.validationContext ?? 'body';
    const errors = error.validation.map((fault) => ({
      path: `/${context}${fault.instancePath}`,
      message: fault.message ?? 'is not valid',
    }));
    return {
      type: 'urn:trellis:problem:invalid_request',
      title: 'Bad Request',
      status: 400,
      errors,
    };
  }
  const status = error.statusCode ?? 500;
  if (status < 500) {
    return {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail: error.message,
    };
  }
  return {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'Something went wrong here; the log says what.',
  };
}
