// HOT PATH: one per click. Budget: 400 ns. Guarded by bench/micro/click.ts.
import { hex64 } from './hex.ts';

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
 * The user id of a visitor without a cookie: the same one for the same organisation, address, user
 * agent and languages. A 64-bit hash with two multiplicative lanes of 32 bits, each finished with the
 * avalanche of MurmurHash3 (Appleby, 2011); it is an identifier, not a secret.
 */
export function userIdFromFingerprint(
  organizationId: string,
  ip: string,
  userAgent: string,
  languages: string,
): string {
  high = 0x9e3779b9;
  low = 0x85ebca6b;
  mix(organizationId);
  mix(ip);
  mix(userAgent);
  mix(languages);
  const first = avalanche(high ^ Math.imul(low, 0xc2b2ae35));
  const second = avalanche(low ^ Math.imul(first, 0x9e3779b1));
  return `usr_${hex64(first, second)}`;
}

/** The header line that sets the cookie, begun by CR LF. */
export function visitorCookieLine(userId: string, secure: boolean): string {
  return `\r\nSet-Cookie: ${VISITOR_COOKIE}=${userId}; Path=/; Max-Age=${COOKIE_AGE_SECONDS_MAX}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

let high = 0;
let low = 0;

/** Mixes a text and its end into the two lanes, so that `ab`,`c` and `a`,`bc` differ. */
function mix(text: string): void {
  let a = high;
  let b = low;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x85ebca77);
    b = Math.imul(b ^ unit, 0xc2b2ae3d);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  high = Math.imul(a ^ text.length, 0x27d4eb2f);
  low = Math.imul(b ^ text.length, 0x165667b1);
}

function avalanche(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
