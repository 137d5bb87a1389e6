import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { NodeIdentity } from '../core/node.ts';
import { createPostgres } from '../stores/postgres/client.ts';
import { allocateNodeNumber } from '../stores/postgres/configuration/nodes.ts';

const schema = z.object({
  number: z.number().int().min(0).max(63),
  id: z.string().regex(/^[a-z0-9]{1,16}$/),
  name: z.string().min(1),
});

const RETRY_MS = 500;

/**
 * Reads who this node is, or asks PostgreSQL for a number at the first start and remembers it.
 * A first start waits for PostgreSQL as long as it takes: without a number there are no safe ids.
 *
 * @param file where it is remembered; copying it to another machine would make two nodes one
 */
export async function nodeIdentity(
  file: string,
  databaseUrl: string,
  logger: Logger,
): Promise<NodeIdentity> {
  const known = read(file);
  if (known !== null) {
    return known;
  }
  const id = randomBytes(5).toString('hex');
  const pool = createPostgres({
    url: databaseUrl,
    maxConnections: 1,
    applicationName: 'trellis-node',
  });
  try {
    for (;;) {
      try {
        const name = `${hostname()}-${id}`;
        const number = await allocateNodeNumber(pool, name);
        return remember(file, { number, id, name });
      } catch (error) {
        logger.warn({ error: messageOf(error) }, 'waiting for PostgreSQL to get a node number');
        await delay(RETRY_MS);
      }
    }
  } finally {
    await pool.end();
  }
}

/** Forgets who this node was, because its number belongs to another one by now. */
export function forgetNodeIdentity(file: string): void {
  rmSync(file, { force: true });
}

function read(file: string): NodeIdentity | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

function remember(file: string, identity: NodeIdentity): NodeIdentity {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(identity)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return identity;
}
