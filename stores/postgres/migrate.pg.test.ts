import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';
import { migratePostgres } from './migrate.ts';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  folder = await mkdtemp(join(tmpdir(), 'trellis-migrations-'));
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const write = (name: string, sql: string) => writeFile(join(folder, name), sql);

describe('migratePostgres', () => {
  it('applies the files in the order of their numbers and records them', async () => {
    await write('0002_second.sql', 'INSERT INTO trail VALUES (2);');
    await write('0001_first.sql', 'CREATE TABLE trail (step int); INSERT INTO trail VALUES (1);');
    const outcome = await migratePostgres(database.pool, folder);
    expect(outcome).toEqual({ applied: ['0001_first.sql', '0002_second.sql'], unknown: [] });
    const { rows } = await database.pool.query('SELECT number, name FROM schema_migrations');
    expect(rows).toEqual([
      { number: 1, name: '0001_first.sql' },
      { number: 2, name: '0002_second.sql' },
    ]);
  });

  it('does nothing the second time, also when given the URL', async () => {
    await write('0001_first.sql', 'CREATE TABLE trail (step int);');
    await migratePostgres(database.pool, folder);
    expect(await migratePostgres(database.url, folder)).toEqual({ applied: [], unknown: [] });
  });

  it('applies each file once when several processes start at the same time', async () => {
    await write('0001_first.sql', 'CREATE TABLE trail (step int);');
    await write('0002_second.sql', 'SELECT pg_sleep(0.1); INSERT INTO trail VALUES (2);');
    const runs = [1, 2, 3, 4].map(() => migratePostgres(database.url, folder));
    const outcomes = await Promise.all(runs);
    expect(outcomes.flatMap((outcome) => outcome.applied).sort()).toEqual([
      '0001_first.sql',
      '0002_second.sql',
    ]);
    const { rows } = await database.pool.query('SELECT step FROM trail');
    expect(rows).toEqual([{ step: 2 }]);
  });

  it('rolls a failing file back, names it, and keeps what went before', async () => {
    await write('0001_first.sql', 'CREATE TABLE trail (step int);');
    await write('0002_broken.sql', 'CREATE TABLE half (step int); SELECT 1/0;');
    await expect(migratePostgres(database.pool, folder)).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining('0002_broken.sql'),
    });
    const { rows } = await database.pool.query(
      "SELECT to_regclass('trail') IS NOT NULL AS trail, to_regclass('half') IS NOT NULL AS half",
    );
    expect(rows).toEqual([{ trail: true, half: false }]);
  });

  it('names a file that was changed after it had been applied', async () => {
    await write('0001_first.sql', 'CREATE TABLE trail (step int);');
    await migratePostgres(database.pool, folder);
    await write('0001_first.sql', 'CREATE TABLE trail (step bigint);');
    await expect(migratePostgres(database.pool, folder)).rejects.toMatchObject({
      code: 'migration_changed',
      message: expect.stringContaining('0001_first.sql'),
    });
  });

  it('takes a checkout with Windows line ends for the same migration', async () => {
    await write('0001_first.sql', 'CREATE TABLE trail\n(step int);\n');
    await migratePostgres(database.pool, folder);
    await write('0001_first.sql', 'CREATE TABLE trail\r\n(step int);\r\n');
    expect((await migratePostgres(database.pool, folder)).applied).toEqual([]);
  });

  it('reports migrations of a newer version and leaves them alone', async () => {
    await write('0001_first.sql', 'CREATE TABLE trail (step int);');
    await write('0002_newer.sql', 'INSERT INTO trail VALUES (2);');
    await migratePostgres(database.pool, folder);
    await rm(join(folder, '0002_newer.sql'));
    expect(await migratePostgres(database.pool, folder)).toEqual({
      applied: [],
      unknown: ['0002_newer.sql'],
    });
  });

  it.each([
    ['a name without a number', ['first.sql']],
    ['two files with one number', ['0001_first.sql', '0001_other.sql']],
  ])('refuses %s', async (_case, names) => {
    for (const name of names) {
      await write(name, 'SELECT 1;');
    }
    await expect(migratePostgres(database.pool, folder)).rejects.toMatchObject({
      code: 'migration_files',
    });
  });

  it("brings a new database to the project's newest schema", async () => {
    const outcome = await migratePostgres(database.pool);
    expect(outcome.unknown).toEqual([]);
  });
});
