import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigurationChange } from '../../../core/configuration.ts';
import { createLogger } from '../../../core/logger.ts';
import { freePort } from '../../../test/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createPostgres } from '../client.ts';
import { startEmbeddedPostgres } from '../embedded/process.ts';
import { migratePostgres } from '../migrate.ts';
import { createOrganization } from './organizations.ts';
import { readVersion } from './read-changes.ts';
import { type ConfigurationWatcher, watchConfiguration } from './watch-configuration.ts';

const HOUR_MS = 3_600_000;

const watchers: ConfigurationWatcher[] = [];

type Seen = { changes: ConfigurationChange[]; errors: unknown[]; names: () => string[] };

function collect(): Seen {
  const changes: ConfigurationChange[] = [];
  const names = () => changes.flatMap((change) => change.organizations.map((row) => row.name));
  return { changes, errors: [], names };
}

function watch(url: string, seen: Seen, pollMs: number) {
  const watcher = watchConfiguration({
    url,
    pollMs,
    onChange: (change) => {
      seen.changes.push(change);
    },
    onError: (error) => {
      seen.errors.push(error);
    },
  });
  watchers.push(watcher);
  return watcher;
}

async function stopWatchers(): Promise<void> {
  await Promise.all(watchers.splice(0).map((watcher) => watcher.stop()));
}

describe('a watcher of the configuration', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await stopWatchers();
    await database.drop();
  });

  it('reports what is there, then each change by its notification', async () => {
    await createOrganization(database.pool, { name: 'first' });
    const seen = collect();
    const watcher = watch(database.url, seen, HOUR_MS);
    await expect.poll(seen.names).toEqual(['first']);
    await createOrganization(database.pool, { name: 'second' });
    await expect.poll(seen.names).toEqual(['first', 'second']);
    expect(watcher.version()).toBe(await readVersion(database.pool));
    expect(watcher.confirmedAtMs()).toBeGreaterThan(Date.now() - 60_000);
    expect(seen.errors).toEqual([]);
  });

  it('finds a change whose notification is lost at its next poll', async () => {
    const seen = collect();
    const watcher = watch(database.url, seen, 50);
    await expect.poll(watcher.confirmedAtMs).not.toBeNull();
    await database.pool.query('CREATE SCHEMA silent');
    await database.pool.query(
      "CREATE FUNCTION silent.pg_notify(text, text) RETURNS void LANGUAGE sql AS ''",
    );
    await database.pool.query(
      'ALTER FUNCTION stamp_configuration_version() SET search_path = silent, public, pg_catalog',
    );
    await createOrganization(database.pool, { name: 'unheard' });
    await expect.poll(seen.names).toEqual(['unheard']);
  });

  it('reports nothing when nothing has changed', async () => {
    const seen = collect();
    const watcher = watch(database.url, seen, 10);
    await expect.poll(watcher.confirmedAtMs).not.toBeNull();
    await database.pool.query('UPDATE configuration_version SET version = version + 1');
    const version = await readVersion(database.pool);
    await expect.poll(watcher.version).toBe(version);
    expect(seen.changes).toEqual([]);
  });

  it('brings a change again when it could not be applied', async () => {
    await createOrganization(database.pool, { name: 'twice' });
    const seen = collect();
    let attempts = 0;
    const watcher = watchConfiguration({
      url: database.url,
      onChange: (change) => {
        attempts += 1;
        if (attempts === 1) {
          throw new Error('disk full');
        }
        seen.changes.push(change);
      },
      onError: (error) => {
        seen.errors.push(error);
      },
    });
    watchers.push(watcher);
    await expect.poll(seen.names).toEqual(['twice']);
    expect(seen.errors).toMatchObject([{ message: 'disk full' }]);
  });

  it('continues on a new connection when its connection is ended', async () => {
    const seen = collect();
    const watcher = watch(database.url, seen, HOUR_MS);
    await expect.poll(watcher.confirmedAtMs).not.toBeNull();
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'trellis-configuration' AND datname = current_database()`,
    );
    await createOrganization(database.pool, { name: 'meanwhile' });
    await expect.poll(seen.names).toEqual(['meanwhile']);
    expect(seen.errors.length).toBeGreaterThan(0);
  });

  it('calls nothing any more once it is stopped', async () => {
    const seen = collect();
    const watcher = watch(database.url, seen, 10);
    await expect.poll(watcher.confirmedAtMs).not.toBeNull();
    await watcher.stop();
    await createOrganization(database.pool, { name: 'too late' });
    const { rows } = await database.pool.query(
      `SELECT 1 FROM pg_stat_activity
        WHERE application_name = 'trellis-configuration' AND datname = current_database()`,
    );
    expect(rows).toEqual([]);
    expect(seen.changes).toEqual([]);
    expect(seen.errors).toEqual([]);
  });
});

describe('a watcher while PostgreSQL restarts', () => {
  afterEach(stopWatchers);

  it('misses nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trellis-watch-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const options = {
      dataDir: join(folder, 'postgres'),
      port: await freePort(),
      logger: createLogger('test'),
    };
    const first = await startEmbeddedPostgres(options);
    onTestFinished(() => first.stop());
    await migratePostgres(first.url);
    const seen = collect();
    const watcher = watch(first.url, seen, 100);
    await expect.poll(watcher.confirmedAtMs).not.toBeNull();

    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await expect.poll(() => seen.errors.length, { timeout: 10_000 }).toBeGreaterThan(1);
    const second = await startEmbeddedPostgres(options);
    onTestFinished(() => second.stop());
    const pool = createPostgres({ url: second.url, maxConnections: 1, applicationName: 'test' });
    onTestFinished(() => pool.end());
    await createOrganization(pool, { name: 'after the restart' });
    await expect.poll(seen.names, { timeout: 10_000 }).toEqual(['after the restart']);
  });
});
