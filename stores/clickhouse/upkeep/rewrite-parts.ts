import { setTimeout as delay } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { SUMS } from './table-state.ts';

/** What parts of `events` can be rewritten for; nothing that can be read changes by it. */
export const REWRITINGS = {
  /** Writes the changes of lightweight UPDATEs, which wait beside the rows, into the rows. */
  patches: ['APPLY PATCHES'],
  /** Builds the sums that reports are answered from where they are missing. */
  sums: SUMS.map((name) => `MATERIALIZE PROJECTION ${name}`),
};

export type Rewriting = keyof typeof REWRITINGS;

export type RewriteOptions = {
  /** Longer is not waited, in ms; ClickHouse goes on by itself. */
  waitMsMax: number;
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** Parts that are left, whenever that has changed. */
  onProgress?(partsLeft: number): void;
};

export type RewriteOutcome =
  | { kind: 'done' }
  /** ClickHouse goes on with it. */
  | { kind: 'left' }
  /** ClickHouse met a failure and tries again and again. */
  | { kind: 'failing'; reason: string };

const POLL_MS = 250;

/**
 * Has all parts rewritten that need it, and waits for that. Building the sums is not asked for once
 * more while somebody else's is at work; changes are, because one leaves out those that came after it.
 *
 * It waits by asking again and again, because it may take longer than a request may last.
 *
 * @throws the client's error when ClickHouse is out of reach
 */
export async function rewriteParts(
  client: ClickHouseClient,
  rewriting: Rewriting,
  { waitMsMax, signal, onProgress }: RewriteOptions,
): Promise<RewriteOutcome> {
  if (rewriting === 'patches' || (await stateOf(client, rewriting)).open === 0) {
    await client.command({
      // All at once, so that each part is rewritten once.
      query: `ALTER TABLE events ${REWRITINGS[rewriting].join(', ')}`,
      clickhouse_settings: { mutations_sync: '0' },
    });
  }
  const deadlineMs = performance.now() + waitMsMax;
  let told: number | undefined;
  for (;;) {
    const { open, partsLeft, reason } = await stateOf(client, rewriting);
    if (open === 0) return { kind: 'done' };
    if (reason !== '') return { kind: 'failing', reason };
    if (partsLeft !== told) onProgress?.(partsLeft);
    told = partsLeft;
    if (signal?.aborted === true || performance.now() > deadlineMs) return { kind: 'left' };
    // A signal only cuts the pause short.
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** Gives a rewriting up that keeps failing, so that others get their turn. */
export async function cancelRewriting(
  client: ClickHouseClient,
  rewriting: Rewriting,
): Promise<void> {
  await client.command({
    query: `KILL MUTATION WHERE database = currentDatabase() AND table = 'events'
      AND NOT is_done AND command IN (${commandsOf(rewriting)})`,
  });
}

/** SQL: as system.mutations names them. */
function commandsOf(rewriting: Rewriting): string {
  return REWRITINGS[rewriting].map((command) => `'(${command})'`).join(', ');
}

async function stateOf(
  client: ClickHouseClient,
  rewriting: Rewriting,
): Promise<{ open: number; partsLeft: number; reason: string }> {
  const result = await client.query({
    query: `SELECT toUInt32(count()) AS open, toUInt32(max(parts_to_do)) AS partsLeft,
        max(latest_fail_reason) AS reason
      FROM system.mutations
      WHERE database = currentDatabase() AND table = 'events' AND NOT is_done
        AND command IN (${commandsOf(rewriting)})`,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ open: number; partsLeft: number; reason: string }>();
  return row ?? { open: 0, partsLeft: 0, reason: '' };
}
