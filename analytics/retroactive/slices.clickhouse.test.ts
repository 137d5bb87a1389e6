import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import { sliceRows } from './slices.ts';

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse({ migrated: false });
  await store.client.command({
    query: "CREATE TABLE events (event_time DateTime64(3, 'UTC')) ENGINE = Memory",
  });
});

afterAll(() => store.drop());

test('slices hold whole days of one month, up to two million rows, and stay within bounds', async () => {
  const days: Array<[string, number]> = [
    ['2024-01-05 23:59:59', 10],
    ['2024-01-31 00:00:00', 5],
    ['2024-02-01 00:00:00', 1_500_000],
    ['2024-02-02 12:00:00', 600_000],
    ['2024-02-29 12:00:00', 1_400_000],
  ];
  for (const [day, rows] of days) {
    await store.client.command({
      query: `INSERT INTO events SELECT '${day}' FROM numbers(${rows})`,
    });
  }
  const bounds = { startMs: Date.UTC(2024, 0, 5, 12), endMs: Date.UTC(2024, 1, 29, 18) };
  const slices = await sliceRows(store.client, { sql: 'true', params: {} }, bounds);
  expect(slices).toEqual([
    { span: { startMs: bounds.startMs, endMs: Date.UTC(2024, 1, 1) }, rows: 15 },
    { span: { startMs: Date.UTC(2024, 1, 1), endMs: Date.UTC(2024, 1, 2) }, rows: 1_500_000 },
    { span: { startMs: Date.UTC(2024, 1, 2), endMs: bounds.endMs }, rows: 2_000_000 },
  ]);
});
