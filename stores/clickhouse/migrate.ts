import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { projectRoot } from '../../core/entry-file.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import { createClickHouse, isRetriableClickHouseError } from './client.ts';

type Migration = {
  version: number;
  /** File name: `0001_events.sql`. */
  name: string;
  /** SHA-256 of the file, hex. */
  checksum: string;
  statements: string[];
};

/**
 * Brings a database to the schema of this release; creates it if it does not exist.
 *
 * ClickHouse has no locks and no transactions for definitions. Several processes may therefore run
 * the same migration at once, and one may have died in the middle of it: every statement of a
 * migration must be one that can be run again (`IF NOT EXISTS`).
 *
 * @param url of the server
 * @param options.database letters, digits and underscores; `trellis` by default
 * @returns names of the migrations that this call applied
 * @throws TrellisError `migration_changed` when a file differs from what was applied,
 *   `migration_failed` (retriable if the server was out of reach)
 */
export async function migrateClickHouse(
  url: string,
  { database = 'trellis' }: { database?: string } = {},
): Promise<{ applied: string[] }> {
  if (!/^[A-Za-z_]\w*$/.test(database)) {
    throw new TrellisError('migration_failed', `Not a name for a database: ${database}`);
  }
  const migrations = await readMigrations(join(projectRoot, 'stores/clickhouse/migrations'));
  const server = createClickHouse({ url, database: 'default' });
  const client = createClickHouse({ url, database });
  try {
    await server.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
    return { applied: await applyAll(client, migrations) };
  } catch (error) {
    if (error instanceof TrellisError) {
      throw error;
    }
    throw new TrellisError(
      'migration_failed',
      `ClickHouse database ${database} could not be migrated: ${messageOf(error)}`,
      { retriable: isRetriableClickHouseError(error), cause: error },
    );
  } finally {
    await Promise.all([server.close(), client.close()]);
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      return {
        version: Number(name.slice(0, 4)),
        name,
        checksum: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex'),
        statements: splitStatements(text),
      };
    }),
  );
}

/** Statements end with a semicolon at the end of a line; comments are lines that begin with `--`. */
export function splitStatements(text: string): string[] {
  return text
    .replace(/^\s*--.*$/gm, '')
    .split(/;[ \t\r]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

async function applyAll(client: ClickHouseClient, migrations: Migration[]): Promise<string[]> {
  // Two processes may both note the same migration; the engine keeps one row of each version.
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS schema_migrations (
      version UInt32,
      name String,
      checksum String,
      applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
    ) ENGINE = ReplacingMergeTree ORDER BY version`,
  });
  const known = await readApplied(client);
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = known.get(migration.version);
    if (checksum === undefined) {
      await apply(client, migration);
      applied.push(migration.name);
    } else if (checksum !== migration.checksum) {
      throw new TrellisError(
        'migration_changed',
        `${migration.name} is not the file that was applied; add a new migration instead`,
      );
    }
  }
  return applied;
}

async function readApplied(client: ClickHouseClient): Promise<Map<number, string>> {
  const result = await client.query({
    query: 'SELECT version, checksum FROM schema_migrations FINAL',
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ version: number; checksum: string }>();
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}

async function apply(client: ClickHouseClient, migration: Migration): Promise<void> {
  for (const query of migration.statements) {
    await client.command({ query });
  }
  const { version, name, checksum } = migration;
  await client.insert({
    table: 'schema_migrations',
    columns: ['version', 'name', 'checksum'],
    values: [{ version, name, checksum }],
    format: 'JSONEachRow',
  });
}
