import { randomBytes } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import pg from 'pg';
import { inject } from 'vitest';
import { createPostgres } from '../stores/postgres/client.ts';
import { migratePostgres } from '../stores/postgres/migrate.ts';

export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Closes the pool and removes the database. */
  drop(): Promise<void>;
}

/**
 * A new PostgreSQL database of its own, migrated to the newest schema unless `migrated: false`.
 * The file that uses it must be named `*.pg.test.ts` or `*.e2e.test.ts`, or no server is started.
 */
export async function createTestDatabase(
  options: { migrated?: boolean; maxConnections?: number } = {},
): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  if (serverUrl === '') {
    throw new Error('No PostgreSQL was started: name the file *.pg.test.ts or *.e2e.test.ts');
  }
  const database = `trellis_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${database}`);
  const url = withDatabase(serverUrl, database);
  const pool = createPostgres({
    url,
    maxConnections: options.maxConnections ?? 10,
    applicationName: 'trellis-test',
  });
  if (options.migrated !== false) {
    await migratePostgres(pool);
  }
  const drop = async () => {
    await pool.end();
    await dropDatabase(serverUrl, database);
  };
  return { url, pool, drop };
}

export interface TestClickHouse {
  /** Of the server; the database is `database`. */
  url: string;
  database: string;
  /** Looks unqualified table names up in `database`. */
  client: ClickHouseClient;
  /** Closes the client and removes the database. */
  drop(): Promise<void>;
}

/**
 * A new ClickHouse database of its own, migrated to the newest schema unless `migrated: false`. The
 * file that uses it must be named `*.clickhouse.test.ts` or `*.e2e.test.ts`, or no server is started.
 */
export async function createTestClickHouse(
  options: { migrated?: boolean } = {},
): Promise<TestClickHouse> {
  const url = inject('clickhouseUrl');
  if (url === '') {
    throw new Error(
      'No ClickHouse was started: name the file *.clickhouse.test.ts or *.e2e.test.ts',
    );
  }
  // Loaded here, so that tests of PostgreSQL alone do without it.
  const { createClickHouse } = await import('../stores/clickhouse/client.ts');
  const database = `trellis_test_${randomBytes(6).toString('hex')}`;
  const onServerOnly = async (query: string) => {
    const server = createClickHouse({ url, database: 'default' });
    await server.command({ query }).finally(() => server.close());
  };
  await onServerOnly(`CREATE DATABASE ${database}`);
  if (options.migrated !== false) {
    const { migrateClickHouse } = await import('../stores/clickhouse/migrate.ts');
    await migrateClickHouse(url, { database });
  }
  const client = createClickHouse({ url, database });
  const drop = async () => {
    requireTestName(database);
    await client.close();
    await onServerOnly(`DROP DATABASE IF EXISTS ${database} SYNC`);
  };
  return { url, database, client, drop };
}

/** Refuses to touch a database that is not a test's. */
function requireTestName(database: string): void {
  if (!database.includes('test')) {
    throw new Error(`'${database}' does not look like a test's database: it is left alone`);
  }
}

/** PostgreSQL refuses to end an autovacuum worker for us, which is gone a moment later. */
const INSUFFICIENT_PRIVILEGE = '42501';
const DROPS_MAX = 50;

async function dropDatabase(serverUrl: string, database: string): Promise<void> {
  requireTestName(database);
  for (let attempt = 1; ; attempt++) {
    try {
      await onServer(serverUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      return;
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
      if (!isBusy || attempt === DROPS_MAX) {
        throw error;
      }
    }
  }
}

function withDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
