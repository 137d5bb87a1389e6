import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { REQUEST_KIND } from '../../actors/mailbox/layout.ts';
import type { EngineCounters } from '../metrics/engine-counters.ts';
import { NOBODY, type RoutingTable } from '../organizations/routing-table.ts';
import type { Acceptor } from './acceptor.ts';
import { answerError, answerJson, answerPreflight } from './answer.ts';
import { readBody } from './read-body.ts';
import { tokenInBody, tokenInQuery } from './token.ts';

const POSTBACK_BYTES_MAX = 64 * 1024;
const COLLECT_BYTES_MAX = 512 * 1024;

/** Whether the process can do its work; `reasons` by part when it cannot. */
export type Readiness = { ready: boolean; parts: Record<string, string> };

export type RouteParts = {
  acceptor: Acceptor;
  routing: RoutingTable;
  counters: EngineCounters;
  readiness(): Readiness;
};

/** Attaches the routes of the data plane. */
export function addRoutes(app: TemplatedApp, parts: RouteParts): void {
  const { acceptor } = parts;
  app.get('/in/*', (response, request) => acceptor.click(response, request, REQUEST_KIND.click));
  app.head('/in/*', (response, request) =>
    acceptor.click(response, request, REQUEST_KIND.clickHead),
  );
  app.get('/pixel.gif', (response, request) =>
    acceptor.click(response, request, REQUEST_KIND.pixel),
  );
  app.post('/postback', (response, request) => postback(parts, response, request));
  app.get('/postback', (response, request) => postbackByGet(parts, response, request));
  app.post('/collect', (response, request) => collect(parts, response, request));
  app.options('/collect', (response) => answerPreflight(response));
  app.get('/health', (response) =>
    answerJson(response, 200, '{"status":"alive"}', acceptor.closing),
  );
  app.get('/ready', (response) => ready(parts, response));
  app.any('/*', (response, request) => noSuchRoute(parts, response, request));
}

function ready(parts: RouteParts, response: HttpResponse): void {
  const { ready: isReady, parts: reasons } = parts.readiness();
  const body = JSON.stringify({ status: isReady ? 'ready' : 'not_ready', parts: reasons });
  answerJson(response, isReady ? 200 : 503, body, parts.acceptor.closing);
}

function noSuchRoute(parts: RouteParts, response: HttpResponse, request: HttpRequest): void {
  const path = request.getUrl();
  const known = ['/postback', '/collect', '/pixel.gif', '/health', '/ready'].includes(path);
  if (known || path.startsWith('/in/')) {
    parts.acceptor.refuse(response, 405, 'method_not_allowed', `not with ${request.getMethod()}`);
  } else {
    parts.acceptor.refuse(response, 404, 'not_found', 'there is nothing at this path');
  }
}

/** Whose postback it is: the bearer key's organisation, else the token's in the query. */
function postbackOwner(parts: RouteParts, request: HttpRequest): number {
  const authorization = request.getHeader('authorization');
  if (authorization !== '') {
    const byTraffic = parts.routing.byAuthorization(authorization, 'traffic:write');
    return byTraffic === NOBODY
      ? parts.routing.byAuthorization(authorization, 'postbacks:write')
      : byTraffic;
  }
  return parts.routing.byKey(tokenInQuery(request.getQuery() ?? ''), 'postbacks:write');
}

function postback(parts: RouteParts, response: HttpResponse, request: HttpRequest): void {
  const { acceptor, routing } = parts;
  const owner = postbackOwner(parts, request);
  const head = acceptor.head(response, request);
  readBody(response, POSTBACK_BYTES_MAX, (body) => {
    response.cork(() => {
      if (body === null) {
        refuseTooLarge(parts, response, POSTBACK_BYTES_MAX);
        return;
      }
      const organization =
        owner === NOBODY ? routing.byKey(tokenInBody(body), 'postbacks:write') : owner;
      if (organization === NOBODY) {
        refuseUnauthorized(parts, response);
      } else {
        acceptor.withBody(response, REQUEST_KIND.postback, organization, head, body);
      }
    });
  });
}

function postbackByGet(parts: RouteParts, response: HttpResponse, request: HttpRequest): void {
  const owner = postbackOwner(parts, request);
  if (owner === NOBODY) {
    refuseUnauthorized(parts, response);
    return;
  }
  const head = parts.acceptor.head(response, request);
  parts.acceptor.withBody(response, REQUEST_KIND.postbackGet, owner, head, new Uint8Array(0));
}

function collect(parts: RouteParts, response: HttpResponse, request: HttpRequest): void {
  const { acceptor } = parts;
  const organization = acceptor.organizationOf(request, 'traffic:write');
  const head = acceptor.head(response, request);
  readBody(response, COLLECT_BYTES_MAX, (body) => {
    response.cork(() => {
      if (body === null) {
        refuseTooLarge(parts, response, COLLECT_BYTES_MAX);
      } else if (organization === NOBODY) {
        acceptor.refuseUnknown(response);
      } else {
        acceptor.withBody(response, REQUEST_KIND.collect, organization, head, body);
      }
    });
  });
}

function refuseUnauthorized(parts: RouteParts, response: HttpResponse): void {
  parts.counters.add('postbacks_unauthorized', 1);
  parts.acceptor.refuse(
    response,
    401,
    'unauthorized',
    'a postback needs a bearer key or a postback token (token=…) that is valid',
  );
}

/** The rest of the body is not read: the connection is closed behind the answer. */
function refuseTooLarge(parts: RouteParts, response: HttpResponse, bytesMax: number): void {
  parts.counters.countRefusal(413);
  answerError(response, 413, 'body_too_large', `the body has more than ${bytesMax} bytes`, true);
}
