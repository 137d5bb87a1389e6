import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { allocateNodeNumber, touchNode } from './nodes.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

describe('node numbers', () => {
  it('are different for 64 nodes that ask at once, and the same whenever one asks again', async () => {
    const names = Array.from({ length: 64 }, (_, index) => `node-${index}`);
    const numbers = await Promise.all(names.map((name) => allocateNodeNumber(database.pool, name)));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
    expect(await allocateNodeNumber(database.pool, 'node-7')).toBe(numbers[7]);
  });

  it('run out', async () => {
    await expect(allocateNodeNumber(database.pool, 'one-too-many')).rejects.toMatchObject({
      code: 'nodes_exhausted',
    });
  });

  it('of a node unseen for 30 days go to the next that asks, and the old owner learns of it', async () => {
    await database.pool.query(
      "UPDATE nodes SET last_seen = now() - interval '30 days 1 second' WHERE node_number = 9",
    );
    await database.pool.query(
      "UPDATE nodes SET last_seen = now() - interval '29 days 23 hours' WHERE node_number = 8",
    );
    const { rows } = await database.pool.query('SELECT name FROM nodes WHERE node_number = 9');
    expect(await allocateNodeNumber(database.pool, 'newcomer')).toBe(9);
    expect(await touchNode(database.pool, rows[0].name, 9)).toBe(false);
    expect(await touchNode(database.pool, 'newcomer', 9)).toBe(true);
  });
});
