import type { StepContext } from './step-context.ts';

/** 20 million rows take about a minute on one free core. */
const MATERIALISE_MS_MAX = 1_200_000;
const POLL_MS = 250;

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
export async function materialise(context: StepContext): Promise<void> {
  const { clickhouse, logger, signal } = context;
  await clickhouse.command({
    query: 'ALTER TABLE events APPLY PATCHES',
    clickhouse_settings: { mutations_sync: '0' },
  });
  const deadlineMs = performance.now() + MATERIALISE_MS_MAX;
  for (;;) {
    const { unfinished, reason } = await patchesBeingApplied(context);
    if (unfinished === 0) return;
    if (reason !== '' || performance.now() > deadlineMs) {
      logger.warn({ reason }, 'The changes of a run are left to the next merges');
      return;
    }
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function patchesBeingApplied({
  clickhouse,
}: StepContext): Promise<{ unfinished: number; reason: string }> {
  const result = await clickhouse.query({
    query: `SELECT count() AS unfinished, max(latest_fail_reason) AS reason FROM system.mutations
      WHERE database = currentDatabase() AND table = 'events' AND NOT is_done
        AND position(command, 'APPLY PATCHES') > 0`,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ unfinished: string; reason: string }>();
  return { unfinished: Number(row?.unfinished), reason: row?.reason ?? '' };
}
