import { describe, expect, test } from 'vitest';
import { TwoGenerationCache } from './two-generation-cache.ts';

describe('TwoGenerationCache', () => {
  test('never holds more than its bound', () => {
    const cache = new TwoGenerationCache<number>(100);
    for (let i = 0; i < 10_000; i++) {
      cache.set(`key ${i}`, i);
      cache.get(`key ${i - (i % 60)}`);
      expect(cache.size).toBeLessThanOrEqual(100);
    }
    expect(cache.get('key 9999')).toBe(9999);
    expect(cache.get('key 1')).toBeUndefined();
  });

  test('what is asked for again and again stays', () => {
    const cache = new TwoGenerationCache<string>(10);
    cache.set('hot', 'value');
    for (let i = 0; i < 1_000; i++) {
      cache.set(`cold ${i}`, '');
      expect(cache.get('hot')).toBe('value');
    }
  });
});
