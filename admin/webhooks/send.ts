/**
 * Sends one request to an address that a stranger has chosen, without becoming his tool: what is not
 * public is never connected to (SSRF). The steps:
 *
 * 1 url.ts        the address is one that webhooks may have
 * 2 resolve.ts    the name is resolved, once
 * 3 addresses.ts  all that it resolves to may be reached; one that may not spoils the rest
 * 4 connect       to those very addresses: the name is not looked up again, so it cannot change
 * 5 answer        the status counts. Redirects are not followed, the body is read and dropped
 */
import { type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressCheck } from './addresses.ts';
import type { ResolveName } from './resolve.ts';
import { hostOf, readWebhookUrl } from './url.ts';

export type WebhookRequest = {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
};

/** What came of it. Reasons are for those who own the webhook: they tell nothing of our network. */
export type SendOutcome =
  | { kind: 'answered'; status: number }
  /** Nothing was connected to. */
  | { kind: 'refused'; reason: string }
  | { kind: 'failed'; reason: string };

export type SendParts = {
  isAllowed: AddressCheck;
  resolve: ResolveName;
  /** The longest that everything may take together, in milliseconds. */
  totalMsMax?: number;
};

const TOTAL_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** Of the addresses of a name, those that are tried, and how long each but the last may take. */
const ADDRESSES_MAX = 4;
const ADDRESS_MS_MAX = 1_500;

/** Never rejects. */
export async function sendWebhook(
  request: WebhookRequest,
  { isAllowed, resolve, totalMsMax = TOTAL_MS_MAX }: SendParts,
): Promise<SendOutcome> {
  const url = readWebhookUrl(request.url, isAllowed);
  if (typeof url === 'string') {
    return { kind: 'refused', reason: `the address ${url}` };
  }
  const signal = AbortSignal.timeout(totalMsMax);
  const addresses = await addressesOf(hostOf(url), resolve, signal);
  // One answer for both: whether a private name exists is nobody's business.
  if (addresses.length === 0 || !addresses.every(isAllowed)) {
    return { kind: 'refused', reason: 'the host has no public address' };
  }
  return connect(url, addresses.slice(0, ADDRESSES_MAX), request, signal);
}

async function addressesOf(
  host: string,
  resolve: ResolveName,
  signal: AbortSignal,
): Promise<string[]> {
  if (isIP(host) !== 0) {
    return [host];
  }
  const tooLate = new Promise<string[]>((done) => {
    signal.addEventListener('abort', () => done([]), { once: true });
  });
  return Promise.race([resolve(host, signal).catch(() => []), tooLate]);
}

/** Answers whatever name with the addresses that were checked. */
function pinned(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, { all = false }, callback) => {
    const [first] = entries;
    if (all || first === undefined) {
      callback(null, entries);
    } else {
      callback(null, first.address, first.family);
    }
  };
}

function connect(
  url: URL,
  addresses: readonly string[],
  { headers, body }: WebhookRequest,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const options: RequestOptions & { autoSelectFamilyAttemptTimeout: number } = {
    method: 'POST',
    // A connection of its own: one that was kept could belong to another name's address.
    agent: false,
    lookup: pinned(addresses),
    autoSelectFamilyAttemptTimeout: ADDRESS_MS_MAX,
    signal,
    headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' },
  };
  return new Promise((settle) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
    let status: number | undefined;
    // However the answer's body ends, its status was told.
    const end = (reason: string) =>
      settle(status === undefined ? { kind: 'failed', reason } : { kind: 'answered', status });
    request.once('response', (response) => {
      status = response.statusCode ?? 0;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) {
          request.destroy();
        }
      });
      response.on('error', () => end('no whole answer'));
    });
    request.on('error', (error) => end(reasonOf(error, signal)));
    request.once('close', () => end('closed without an answer'));
    request.end(body);
  });
}

/** Codes only: messages hold addresses. */
function reasonOf(error: Error, signal: AbortSignal): string {
  if (signal.aborted) {
    return 'no answer in time';
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
  return `connection failed: ${code}`;
}
