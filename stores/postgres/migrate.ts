import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { projectRoot } from '../../core/entry-file.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import { createPostgres, isConnectionError, withTransaction } from './client.ts';

export interface MigrationOutcome {
  /** The files that this call applied, in order. */
  applied: string[];
  /** Migrations that the database has and this version does not know: a newer version wrote them. */
  unknown: string[];
}

interface Migration {
  number: number;
  /** The file's name, `0001_organizations.sql`. */
  name: string;
  sql: string;
  checksum: string;
}

const MIGRATIONS_FOLDER = join(projectRoot, 'stores', 'postgres', 'migrations');
/** Any constant of ours: whoever migrates this database waits for this lock. */
const LOCK_KEY = '7310872310';
/** Building an index on a large table takes its time; so does waiting for who does it. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

/**
 * Brings the database to the newest schema: applies each file `NNNN_name.sql` that is not recorded
 * in `schema_migrations` yet, in order, each in a transaction of its own. Processes that start at
 * once wait for each other and each file is applied once.
 *
 * @param target a pool, which stays open, or a URL
 * @param folder where the files are; only tests pass another one
 * @throws TrellisError `migration_changed` when an applied file was edited afterwards,
 *   `migration_failed` with the file's name, `migration_files` when files are named wrongly
 */
export async function migratePostgres(
  target: pg.Pool | string,
  folder: string = MIGRATIONS_FOLDER,
): Promise<MigrationOutcome> {
  const migrations = await readMigrations(folder);
  if (typeof target !== 'string') {
    return applyAll(target, migrations);
  }
  const pool = createPostgres({
    url: target,
    maxConnections: 1,
    applicationName: 'trellis-migrate',
  });
  try {
    return await applyAll(pool, migrations);
  } finally {
    await pool.end();
  }
}

async function applyAll(pool: pg.Pool, migrations: Migration[]): Promise<MigrationOutcome> {
  const applied: string[] = [];
  await underLock(pool, (client) =>
    client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      number int PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`),
  );
  const recorded = await readRecorded(pool);
  for (const migration of migrations) {
    requireUnchanged(migration, recorded.get(migration.number));
    if (!recorded.has(migration.number) && (await applyOne(pool, migration))) {
      applied.push(migration.name);
    }
  }
  const known = new Set(migrations.map((migration) => migration.number));
  const unknown = [...recorded].filter(([number]) => !known.has(number)).map(([, row]) => row.name);
  return { applied, unknown };
}

/** @returns false when another process has applied it meanwhile */
async function applyOne(pool: pg.Pool, migration: Migration): Promise<boolean> {
  return underLock(pool, async (client) => {
    const recorded = (await readRecorded(client)).get(migration.number);
    requireUnchanged(migration, recorded);
    if (recorded !== undefined) {
      return false;
    }
    try {
      await client.query(patient(migration.sql));
    } catch (error) {
      throw isConnectionError(error) ? error : failed(migration, error);
    }
    await client.query(
      'INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)',
      [migration.number, migration.name, migration.checksum],
    );
    return true;
  });
}

async function underLock<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withTransaction(pool, async (client) => {
    await client.query(`SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    // Held until the transaction ends, so it also works behind a connection pooler.
    await client.query(patient(`SELECT pg_advisory_xact_lock(${LOCK_KEY})`));
    return fn(client);
  });
}

/** A query that the driver waits for longer than the pool's default. */
function patient(text: string): pg.QueryConfig & { query_timeout: number } {
  return { text, query_timeout: STATEMENT_TIMEOUT_MS };
}

async function readRecorded(
  db: pg.Pool | pg.PoolClient,
): Promise<Map<number, { name: string; checksum: string }>> {
  const { rows } = await db.query<{ number: number; name: string; checksum: string }>(
    'SELECT number, name, checksum FROM schema_migrations ORDER BY number',
  );
  return new Map(rows.map((row) => [row.number, row]));
}

function requireUnchanged(migration: Migration, recorded: { checksum: string } | undefined): void {
  if (recorded !== undefined && recorded.checksum !== migration.checksum) {
    throw new TrellisError(
      'migration_changed',
      `The migration ${migration.name} was changed after it had been applied. Restore the file and write the change as a new migration.`,
    );
  }
}

function failed(migration: Migration, cause: unknown): TrellisError {
  return new TrellisError(
    'migration_failed',
    `The migration ${migration.name} failed and was rolled back: ${messageOf(cause)}`,
    { cause },
  );
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const name of names) {
    const digits = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    const number = Number(digits);
    if (digits === undefined || migrations.at(-1)?.number === number) {
      throw new TrellisError(
        'migration_files',
        `${name}: migrations are named NNNN_name.sql, each with a number of its own`,
      );
    }
    const sql = await readFile(join(folder, name), 'utf8');
    // A checkout with Windows line ends holds the same migration.
    const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
    migrations.push({ number, name, sql, checksum });
  }
  return migrations;
}
