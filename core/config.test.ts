import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('REDIS_URL', () => {
  it('is not set unless somebody sets it', () => {
    expect(readConfig({}).REDIS_URL).toBeUndefined();
    expect(readConfig({ REDIS_URL: '' }).REDIS_URL).toBeUndefined();
  });

  it.each([
    'redis://127.0.0.1:6379',
    'redis://[::1]:6380/3',
    'rediss://trellis:s%2Fcret@cache.example.com/',
    'redis://:only-a-password@cache',
  ])('can be %s', (url) => {
    expect(readConfig({ REDIS_URL: url }).REDIS_URL).toBe(url);
  });

  it.each([
    'cache.example.com:6379',
    'http://cache.example.com',
    'redis://user:hunter2@cache.example.com/sessions',
    'redis://user:hunter2@cache.example.com?family=6',
    'redis://user:hunter2@cache.example.com:99999',
    'redis://user%:hunter2@cache.example.com',
    'redis:///var/run/redis.sock',
  ])('cannot be %s, and the fault does not show a password', (url) => {
    expect(() => readConfig({ REDIS_URL: url })).toThrow(/REDIS_URL: (?!.*hunter2)/);
  });
});
