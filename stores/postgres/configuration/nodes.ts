import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import { withTransaction } from '../client.ts';
import { onlyRow } from './constraints.ts';

/** The number has six bits in an id. */
const NODES_MAX = 64;

/** A node that nobody has heard of for this long loses its number to the next one that asks. */
const ABANDONED_AFTER = '30 days';

/** Transactions that allocate wait for each other on this lock; the number has no other meaning. */
const ALLOCATION_LOCK = 7_236_551_004;

/**
 * The number under which a node makes ids: always the same for a name, never the same for two.
 * Numbers that were never used go first, then those of abandoned nodes, the oldest first.
 *
 * @param nodeName unique and lasting, for example the host name
 * @returns 0 to 63
 * @throws TrellisError `nodes_exhausted` when all numbers are in use
 */
export async function allocateNodeNumber(pool: pg.Pool, nodeName: string): Promise<number> {
  return withTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [ALLOCATION_LOCK]);
    const known = await client.query<{ node_number: number }>(
      'UPDATE nodes SET last_seen = now() WHERE name = $1 RETURNING node_number',
      [nodeName],
    );
    if (known.rows[0] !== undefined) {
      return known.rows[0].node_number;
    }
    const free = await client.query<{ node_number: number }>(
      `SELECT candidate AS node_number FROM generate_series(0, $1::int - 1) AS candidate
        LEFT JOIN nodes ON nodes.node_number = candidate
        WHERE nodes.name IS NULL OR last_seen < now() - $2::interval
        ORDER BY last_seen NULLS FIRST, candidate LIMIT 1`,
      [NODES_MAX, ABANDONED_AFTER],
    );
    if (free.rows[0] === undefined) {
      throw new TrellisError(
        'nodes_exhausted',
        `All ${NODES_MAX} node numbers are in use. A node that is gone gives its number back ${ABANDONED_AFTER} after it was last seen, or when its row in the table nodes is deleted.`,
      );
    }
    const { rows } = await client.query<{ node_number: number }>(
      `INSERT INTO nodes (node_number, name) VALUES ($1, $2)
        ON CONFLICT (node_number) DO UPDATE
          SET name = excluded.name, first_seen = now(), last_seen = now()
        RETURNING node_number`,
      [free.rows[0].node_number, nodeName],
    );
    return onlyRow(rows).node_number;
  });
}

/**
 * Says that the node is alive. To be called at least daily, or its number goes to somebody else.
 *
 * @returns false when the number belongs to another node by now, and no more ids may be made with it
 */
export async function touchNode(
  pool: pg.Pool,
  nodeName: string,
  nodeNumber: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    'UPDATE nodes SET last_seen = now() WHERE name = $1 AND node_number = $2',
    [nodeName, nodeNumber],
  );
  return rowCount === 1;
}

/** Whether any other node was alive in the last hours: nodes say so every six. */
export async function hasOtherNodes(pool: pg.Pool, nodeNumber: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    "SELECT 1 FROM nodes WHERE node_number <> $1 AND last_seen > now() - interval '7 hours' LIMIT 1",
    [nodeNumber],
  );
  return rowCount === 1;
}
