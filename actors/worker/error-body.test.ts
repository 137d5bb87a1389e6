import { expect, it } from 'vitest';
import { errorBody } from './error-body.ts';

it('names every fault when they fit', () => {
  const errors = [{ path: 'value', message: 'is negative' }];
  expect(JSON.parse(errorBody('invalid_postback', errors))).toEqual({
    error: 'invalid_postback',
    errors,
  });
});

it('stays below the limit, and valid, whatever the faults are', () => {
  for (const [count, length] of [
    [1_000, 10],
    [1, 100_000],
    [100, 500],
  ] as const) {
    const errors = Array.from({ length: count }, () => ({
      path: 'x',
      message: '\u0001'.repeat(length),
    }));
    const body = errorBody('invalid_visits', errors);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(8_000);
    const { errors: named, errors_left_out } = JSON.parse(body);
    expect(named.length + errors_left_out).toBe(count);
  }
});
