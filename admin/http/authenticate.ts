import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { hashKey, isKeyShaped } from '../../core/keys.ts';
import { type ApiKey, findUsableApiKey } from '../../stores/postgres/configuration/keys.ts';
import { findSessionKey, hashSessionToken } from '../../stores/postgres/configuration/sessions.ts';
import type { Caller } from './context.ts';
import { ProblemError } from './problems.ts';
import { isFromConsole, sessionToken } from './session/cookie.ts';

/** Keys that are remembered at a time, those that do not exist included. */
const REMEMBERED_MAX = 10_000;
/** A revoked key must be refused within a second; asking the store takes some of it. */
const REMEMBERED_MS = 750;

type Found = { key: ApiKey | undefined };

/** Refuses a request whose key or session is none. Never returns. */
export type RefuseKey = (request: FastifyRequest, reply: FastifyReply) => Promise<never>;

/** @returns what finds the usable key with a hash; answers may be `REMEMBERED_MS` old */
function remembering(
  find: (hash: string) => Promise<ApiKey | undefined>,
): (hash: string) => Promise<ApiKey | undefined> {
  const cache = new LRUCache<string, Found>({
    max: REMEMBERED_MAX,
    ttl: REMEMBERED_MS,
    // Many requests with one key ask the store once.
    fetchMethod: async (hash) => ({ key: await find(hash) }),
  });
  return async (hash) => (await cache.fetch(hash))?.key;
}

/**
 * Lets a request through to a route with a scope only with a usable key that has it, or with the
 * session of one, and says in `request.caller` whose that is. Must be called before such routes are added.
 * A route that neither has a scope nor says that it is public is refused when it is added.
 *
 * @param refusalAllowed counts a refused key against the sender's address; false: too many of them
 * @returns what refuses a key that is none
 */
export function authenticate(
  app: FastifyInstance,
  pool: pg.Pool,
  refusalAllowed: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): RefuseKey {
  const findKey = remembering((hash) => findUsableApiKey(pool, hash));
  const findSession = remembering((hash) => findSessionKey(pool, hash));
  const refuseKey: RefuseKey = async (request, reply) => {
    await refusalAllowed(request, reply);
    reply.header('WWW-Authenticate', 'Bearer realm="trellis"');
    // One answer for all reasons: whether a key once existed is nobody's business.
    throw new ProblemError(
      401,
      'unauthorized',
      'A key that may be used is needed: Authorization: Bearer wdn_sk_…',
    );
  };
  app.decorateRequest('caller');
  app.addHook('onRoute', ({ method, url, config }) => {
    if ((config?.scope === undefined) === (config?.isPublic === undefined)) {
      throw new Error(`${method} ${url} must have either config.scope or config.isPublic`);
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    if (scope === undefined) {
      return;
    }
    const key = await keyOf(request, findKey, findSession);
    if (key === undefined) {
      return refuseKey(request, reply);
    }
    request.caller = {
      organizationId: key.organization_id,
      keyId: key.key_id,
      scopes: key.scopes,
    };
    if (scope !== 'any') {
      requireScope(request.caller, scope);
    }
  });
  return refuseKey;
}

/** An Authorization header goes before the cookie, and a wrong one is not made good by it. */
async function keyOf(
  request: FastifyRequest,
  findKey: (hash: string) => Promise<ApiKey | undefined>,
  findSession: (hash: string) => Promise<ApiKey | undefined>,
): Promise<ApiKey | undefined> {
  if (request.headers.authorization !== undefined) {
    const text = bearerKey(request.headers.authorization);
    return isKeyShaped(text) ? findKey(hashKey(text)) : undefined;
  }
  const token = sessionToken(request);
  return token !== '' && isFromConsole(request) ? findSession(hashSessionToken(token)) : undefined;
}

/** @throws ProblemError 403 naming the scope that the key lacks */
function requireScope(caller: Caller, scope: Caller['scopes'][number]): void {
  if (!caller.scopes.includes(scope)) {
    throw new ProblemError(403, 'scope_missing', `This needs a key with the scope ${scope}`);
  }
}

function bearerKey(header: string | undefined): string {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
}
