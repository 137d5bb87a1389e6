import type { ClickHouseClient } from '@clickhouse/client';
import { rewriteParts } from '../../stores/clickhouse/upkeep/rewrite-parts.ts';
import { readEventsState } from '../../stores/clickhouse/upkeep/table-state.ts';

export type BuildSumsOptions = {
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Told what happens, in sentences. */
  note(line: string): void;
  nowMs(): number;
};

/** 20 million rows take some minutes. */
const BUILD_MS_MAX = 3_600_000;
const NOTE_EVERY_MS = 5_000;

/**
 * Builds the sums that reports are answered from where they are missing, and waits for them: inserts leave them
 * to merges, and what is inserted in large pieces is seldom merged.
 *
 * @throws the client's error when ClickHouse is out of reach
 */
export async function buildSums(
  client: ClickHouseClient,
  { signal, note, nowMs }: BuildSumsOptions,
): Promise<void> {
  const { rows, rowsUnbuilt } = await readEventsState(client, { settleSeconds: 0 });
  if (rowsUnbuilt === 0) return;
  const count = (value: number) => value.toLocaleString('en-US');
  note(
    `Building the sums that reports are answered from: ${count(rowsUnbuilt)} of ` +
      `${count(rows)} rows are without …`,
  );
  const startMs = nowMs();
  let notedAtMs = startMs;
  const outcome = await rewriteParts(client, 'sums', {
    waitMsMax: BUILD_MS_MAX,
    signal,
    onProgress: (partsLeft) => {
      if (nowMs() - notedAtMs >= NOTE_EVERY_MS) {
        notedAtMs = nowMs();
        note(`${count(partsLeft)} parts left`);
      }
    },
  });
  if (outcome.kind === 'done') {
    note(`Built them in ${Math.ceil((nowMs() - startMs) / 1000)} s`);
  } else {
    const reason = outcome.kind === 'failing' ? `: ${outcome.reason}` : '';
    note(`Not waiting any longer${reason}. ClickHouse goes on; reports are slower until then`);
  }
}
