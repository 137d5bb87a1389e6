import { rewriteParts } from '../../stores/clickhouse/upkeep/rewrite-parts.ts';
import type { StepContext } from './step-context.ts';

/** 20 million rows take about a minute on one free core. */
const MATERIALISE_MS_MAX = 1_200_000;

/**
 * Writes changes into the rows. An UPDATE leaves them beside the rows, which is quick and takes effect
 * at once, but every later read has to put both together.
 *
 * For the whole table: ClickHouse 26.7 rewrites all parts with changes even when it is told a partition,
 * and none of the others. Only speed depends on it: when it takes too long or fails, ClickHouse does
 * the same with its next merges.
 *
 * @throws the client's error when ClickHouse is out of reach
 */
export async function materialise({ clickhouse, logger, signal }: StepContext): Promise<void> {
  const outcome = await rewriteParts(clickhouse, 'patches', {
    waitMsMax: MATERIALISE_MS_MAX,
    signal,
  });
  if (outcome.kind === 'failing' || (outcome.kind === 'left' && !signal.aborted)) {
    const reason = outcome.kind === 'failing' ? outcome.reason : 'it takes too long';
    logger.warn({ reason }, 'The changes of a run are left to the next merges');
  }
}
