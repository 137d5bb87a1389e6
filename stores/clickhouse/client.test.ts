import { ClickHouseError } from '@clickhouse/client';
import { expect, test } from 'vitest';
import { createClickHouse, failingRow, isRetriableClickHouseError } from './client.ts';

const clickHouseError = (code: string) => new ClickHouseError({ message: 'x', code, type: 'X' });

test('overload, shutdown and full disks pass by themselves; bad rows and bad SQL do not', () => {
  for (const code of ['159', '202', '236', '241', '243', '252', '319', '999']) {
    expect(isRetriableClickHouseError(clickHouseError(code))).toBe(true);
  }
  for (const code of ['6', '27', '33', '60', '62', '117']) {
    expect(isRetriableClickHouseError(clickHouseError(code))).toBe(false);
  }
  expect(isRetriableClickHouseError(new TypeError('x is not a function'))).toBe(false);
  expect(isRetriableClickHouseError('down')).toBe(false);
});

test('a server that is not there is worth a retry', async () => {
  const client = createClickHouse({ url: 'http://127.0.0.1:1', database: 'default' });
  const failure = await client.command({ query: 'SELECT 1' }).catch((error: unknown) => error);
  expect(isRetriableClickHouseError(failure)).toBe(true);
  expect(isRetriableClickHouseError(new Error('wrapped', { cause: failure }))).toBe(true);
  await client.close();
});

test('the row that an insert failed at is read from the message', () => {
  expect(failingRow(new Error('Cannot read all data: (at row 17)\n: While executing'))).toBe(17);
  expect(failingRow(new Error('Timeout'))).toBeUndefined();
  expect(failingRow('(at row 17)')).toBeUndefined();
});
