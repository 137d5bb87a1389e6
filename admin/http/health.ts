import { z } from 'zod';
import type { Check } from '../checks.ts';
import type { AdminInstance } from './context.ts';

const aliveSchema = z.object({ status: z.literal('alive') }).describe('It is.');

const readySchema = z.object({
  status: z.enum(['ready', 'not_ready']),
  parts: z.record(z.string(), z.string()).describe('By part: `ok`, or what is wrong with it.'),
});

/** `GET /health`: the process lives. `GET /ready`: it can do its work, with the reason per part. */
export function addHealthRoutes(app: AdminInstance, checks: Readonly<Record<string, Check>>): void {
  app.get(
    '/health',
    {
      config: { isPublic: true, rateLimit: false },
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the process is alive',
        tags: ['service'],
        response: { 200: aliveSchema },
      },
    },
    () => ({ status: 'alive' as const }),
  );
  app.get(
    '/ready',
    {
      config: { isPublic: true },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the stores that the service needs can be reached',
        tags: ['service'],
        response: {
          200: readySchema.describe('All can.'),
          503: readySchema.describe('Some cannot.'),
        },
      },
    },
    async (_, reply) => {
      const entries = Object.entries(checks).map(async ([part, check]) => [part, await check()]);
      const parts: Record<string, string> = Object.fromEntries(await Promise.all(entries));
      const isReady = Object.values(parts).every((answer) => answer === 'ok');
      return reply
        .code(isReady ? 200 : 503)
        .send({ status: isReady ? ('ready' as const) : ('not_ready' as const), parts });
    },
  );
}
