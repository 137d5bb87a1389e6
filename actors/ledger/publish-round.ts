import type { Clock } from '../../core/clock.ts';
import { assignBatch, BATCH_ROWS_MAX, unacknowledgedBatches } from './batches.ts';
import { CORRECTIONS_MAX, correctPublished } from './correct.ts';
import { MATCH_ROUND_MAX, matchDue } from './match.ts';
import { deliverBatch, type PublishContext } from './publish.ts';
import type { TaskResult } from './repeating-task.ts';

export type RoundContext = PublishContext & {
  clock: Clock;
  onCorrected: (rows: number) => void;
};

/** Unfinished batches of engines that died are few: each engine has at most one. */
const RETRIES_MAX = 20;

/**
 * One round from the ledger to ClickHouse:
 *
 * 1 batches of unknown fate are delivered again
 * 2 clicks are looked for
 * 3 what has its click, or has waited long enough, is given to a batch
 * 4 the batch is delivered
 * 5 rows whose click came after them are corrected
 *
 * @returns whether there is more to do at once
 * @throws the error of the store that is out of reach; nothing is lost by that
 */
export async function publishRound(context: RoundContext): Promise<TaskResult> {
  const { pool, client, clock } = context;
  for (const id of await unacknowledgedBatches(pool, RETRIES_MAX)) {
    await deliverBatch(context, id, false);
  }
  const { due } = await matchDue(pool, client, clock);
  const batch = await assignBatch(pool, clock.nowMs());
  if (batch !== undefined) {
    context.onStep('assigned');
    await deliverBatch(context, batch.id, true);
  }
  const corrected = await correctPublished(context);
  context.onCorrected(corrected);
  const isFull =
    due === MATCH_ROUND_MAX || batch?.rows === BATCH_ROWS_MAX || corrected === CORRECTIONS_MAX;
  return isFull ? 'more' : 'idle';
}
