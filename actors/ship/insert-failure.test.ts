import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { classifyInsertFailure } from './insert-failure.ts';

function clickHouseError(code: string): ClickHouseError {
  return new ClickHouseError({ message: 'no', code, type: 'X' });
}

describe('a failed insert', () => {
  it.each([
    ['CANNOT_READ_ALL_DATA', '33', 'refused'],
    ['VIOLATED_CONSTRAINT', '469', 'refused'],
    ['TOO_MANY_PARTS', '252', 'unavailable'],
    ['MEMORY_LIMIT_EXCEEDED', '241', 'unavailable'],
    ['UNKNOWN_TABLE', '60', 'misconfigured'],
    ['AUTHENTICATION_FAILED', '516', 'misconfigured'],
  ])('with %s is %s: %s', (_name, code, kind) => {
    expect(classifyInsertFailure(clickHouseError(code))).toMatchObject({ kind, code });
  });

  it('without an answer says nothing about the rows', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(classifyInsertFailure(refused)).toMatchObject({
      kind: 'unavailable',
      code: 'connection',
    });
    expect(classifyInsertFailure(new Error('something else')).kind).toBe('misconfigured');
  });
});
