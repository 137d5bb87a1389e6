/**
 * Request headers that are neither handed to the actors nor stored: credentials, and what only serves
 * the transport of the answer and is the same for all visitors of a browser. A rule or a report about
 * one of them would never match anything. In lower case.
 */
export const UNREAD_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'accept',
  'accept-encoding',
  'connection',
  'keep-alive',
  'te',
  'upgrade',
  'upgrade-insecure-requests',
  'cache-control',
  'pragma',
  'if-modified-since',
  'if-none-match',
  'priority',
  'content-length',
]);
