import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../core/entry-file.ts';
import { EVENT_COLUMNS } from '../../core/event-columns.ts';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import { migrateClickHouse, splitStatements } from './migrate.ts';

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse({ migrated: false });
});
afterAll(() => store.drop());

const migrationFiles = readdirSync(join(projectRoot, 'stores/clickhouse/migrations'));
const { stringify } = JSON;
const rows = async <T>(query: string) =>
  (await store.client.query({ query, format: 'JSONEachRow' })).json<T>();

test('two processes that migrate at once both succeed, and a third finds nothing to do', async () => {
  const { url, database } = store;
  const both = await Promise.all([
    migrateClickHouse(url, { database }),
    migrateClickHouse(url, { database }),
  ]);
  expect(both.flatMap(({ applied }) => applied)).toContain('0001_events.sql');
  expect(await migrateClickHouse(url, { database })).toEqual({ applied: [] });
  expect(await rows('SELECT version FROM schema_migrations FINAL ORDER BY version')).toEqual(
    migrationFiles.map((_, index) => ({ version: index + 1 })),
  );
});

test('the events table has the columns that actors write, with exactly these types', async () => {
  const columns = await rows<{ name: string; type: string }>('DESCRIBE TABLE events');
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  for (const [name, type] of EVENT_COLUMNS) {
    expect(stringify([name, types.get(name)])).toBe(stringify([name, type]));
  }
});

test('columns that are updated later are not in the sorting key', async () => {
  const [table] = await rows<{ sorting_key: string }>(
    "SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = 'events'",
  );
  expect(table?.sorting_key).toMatch(/^organization_id, /);
  expect(table?.sorting_key).not.toMatch(/campaign_id|user_id|conversion|tags|run_id/);
});

test('a file that was changed after it was applied is an error', async () => {
  await store.client.insert({
    table: 'schema_migrations',
    columns: ['version', 'name', 'checksum'],
    values: [{ version: 1, name: '0001_events.sql', checksum: 'other' }],
    format: 'JSONEachRow',
  });
  await expect(migrateClickHouse(store.url, { database: store.database })).rejects.toMatchObject({
    code: 'migration_changed',
    message: expect.stringContaining('0001_events.sql'),
  });
});

test('a server that cannot be reached is an error worth a retry', async () => {
  await expect(migrateClickHouse('http://127.0.0.1:1')).rejects.toMatchObject({
    code: 'migration_failed',
    retriable: true,
  });
});

test('a name for a database cannot carry SQL', async () => {
  const options = { database: 'x; DROP DATABASE default' };
  await expect(migrateClickHouse(store.url, options)).rejects.toMatchObject({
    code: 'migration_failed',
  });
});

test('statements end at a semicolon at the end of a line', () => {
  const text =
    "-- comment;\nCREATE TABLE a (b String DEFAULT 'x;y');\r\n\nALTER TABLE a\n  DROP c; \n";
  expect(splitStatements(text)).toEqual([
    "CREATE TABLE a (b String DEFAULT 'x;y')",
    'ALTER TABLE a\n  DROP c',
  ]);
});
