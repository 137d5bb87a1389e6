import type pg from 'pg';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { NodeIdentity } from '../../core/node.ts';
import { touchNode } from '../../stores/postgres/configuration/nodes.ts';

const BEAT_MS = 6 * 3_600_000;

/**
 * Says at the start and every six hours that this node is alive, so that its number stays its own.
 *
 * @param onLost called when the number belongs to another node
 * @returns what ends it
 */
export function startNodeHeartbeat(
  pool: pg.Pool,
  node: NodeIdentity,
  logger: Logger,
  onLost: () => void,
): () => void {
  const beat = () => {
    touchNode(pool, node.name, node.number).then(
      (isOurs) => {
        if (!isOurs) {
          onLost();
        }
      },
      // PostgreSQL is down; the number stays reserved for 30 days.
      (error: unknown) => logger.warn({ error: messageOf(error) }, 'no node heartbeat'),
    );
  };
  beat();
  const timer = setInterval(beat, BEAT_MS);
  return () => clearInterval(timer);
}
