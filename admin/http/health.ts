import type { FastifyInstance } from 'fastify';
import type { Check } from '../checks.ts';

const aliveSchema = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string' } },
};

const readySchema = {
  type: 'object',
  required: ['status', 'parts'],
  properties: {
    status: { type: 'string', enum: ['ready', 'not_ready'] },
    parts: {
      type: 'object',
      description: 'By part: `ok`, or what is wrong with it.',
      additionalProperties: { type: 'string' },
    },
  },
};

/** `GET /health`: the process lives. `GET /ready`: it can do its work, with the reason per part. */
export function addHealthRoutes(
  app: FastifyInstance,
  checks: Readonly<Record<string, Check>>,
): void {
  app.get(
    '/health',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the process is alive',
        tags: ['service'],
        security: [],
        response: { 200: { description: 'It is.', ...aliveSchema } },
      },
    },
    () => ({ status: 'alive' }),
  );
  app.get(
    '/ready',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the stores that the service needs can be reached',
        tags: ['service'],
        security: [],
        response: {
          200: { description: 'All can.', ...readySchema },
          503: { description: 'Some cannot.', ...readySchema },
        },
      },
    },
    async (_, reply) => {
      const entries = Object.entries(checks).map(async ([part, check]) => [part, await check()]);
      const parts: Record<string, string> = Object.fromEntries(await Promise.all(entries));
      const isReady = Object.values(parts).every((answer) => answer === 'ok');
      return reply
        .code(isReady ? 200 : 503)
        .send({ status: isReady ? 'ready' : 'not_ready', parts });
    },
  );
}
