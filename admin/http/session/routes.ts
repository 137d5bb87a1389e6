import { z } from 'zod';
import { hashKey, isKeyShaped } from '../../../core/keys.ts';
import { findUsableApiKey } from '../../../stores/postgres/configuration/keys.ts';
import { getOrganization } from '../../../stores/postgres/configuration/organizations.ts';
import {
  createSession,
  endSession,
  hashSessionToken,
} from '../../../stores/postgres/configuration/sessions.ts';
import type { RefuseKey } from '../authenticate.ts';
import type { AdminContext, AdminInstance, Caller } from '../context.ts';
import { keySchema } from '../keys/schemas.ts';
import { ProblemError } from '../problems.ts';
import {
  CONSOLE_HEADER,
  isFromConsole,
  SESSION_LIFETIME_MS,
  sessionToken,
  setSessionCookie,
} from './cookie.ts';

const PATH = '/api/v1/session';
const tags = ['session'];

const callerSchema = z.object({
  key_id: z.string(),
  scopes: keySchema.shape.scopes.describe('What the key that was signed in with allows.'),
  organization: z.object({
    organization_id: z.string(),
    name: z.string(),
    currency: z.string().describe('What reports are in.'),
  }),
});

/** The console's sign-in: a key is exchanged for a cookie that scripts cannot read. */
export function addSessionRoutes(
  app: AdminInstance,
  context: AdminContext,
  refuseKey: RefuseKey,
): void {
  addSignInRoute(app, context, refuseKey);
  const { pool } = context;
  app.get(
    PATH,
    {
      config: { scope: 'any' },
      schema: {
        operationId: 'getSession',
        summary: 'Whose key or session the request carries',
        tags,
        response: { 200: callerSchema.describe('Who asks.') },
      },
    },
    ({ caller }) => describeCaller(context, caller),
  );
  app.delete(
    PATH,
    {
      config: { isPublic: true },
      schema: {
        operationId: 'endSession',
        summary: 'Sign out',
        description: 'Ends the session of the cookie, if there is one.',
        tags,
        response: { 204: z.null().describe('There is none any more.') },
      },
    },
    async (request, reply) => {
      requireConsole(isFromConsole(request));
      const token = sessionToken(request);
      if (token !== '') {
        await endSession(pool, hashSessionToken(token));
      }
      setSessionCookie(reply, request, '');
      return reply.code(204).send(null);
    },
  );
}

function addSignInRoute(app: AdminInstance, context: AdminContext, refuseKey: RefuseKey): void {
  const { pool } = context;
  app.post(
    PATH,
    {
      config: { isPublic: true, rateLimit: { max: 60 } },
      schema: {
        operationId: 'createSession',
        summary: 'Sign in with a key',
        description: `Sets a cookie that stands for the key until it is revoked, for seven days at most. It counts only in requests with the header ${CONSOLE_HEADER}.`,
        tags,
        body: z.strictObject({ key: z.string().max(200) }),
        response: { 201: callerSchema.describe('Who has signed in.') },
      },
    },
    async (request, reply) => {
      requireConsole(isFromConsole(request));
      const key = request.body.key.trim();
      const found = isKeyShaped(key) ? await findUsableApiKey(pool, hashKey(key)) : undefined;
      if (found === undefined) {
        return refuseKey(request, reply);
      }
      const token = await createSession(pool, found.key_id, SESSION_LIFETIME_MS);
      setSessionCookie(reply, request, token);
      const caller = { organizationId: found.organization_id, keyId: found.key_id };
      const described = await describeCaller(context, { ...caller, scopes: found.scopes });
      return reply.code(201).send(described);
    },
  );
}

function requireConsole(isConsole: boolean): void {
  if (!isConsole) {
    throw new ProblemError(
      403,
      'not_from_console',
      `Sessions are the console's: the header ${CONSOLE_HEADER} is missing, or another site asks`,
    );
  }
}

async function describeCaller({ pool }: AdminContext, caller: Caller) {
  const organization = await getOrganization(pool, caller.organizationId);
  if (organization === undefined) {
    throw new ProblemError(404, 'organization_unknown', 'There is no such organisation');
  }
  const { organization_id, name, currency } = organization;
  return {
    ...{ key_id: caller.keyId, scopes: [...caller.scopes] },
    organization: { organization_id, name, currency },
  };
}
