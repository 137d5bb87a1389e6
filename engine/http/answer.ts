// HOT PATH: writes the answer to every request.
import type { HttpResponse } from 'uWebSockets.js';

const STATUS_LINES: Readonly<Record<number, string>> = {
  200: '200 OK',
  204: '204 No Content',
  302: '302 Found',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 Not Found',
  405: '405 Method Not Allowed',
  413: '413 Content Too Large',
  414: '414 URI Too Long',
  431: '431 Request Header Fields Too Large',
  503: '503 Service Unavailable',
};

/** A visit recorder in a page of another site has to be allowed to read the answer. */
const ANY_ORIGIN = '*';

/** The status line of a code; one that is not in the table is a fault of ours, so 500. */
export function statusLine(status: number): string {
  return STATUS_LINES[status] ?? '500 Internal Server Error';
}

/** Answers with a JSON body. Call it inside `cork` unless the route's handler is still running. */
export function answerJson(
  response: HttpResponse,
  status: number,
  body: string,
  close: boolean,
): void {
  response
    .writeStatus(statusLine(status))
    .writeHeader('Content-Type', 'application/json')
    .writeHeader('Cache-Control', 'no-store')
    .writeHeader('Access-Control-Allow-Origin', ANY_ORIGIN);
  if (status === 503) {
    response.writeHeader('Retry-After', '1');
  }
  if (close) {
    response.writeHeader('Connection', 'close');
  }
  response.end(body, close);
}

/** Answers with an error: `{"error": code, "message": words for a human}`. */
export function answerError(
  response: HttpResponse,
  status: number,
  code: string,
  message: string,
  close: boolean,
): void {
  answerJson(response, status, JSON.stringify({ error: code, message }), close);
}

/** The answer to a browser that asks whether a page of another site may call `/collect`. */
export function answerPreflight(response: HttpResponse): void {
  response
    .writeStatus(statusLine(204))
    .writeHeader('Access-Control-Allow-Origin', ANY_ORIGIN)
    .writeHeader('Access-Control-Allow-Methods', 'POST, GET, OPTIONS')
    .writeHeader('Access-Control-Allow-Headers', 'content-type, authorization')
    .writeHeader('Access-Control-Max-Age', '86400')
    .endWithoutBody();
}

/** Gives the address of the other end of a request, as text. Valid while the route's handler runs. */
export type PeerAddress = (response: HttpResponse) => string;

/**
 * How to learn the other end's address on a listener that is bound to `host`. What comes to a loopback
 * address comes from this machine and is known without asking; asking makes a system call and an
 * ArrayBuffer outside the heap for each request, some 5 µs with their disposal (bench/load).
 */
export function peerAddressOn(host: string): PeerAddress {
  if (host === '::1' || /^127\./.test(host)) {
    return () => host;
  }
  return (response) => Buffer.from(response.getRemoteAddressAsText()).toString('latin1');
}
