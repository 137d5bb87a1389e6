import fastifyRateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminInstance } from './context.ts';
import { answerNotFound, ProblemError } from './problems.ts';

/** Requests that one key, or one address without a key, may make in a minute. */
const REQUESTS_PER_MINUTE_MAX = 600;
/** Requests with keys that are none that one address may make in a minute. */
const REFUSALS_PER_MINUTE_MAX = 60;
/** Keys and addresses that are counted at a time; beyond, the one seen longest ago starts afresh. */
const COUNTED_MAX = 10_000;
const IPV6_PREFIX_BITS = 64;

/**
 * Bounds how often routes that are added afterwards may be asked: by key, without one by address
 * (IPv6: its /64 network). A route may ask for less: `config: { rateLimit: { max: 60 } }`, a minute.
 *
 * @param isLimited false in tests that ask more often than anybody should
 * @returns what refuses an address that has sent too many unusable keys
 */
export async function limitRates(
  app: AdminInstance,
  { isLimited }: { isLimited: boolean },
): Promise<(request: FastifyRequest, reply: FastifyReply) => Promise<void>> {
  await app.register(fastifyRateLimit, {
    max: REQUESTS_PER_MINUTE_MAX,
    timeWindow: '1 minute',
    cache: COUNTED_MAX,
    enableDraftSpec: true,
    allowList: () => !isLimited,
    keyGenerator: (request) => request.caller?.keyId ?? addressOf(request),
    errorResponseBuilder: (_, { after }) => tooMany(after),
  });
  const countRefusal = app.createRateLimit({
    max: REFUSALS_PER_MINUTE_MAX,
    timeWindow: '1 minute',
    keyGenerator: addressOf,
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    answerNotFound(request.method, request.url, reply),
  );
  return async (request, reply) => {
    const count = await countRefusal(request);
    if (!count.isAllowed && count.isExceeded) {
      reply.header('Retry-After', count.ttlInSeconds);
      throw tooMany(`${count.ttlInSeconds} seconds`);
    }
  };
}

function addressOf(request: FastifyRequest): string {
  return normalizeIP(request.ip, IPV6_PREFIX_BITS);
}

function tooMany(after: string): ProblemError {
  return new ProblemError(429, 'too_many_requests', `Too many requests; try again in ${after}`);
}
