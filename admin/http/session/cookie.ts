import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSessionToken } from '../../../stores/postgres/configuration/sessions.ts';

const COOKIE = 'trellis_session';
/** Only the API sees it: cookies know no ports, and the engine's may be on the same host. */
const PATH = '/api/v1';
/** The console sends it with every request; pages of other sites cannot without being asked. */
export const CONSOLE_HEADER = 'x-trellis-console';

export const SESSION_LIFETIME_MS = 7 * 86_400_000;

/** The token of the request's session cookie; '' without one. */
export function sessionToken(request: FastifyRequest): string {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === COOKIE) {
      const token = pair.slice(at + 1).trim();
      return isSessionToken(token) ? token : '';
    }
  }
  return '';
}

/**
 * Whether a request with a session cookie comes from the console itself. The cookie is `SameSite=Strict`
 * already; this also holds for browsers that do not know of it and for other ports of the same host,
 * which count as the same site.
 */
export function isFromConsole(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return (
    request.headers[CONSOLE_HEADER] !== undefined && (site === undefined || site === 'same-origin')
  );
}

/** @param token '' ends the cookie */
export function setSessionCookie(
  reply: FastifyReply,
  request: FastifyRequest,
  token: string,
): void {
  const seconds = token === '' ? 0 : SESSION_LIFETIME_MS / 1000;
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header(
    'Set-Cookie',
    `${COOKIE}=${token}; Path=${PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`,
  );
}
