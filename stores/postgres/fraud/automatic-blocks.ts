import type pg from 'pg';
import { BLOCKS_PER_ORGANIZATION_MAX } from '../../../core/fraud/block.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import { withTransaction } from '../client.ts';
import { AUTOMATIC_ACTOR, appendAudits } from './audit.ts';
import { BLOCK_COLUMNS, type Block } from './blocks.ts';

/** A block that an engine has put in force already. */
export type AutomaticBlock = {
  /** From `newRecordId`; makes writing it again harmless. */
  block_id: string;
  organization_id: string;
  network: string;
  /** Ms since epoch. */
  until_ms: number;
  detection: Pick<Detection, 'confidence' | 'patterns' | 'detectedAtMs'>;
};

const WANTED = `wanted AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS wanted (block_id text, organization_id text,
    network cidr, reason text, confidence real, patterns jsonb, until timestamptz,
    detected_at timestamptz))`;

/** Closes what expired, so that its network can be listed anew with an id of its own. */
const RETIRE = `WITH ${WANTED}
  UPDATE fraud_blocks AS b SET removed_at = b.until, removed_by = 'expiry' FROM wanted AS w
    WHERE b.organization_id = w.organization_id AND b.network = w.network AND b.kind = 'block'
      AND b.removed_at IS NULL AND b.until <= now()`;

/**
 * An automatic block that somebody has removed does not come back before its time would have been over,
 * nor any by a detection of before its removal. What is on the other list is never blocked. An
 * organisation whose lists are full gets no more.
 */
const INSERT = `WITH ${WANTED}, room AS (
    SELECT o.organization_id, $2 - (SELECT count(*) FROM fraud_blocks AS b
        WHERE b.organization_id = o.organization_id AND b.removed_at IS NULL
          AND (b.until IS NULL OR b.until > now())) AS entries
      FROM (SELECT DISTINCT organization_id FROM wanted) AS o)
  INSERT INTO fraud_blocks (block_id, organization_id, kind, network, reason, source, confidence,
      patterns, created_by, until)
    SELECT w.block_id, w.organization_id, 'block', w.network, w.reason, 'automatic', w.confidence,
        w.patterns, '${AUTOMATIC_ACTOR}', w.until
      FROM (SELECT *, row_number() OVER (PARTITION BY organization_id ORDER BY network) AS place
        FROM wanted) AS w
      JOIN room ON room.organization_id = w.organization_id AND w.place <= room.entries
      WHERE w.until > now()
        AND NOT EXISTS (SELECT FROM fraud_blocks AS n
          WHERE n.organization_id = w.organization_id AND n.kind = 'never_block'
            AND n.removed_at IS NULL AND (n.until IS NULL OR n.until > now())
            AND n.network >>= w.network)
        AND NOT EXISTS (SELECT FROM fraud_blocks AS r
          WHERE r.organization_id = w.organization_id AND r.network = w.network
            AND r.kind = 'block' AND r.removed_by != 'expiry'
            AND (r.removed_at > w.detected_at
              OR (r.source = 'automatic' AND r.until > w.detected_at)))
    ON CONFLICT DO NOTHING
    RETURNING ${BLOCK_COLUMNS}`;

const REFUSED = `WITH ${WANTED}
  SELECT w.block_id FROM wanted AS w
    WHERE NOT EXISTS (SELECT FROM fraud_blocks AS b
      WHERE b.organization_id = w.organization_id AND b.network = w.network AND b.kind = 'block'
        AND b.removed_at IS NULL AND (b.until IS NULL OR b.until > now()))`;

export type AutomaticBlocksOutcome = {
  /** Those that are new. The others' networks are blocked already, or refused. */
  added: Block[];
  /** Ids of blocks that must not be in force: their networks are not blocked. */
  refused: string[];
};

/**
 * Writes blocks that engines have decided, each with an audit entry. All at once, in one version of
 * the configuration; doing so again changes nothing.
 *
 * @throws the driver's errors; see `isConnectionError`
 */
export async function addAutomaticBlocks(
  pool: pg.Pool,
  blocks: readonly AutomaticBlock[],
): Promise<AutomaticBlocksOutcome> {
  if (blocks.length === 0) {
    return { added: [], refused: [] };
  }
  const wanted = JSON.stringify(
    blocks.map(({ detection, until_ms, ...block }) => ({
      ...block,
      reason: reasonOf(detection),
      ...{ confidence: detection.confidence, patterns: detection.patterns },
      until: new Date(until_ms),
      detected_at: new Date(detection.detectedAtMs),
    })),
  );
  return withTransaction(pool, async (client) => {
    await client.query(RETIRE, [wanted]);
    const { rows } = await client.query<Block>(INSERT, [wanted, BLOCKS_PER_ORGANIZATION_MAX]);
    await appendAudits(
      client,
      rows.map(({ organization_id, network, block_id, reason, until, confidence }) => ({
        ...{ organization_id, actor: AUTOMATIC_ACTOR, action: 'block_added', subject: network },
        detail: { block_id, reason, until, confidence },
      })),
    );
    const { rows: refused } = await client.query<{ block_id: string }>(REFUSED, [wanted]);
    return { added: rows, refused: refused.map(({ block_id }) => block_id) };
  });
}

function reasonOf({ patterns }: Pick<Detection, 'patterns'>): string {
  return patterns.map(({ pattern }) => pattern).join(', ');
}
