import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '../../core/logger.ts';
import type { Check } from '../checks.ts';
import { addHealthRoutes } from './health.ts';
import { documentRoutes } from './openapi.ts';
import { answerProblems } from './problems.ts';

export type AdminParts = {
  /** Asked for `/ready`, by the part's name. */
  checks: Readonly<Record<string, Check>>;
  logger: Logger;
};

const BODY_BYTES_MAX = 1024 * 1024;

/** The admin service's HTTP side, not listening yet. */
export function createAdminApp(parts: AdminParts): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    // Requests on open connections are still answered while the process drains.
    return503OnClosing: false,
    ajv: { customOptions: { allErrors: true, coerceTypes: 'array', removeAdditional: false } },
  });
  answerProblems(app, parts.logger);
  documentRoutes(app);
  addHealthRoutes(app, parts.checks);
  return app;
}
