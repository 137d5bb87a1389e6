import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKey, hashKey, isKeyShaped } from './keys.ts';

describe('API keys', () => {
  it('start with the environment that they were made for', () => {
    expect(createKey('live').key).toMatch(/^wdn_sk_live_[0-9A-Za-z]{43}$/);
    expect(createKey('test').key).toMatch(/^wdn_sk_test_[0-9A-Za-z]{43}$/);
  });

  it('differ each time, and use every digit of the alphabet', () => {
    const keys = Array.from({ length: 500 }, () => createKey('live').key);
    expect(new Set(keys).size).toBe(500);
    expect(new Set(keys.join('').replaceAll('wdn_sk_live_', '')).size).toBe(62);
  });

  it('are stored as the SHA-256 of the whole key', () => {
    const { key, key_hash } = createKey('live');
    expect(key_hash).toBe(createHash('sha256').update(key).digest('hex'));
    expect(hashKey(key)).toBe(key_hash);
  });

  it('show four digits of the secret in their prefix and no more', () => {
    const { key, key_prefix } = createKey('test');
    expect(key_prefix).toBe(key.slice(0, 'wdn_sk_test_'.length + 4));
  });

  it('can be told from other text', () => {
    const { key } = createKey('live');
    expect(isKeyShaped(key)).toBe(true);
    for (const other of [
      '',
      'wdn_sk_live_',
      `${key}x`,
      key.slice(1),
      key.slice(0, -1),
      `${key}\n`,
    ]) {
      expect(isKeyShaped(other)).toBe(false);
    }
  });
});
