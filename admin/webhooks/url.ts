import { isIP } from 'node:net';
import type { AddressCheck } from './addresses.ts';

export const URL_LENGTH_MAX = 2_048;

/** Below are the ports of other services; from here on the receiver's own may be. */
const FREE_PORTS_FROM = 1_025;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Whether a webhook can have this address. A host that is a number in any spelling is an IP address
 * (`http://2130706433/` is 127.0.0.1), and is checked as such; a name is checked when it is resolved.
 *
 * @returns what is wrong with it, or the URL
 */
export function readWebhookUrl(text: string, isAllowed: AddressCheck): URL | string {
  if (text.length > URL_LENGTH_MAX) {
    return `is longer than ${URL_LENGTH_MAX} characters`;
  }
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return 'is no URL that begins with http:// or https://';
  }
  const url = new URL(text);
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port);
  if (url.username !== '' || url.password !== '') {
    return 'has a user or password: check the signature instead';
  }
  if (url.hash !== '') {
    return 'has a fragment, which is never sent';
  }
  if (port === undefined || (port !== 80 && port !== 443 && port < FREE_PORTS_FROM)) {
    return 'has a port other than 80, 443 and those above 1024';
  }
  const host = hostOf(url);
  return isIP(host) !== 0 && !isAllowed(host) ? 'has a host that is no public address' : url;
}

/** The host as a name or an IP address, IPv6 without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
