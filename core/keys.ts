import { createHash, randomBytes } from 'node:crypto';

/** `test` keys do what `live` ones do; the word tells people what a key that they find is for. */
export type KeyEnvironment = 'live' | 'test';

export type NewKey = {
  /** The key itself: shown to its owner once, stored nowhere. */
  key: string;
  /** What is stored; see `hashKey`. */
  key_hash: string;
  /** The key's beginning, by which its owner recognises it in a list. */
  key_prefix: string;
};

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** ceil(256 / log2(62)) */
const SECRET_LENGTH = 43;
/** Digits of the secret that are shown in lists: 24 of its 256 bits. */
const SHOWN_LENGTH = 4;

const KEY_PATTERN = new RegExp(`^wdn_sk_(?:live|test)_[0-9A-Za-z]{${SECRET_LENGTH}}$`);

/** Makes a key from 256 random bits: `wdn_sk_live_` and 43 base62 digits. */
export function createKey(environment: KeyEnvironment): NewKey {
  const label = `wdn_sk_${environment}_`;
  const key = label + base62(randomBytes(SECRET_BYTES));
  return { key, key_hash: hashKey(key), key_prefix: key.slice(0, label.length + SHOWN_LENGTH) };
}

/**
 * SHA-256 of the whole key, 64 hex digits. A slow hash would gain nothing: nobody can try 2^256
 * keys, and the engine hashes one per request that carries a key it has not seen before.
 */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Whether this can be a key at all; saves looking up what is obviously none. */
export function isKeyShaped(text: string): boolean {
  return KEY_PATTERN.test(text);
}

function base62(bytes: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let digits = '';
  for (let position = 0; position < SECRET_LENGTH; position++) {
    digits = BASE62.charAt(Number(rest % 62n)) + digits;
    rest /= 62n;
  }
  return digits;
}
