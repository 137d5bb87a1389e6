// HOT PATH: one per click. Budget: 150 ns. Guarded by bench/micro/click.ts.
import { hex64 } from './hex.ts';
import { hashText, type TextHash } from './text-hash.ts';

export const VISITOR_COOKIE = 'trl_uid';
const USER_ID = /^usr_[0-9a-f]{16}$/;
/** Seconds; browsers keep no cookie longer than 400 days. */
const COOKIE_AGE_SECONDS_MAX = 365 * 24 * 3600;

/**
 * The user id in a Cookie header, '' when there is none that we could have set.
 *
 * @param cookies the header's value
 */
export function userIdFromCookie(cookies: string): string {
  if (cookies === '') {
    return '';
  }
  let at = cookies.indexOf(`${VISITOR_COOKIE}=`);
  while (at > 0 && cookies.charCodeAt(at - 1) !== 0x20 && cookies.charCodeAt(at - 1) !== 0x3b) {
    at = cookies.indexOf(`${VISITOR_COOKIE}=`, at + 1);
  }
  if (at < 0) {
    return '';
  }
  const value = cookies.substring(at + 8, at + 8 + 20);
  const next = cookies.charCodeAt(at + 28);
  const ends = Number.isNaN(next) || next === 0x3b || next === 0x20;
  return ends && USER_ID.test(value) ? value : '';
}

/**
 * A visitor without a cookie: the same fingerprint for the same organisation, address, user agent and
 * languages. A 64-bit hash, finished with the avalanche of MurmurHash3 (Appleby, 2011); it is an
 * identifier, not a secret. Made to be reused: `take` overwrites it.
 */
export class Fingerprint {
  high = 0;
  low = 0;

  take(organization: TextHash, ip: string, userAgent: TextHash, languages: TextHash): void {
    const address = hashText(ip);
    let high = combine(organization.high, address.high, 0x85ebca77);
    let low = combine(organization.low, address.low, 0xc2b2ae3d);
    high = combine(high, userAgent.high, 0x27d4eb2f);
    low = combine(low, userAgent.low, 0x165667b1);
    high = combine(high, languages.high, 0x9e3779b1);
    low = combine(low, languages.low, 0x85ebca6b);
    this.high = avalanche(high ^ Math.imul(low, 0xc2b2ae35));
    this.low = avalanche(low ^ Math.imul(this.high, 0x9e3779b1));
  }

  /** The user id of that visitor. */
  userId(): string {
    return `usr_${hex64(this.high, this.low)}`;
  }
}

/** Adds one hash to another in an order that matters. */
function combine(sum: number, next: number, factor: number): number {
  const mixed = Math.imul(sum ^ (sum >>> 15), factor);
  return (mixed ^ next) + Math.imul(next, 5);
}

/** The header line that sets the cookie, begun by CR LF. */
export function visitorCookieLine(userId: string, secure: boolean): string {
  return `\r\nSet-Cookie: ${VISITOR_COOKIE}=${userId}; Path=/; Max-Age=${COOKIE_AGE_SECONDS_MAX}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

function avalanche(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
