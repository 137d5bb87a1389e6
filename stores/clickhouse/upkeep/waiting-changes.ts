import type { ClickHouseClient } from '@clickhouse/client';
import { WAITING_PATCHES } from './table-state.ts';

/**
 * Which rows of `events` have changes that wait beside them: none, only conversions, or any.
 *
 * `conversions`: all changes that wait are the ledger's corrections, which copy a click that was found
 * late into its conversions. They are known by the column `click_event_id`, which clicks do not have.
 */
export type WaitingChanges = 'none' | 'conversions' | 'any';

/**
 * Leaves changes out that wait beside the rows. While any wait, of whatever rows and columns, ClickHouse
 * answers nothing from projections, unless it is told that they do not matter.
 */
export const WITHOUT_CHANGES = { apply_patch_parts: 0 } as const;

/** @throws the client's error when ClickHouse cannot be asked */
export async function readWaitingChanges(client: ClickHouseClient): Promise<WaitingChanges> {
  const waiting = await names(client, `SELECT name FROM ${WAITING_PATCHES} LIMIT 1000`, {});
  if (waiting.length === 0) return 'none';
  const corrections = await names(
    client,
    `SELECT DISTINCT name FROM system.parts_columns
      WHERE database = currentDatabase() AND table = 'events' AND active
        AND startsWith(partition_id, 'patch-') AND name IN {names:Array(String)}
        AND column = 'click_event_id'`,
    { names: waiting },
  );
  return corrections.length === waiting.length ? 'conversions' : 'any';
}

async function names(
  client: ClickHouseClient,
  query: string,
  params: Record<string, unknown>,
): Promise<string[]> {
  const result = await client.query({ query, query_params: params, format: 'JSONEachRow' });
  return (await result.json<{ name: string }>()).map(({ name }) => name);
}
