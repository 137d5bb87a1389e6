import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import {
  BLOCKS_PER_ORGANIZATION_MAX,
  type BlockConfig,
  blockNetwork,
} from '../../../core/fraud/block.ts';
import { withTransaction } from '../client.ts';
import { isConstraint, onlyRow } from '../configuration/constraints.ts';
import { type AuditAction, appendAudit } from './audit.ts';
import { newRecordId } from './record-ids.ts';

/** An entry of an organisation's lists with its history. */
export type Block = {
  block_id: string;
  organization_id: string;
  kind: BlockConfig['kind'];
  /** CIDR form, as in BlockConfig. */
  network: string;
  reason: string;
  source: 'manual' | 'automatic';
  /** Of automatic ones. */
  confidence: number | null;
  patterns: { pattern: string; confidence: number }[];
  /** The id of the key that was used, or `automatic`. */
  created_by: string;
  created_at: Date;
  /** Null: until it is removed. */
  until: Date | null;
  removed_at: Date | null;
  removed_by: string | null;
};

export type NewBlock = {
  kind: BlockConfig['kind'];
  /** An address or network; see `blockNetwork`. */
  network: string;
  reason: string;
  until: Date | null;
};

export const BLOCK_COLUMNS = `block_id, organization_id, kind, network::text AS network, reason, source,
  confidence, patterns, created_by, created_at, until, removed_at, removed_by`;

/**
 * Puts a network on one of an organisation's lists. One that is there already gets the new reason and
 * time, and keeps its id.
 *
 * @param actor the id of the key that was used
 * @throws TrellisError `network_invalid`; `blocks_limit` when both lists together are full;
 *   `organization_unknown`
 */
export async function addBlock(
  pool: pg.Pool,
  organizationId: string,
  block: NewBlock,
  actor: string,
): Promise<Block> {
  const network = blockNetwork(block.network);
  if (network === null) {
    throw new TrellisError('network_invalid', `${block.network} is no address and no network`);
  }
  try {
    return await withTransaction(pool, async (client) => {
      await retireExpired(client, organizationId, network);
      await requireRoom(client, organizationId);
      const { rows } = await client.query<Block>(
        `INSERT INTO fraud_blocks (block_id, organization_id, kind, network, reason, until, created_by)
          VALUES ($1, $2, $3, $4, $5, $6, $7)
          ON CONFLICT (organization_id, kind, network) WHERE removed_at IS NULL
            DO UPDATE SET reason = excluded.reason, until = excluded.until, source = 'manual',
              created_by = excluded.created_by
          RETURNING ${BLOCK_COLUMNS}`,
        [
          ...[newRecordId('blk', Date.now()), organizationId, block.kind, network],
          ...[block.reason, block.until, actor],
        ],
      );
      const added = onlyRow(rows);
      await auditBlock(client, added, 'added', actor);
      return added;
    });
  } catch (error) {
    if (isConstraint(error, 'foreignKey')) {
      throw new TrellisError('organization_unknown', `There is no organisation ${organizationId}`);
    }
    throw error;
  }
}

/**
 * @param kind the list that it must be on
 * @param actor the id of the key that was used
 * @returns the removed entry; undefined when the organisation's list has none with this id
 */
export async function removeBlock(
  pool: pg.Pool,
  organizationId: string,
  kind: BlockConfig['kind'],
  blockId: string,
  actor: string,
): Promise<Block | undefined> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<Block>(
      `UPDATE fraud_blocks SET removed_at = now(), removed_by = $4
        WHERE organization_id = $1 AND kind = $2 AND block_id = $3 AND removed_at IS NULL
        RETURNING ${BLOCK_COLUMNS}`,
      [organizationId, kind, blockId, actor],
    );
    const removed = rows[0];
    if (removed !== undefined) {
      await auditBlock(client, removed, 'removed', actor);
    }
    return removed;
  });
}

/**
 * @param after the id of the last entry of the page before; '' for the first page
 * @returns the entries of one list that hold now, newest first
 */
export async function listBlocks(
  pool: pg.Pool,
  organizationId: string,
  kind: BlockConfig['kind'],
  { after = '', limit = 1_000 }: { after?: string; limit?: number } = {},
): Promise<Block[]> {
  const { rows } = await pool.query<Block>(
    `SELECT ${BLOCK_COLUMNS} FROM fraud_blocks
      WHERE organization_id = $1 AND kind = $2 AND ($3 = '' OR block_id < $3)
        AND removed_at IS NULL AND (until IS NULL OR until > now())
      ORDER BY block_id DESC LIMIT $4`,
    [organizationId, kind, after, limit],
  );
  return rows;
}

/**
 * Closes entries of a network whose time is over, so that it can be listed anew with an id of its own.
 * Their end is their own `until`.
 */
async function retireExpired(
  client: pg.ClientBase,
  organizationId: string,
  network: string,
): Promise<void> {
  await client.query(
    `UPDATE fraud_blocks SET removed_at = until, removed_by = 'expiry'
      WHERE organization_id = $1 AND network = $2
        AND removed_at IS NULL AND until <= now()`,
    [organizationId, network],
  );
}

/** Entries of both lists that the organisation may still add. */
async function roomForBlocks(client: pg.ClientBase, organizationId: string): Promise<number> {
  const { rows } = await client.query<{ entries: number }>(
    `SELECT count(*)::int AS entries FROM fraud_blocks
      WHERE organization_id = $1 AND removed_at IS NULL AND (until IS NULL OR until > now())`,
    [organizationId],
  );
  return BLOCKS_PER_ORGANIZATION_MAX - onlyRow(rows).entries;
}

async function requireRoom(client: pg.ClientBase, organizationId: string): Promise<void> {
  if ((await roomForBlocks(client, organizationId)) <= 0) {
    throw new TrellisError(
      'blocks_limit',
      `An organisation has at most ${BLOCKS_PER_ORGANIZATION_MAX} entries; remove some, or block whole networks`,
    );
  }
}

async function auditBlock(
  client: pg.ClientBase,
  block: Block,
  what: 'added' | 'removed',
  actor: string,
): Promise<void> {
  const action: AuditAction = `${block.kind}_${what}`;
  await appendAudit(client, {
    organization_id: block.organization_id,
    actor,
    action,
    subject: block.network,
    detail: { block_id: block.block_id, reason: block.reason, until: block.until },
  });
}
