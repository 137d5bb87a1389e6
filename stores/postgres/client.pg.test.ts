import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';
import { createPostgres, isConnectionError, withTransaction } from './client.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  await database.pool.query('CREATE TABLE notes (id int PRIMARY KEY)');
});

beforeEach(async () => {
  await database.pool.query('TRUNCATE notes');
});

afterAll(() => database.drop());

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const notes = async () => {
  const { rows } = await database.pool.query<{ id: number }>('SELECT id FROM notes ORDER BY id');
  return rows.map((row) => row.id);
};

/** Ends a connection from the server's side, as a restart of PostgreSQL does. */
const terminate = (pid: number) => database.pool.query('SELECT pg_terminate_backend($1)', [pid]);

const backendPid = async (client: pg.Pool | pg.PoolClient) => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
};

describe('createPostgres', () => {
  it('keeps money and large numbers exact and dates free of time zones', async () => {
    const { rows } = await database.pool.query(
      `SELECT 0.10::numeric(18,4) AS money, 9007199254740993::bigint AS large, DATE '2026-03-29' AS day,
        TIMESTAMPTZ '2026-03-29T02:30:00Z' AS moment, '{"a": 1}'::jsonb AS metadata`,
    );
    expect(rows).toEqual([
      {
        money: '0.1000',
        large: '9007199254740993',
        day: '2026-03-29',
        moment: new Date('2026-03-29T02:30:00Z'),
        metadata: { a: 1 },
      },
    ]);
  });

  it('survives the loss of an idle connection, reports it and connects again', async () => {
    const onIdleError = vi.fn();
    const pool = createPostgres({
      url: database.url,
      maxConnections: 1,
      applicationName: 'trellis-test',
      onIdleError,
    });
    const before = await backendPid(pool);
    await terminate(before);
    await vi.waitFor(() => expect(onIdleError).toHaveBeenCalledOnce());
    expect(isConnectionError(onIdleError.mock.calls[0]?.[0])).toBe(true);
    expect(await backendPid(pool)).not.toBe(before);
    await pool.end();
  });

  it('ends a statement that takes longer than allowed', async () => {
    const pool = createPostgres({
      url: database.url,
      maxConnections: 1,
      applicationName: 'trellis-test',
      statementTimeoutMs: 50,
    });
    const error = await thrownBy(pool.query('SELECT pg_sleep(10)'));
    expect(error).toMatchObject({ code: '57014' });
    expect(isConnectionError(error)).toBe(false);
    await pool.end();
  });
});

describe('withTransaction', () => {
  it('commits what was done and returns the result', async () => {
    const result = await withTransaction(database.pool, async (client) => {
      await client.query('INSERT INTO notes VALUES (1)');
      return 'done';
    });
    expect(result).toBe('done');
    expect(await notes()).toEqual([1]);
  });

  it('rolls back when the work throws, and hands the same error on', async () => {
    const failure = new Error('changed my mind');
    const work = withTransaction(database.pool, async (client) => {
      await client.query('INSERT INTO notes VALUES (1)');
      throw failure;
    });
    expect(await thrownBy(work)).toBe(failure);
    expect(await notes()).toEqual([]);
  });

  it('closes a connection that was lost meanwhile instead of handing it to the next user', async () => {
    const pool = createPostgres({
      url: database.url,
      maxConnections: 1,
      applicationName: 'trellis-test',
    });
    const work = withTransaction(pool, async (client) => {
      await client.query('INSERT INTO notes VALUES (1)');
      await terminate(await backendPid(client));
      await client.query('INSERT INTO notes VALUES (2)');
    });
    expect(isConnectionError(await thrownBy(work))).toBe(true);
    await withTransaction(pool, (client) => client.query('INSERT INTO notes VALUES (3)'));
    expect(await notes()).toEqual([3]);
    await pool.end();
  });

  it('survives the loss of its connection between two statements', async () => {
    const work = withTransaction(database.pool, async (client) => {
      await client.query('INSERT INTO notes VALUES (1)');
      // Not events.once: it would listen for errors, which is what the pool must do.
      const lost = new Promise<void>((resolve) => client.once('end', resolve));
      await terminate(await backendPid(client));
      await lost;
      await client.query('INSERT INTO notes VALUES (2)');
    });
    expect(isConnectionError(await thrownBy(work))).toBe(true);
    expect(await notes()).toEqual([]);
  });

  it('leaves a connection whose server does not answer, and the next user gets another', async () => {
    const pool = createPostgres({
      url: database.url,
      maxConnections: 1,
      applicationName: 'trellis-test',
    });
    const stuckPid = await backendPid(pool);
    const work = withTransaction(pool, (client) => {
      const statement = { text: 'SELECT pg_sleep(5)', query_timeout: 50 };
      return client.query(statement);
    });
    expect(isConnectionError(await thrownBy(work))).toBe(true);
    expect(await withTransaction(pool, backendPid)).not.toBe(stuckPid);
    await pool.end();
  });
});

describe('isConnectionError', () => {
  it('holds when nobody listens', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const url = `postgres://trellis@${host}:${await freePort()}/trellis_test`;
      const pool = createPostgres({ url, maxConnections: 1, applicationName: 'trellis-test' });
      expect(isConnectionError(await thrownBy(pool.query('SELECT 1')))).toBe(true);
      await pool.end();
    }
  });

  it('holds when no connection becomes free in time', async () => {
    const pool = createPostgres({
      url: database.url,
      maxConnections: 1,
      applicationName: 'trellis-test',
      connectTimeoutMs: 1_000,
    });
    const client = await pool.connect();
    expect(isConnectionError(await thrownBy(pool.query('SELECT 1')))).toBe(true);
    client.release();
    await pool.end();
  });

  it.each([
    ['a server that starts up', Object.assign(new Error('x'), { code: '57P03' }), true],
    ['a connection failure', Object.assign(new Error('x'), { code: '08006' }), true],
    ['a cause', new Error('x', { cause: Object.assign(new Error('y'), { code: 'EPIPE' }) }), true],
    ['a text that only mentions one', new Error('says: Connection terminated'), false],
    ['something that is no error', 'ECONNREFUSED', false],
  ])('judges %s', (_case, error, expected) => {
    expect(isConnectionError(error)).toBe(expected);
  });

  it('does not hold when PostgreSQL refuses what was asked', async () => {
    await database.pool.query('INSERT INTO notes VALUES (1)');
    const twice = await thrownBy(database.pool.query('INSERT INTO notes VALUES (1)'));
    const nonsense = await thrownBy(database.pool.query('SELEC 1'));
    expect([isConnectionError(twice), isConnectionError(nonsense)]).toEqual([false, false]);
  });
});
