import { messageOf } from '../../core/errors.ts';
import { createClickHouse } from '../../stores/clickhouse/client.ts';
import type { HistoryPlan } from './plan.ts';

export type MergeOptions = {
  /** Ends the waiting; ClickHouse finishes the month that it is at. */
  signal: AbortSignal;
  /** Told what happens, in sentences. */
  note(line: string): void;
};

/** A month of ten million rows takes a minute. */
const MERGE_MS_MAX = 3_600_000;

/**
 * Merges the parts of each month of the history into one, as months of merges would have. Without, a
 * short query spends more time planning over parts than reading them.
 *
 * Only speed depends on it: what ClickHouse refuses, for want of disk for one, is told and left.
 */
export async function mergeParts(
  url: string,
  plan: HistoryPlan,
  { signal, note }: MergeOptions,
): Promise<void> {
  const client = createClickHouse({ url, database: 'trellis', requestMsMax: MERGE_MS_MAX });
  try {
    for (const month of monthsOf(plan)) {
      if (signal.aborted) return;
      note(`Merging ${month.slice(0, 4)}-${month.slice(4)} …`);
      await client.command({
        query: `OPTIMIZE TABLE events PARTITION ID '${month}' FINAL`,
        // A month that is one part already is not written once more.
        clickhouse_settings: { optimize_skip_merged_partitions: 1, optimize_throw_if_noop: 1 },
        abort_signal: signal,
      });
    }
  } catch (error) {
    if (!signal.aborted) {
      note(`Not merged any further: ${messageOf(error)}. Short queries are slower until it is`);
    }
  } finally {
    await client.close();
  }
}

/** `202406`, as the table's partitions are called, in order. */
function monthsOf({ chunks }: HistoryPlan): string[] {
  const months = chunks.map(({ startMs }) =>
    new Date(startMs).toISOString().slice(0, 7).replace('-', ''),
  );
  return [...new Set(months)];
}
