import { setTimeout as delay } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { DEMO_EVENT_PREFIX, leastEventId, RUN_PREFIX_LENGTH } from './event-ids.ts';
import type { HistoryPlan } from './plan.ts';

/** Demo data in ClickHouse that one run of the command has written. */
export type StoredRun = {
  tag: string;
  /** Clicks and visits. */
  events: number;
  /** Of its first and last event; ms since the epoch. */
  firstMs: number;
  lastMs: number;
};

/** Clicks and visits of demo data; conversions are found by their click. */
const IS_DEMO_EVENT = `conversion_event = '' AND startsWith(event_id, '${DEMO_EVENT_PREFIX}')`;

/** The runs whose data an organisation has. Reads its event ids: about a second for 20 million. */
export async function storedRuns(
  client: ClickHouseClient,
  organizationId: string,
): Promise<StoredRun[]> {
  const result = await client.query({
    query: `
      SELECT substring(event_id, ${DEMO_EVENT_PREFIX.length + 1}, 5) AS tag,
        toUInt32(count()) AS events,
        toString(toUnixTimestamp64Milli(min(event_time))) AS first_ms,
        toString(toUnixTimestamp64Milli(max(event_time))) AS last_ms
      FROM events
      WHERE organization_id = {organization:String} AND ${IS_DEMO_EVENT}
      GROUP BY tag ORDER BY tag`,
    query_params: { organization: organizationId },
    format: 'JSONEachRow',
  });
  type Row = { tag: string; events: number; first_ms: string; last_ms: string };
  const rows = await result.json<Row>();
  return rows.map(({ tag, events, first_ms, last_ms }) => ({
    ...{ tag, events, firstMs: Number(first_ms), lastMs: Number(last_ms) },
  }));
}

/**
 * How many of a run's chunks are completely stored. Clicks and visits of a chunk are written last, so
 * a chunk whose events are all there has its conversions as well.
 */
export async function completeChunks(client: ClickHouseClient, plan: HistoryPlan): Promise<number> {
  const firsts = plan.chunks.map(({ first }) => first);
  const number = `reinterpretAsUInt32(reverse(unhex(substring(event_id, ${RUN_PREFIX_LENGTH + 1}, 8))))`;
  const result = await client.query({
    query: `
      SELECT roundDown(${number}, {firsts:Array(UInt32)}) AS first, toUInt32(count()) AS events
      FROM events
      WHERE organization_id = {organization:String} AND conversion_event = ''
        AND startsWith(event_id, {prefix:String})
      GROUP BY first`,
    query_params: {
      ...{ firsts, organization: plan.organizationId },
      prefix: DEMO_EVENT_PREFIX + plan.tag,
    },
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ first: number; events: number }>();
  const stored = new Map(rows.map(({ first, events }) => [first, events]));
  const incomplete = plan.chunks.findIndex(({ first, count }) => stored.get(first) !== count);
  return incomplete < 0 ? plan.chunks.length : incomplete;
}

/** Deletes the events of a run from a number on, with their conversions. Waits until it is done. */
export async function removeEvents(
  client: ClickHouseClient,
  plan: HistoryPlan,
  fromNumber: number,
  fromMs: number,
): Promise<void> {
  await remove(
    client,
    `event_time >= fromUnixTimestamp64Milli({from_ms:Int64})
      AND ${demoId()} >= {least:String} AND startsWith(${demoId()}, {prefix:String})`,
    {
      organization: plan.organizationId,
      from_ms: fromMs,
      least: leastEventId(plan.tag, fromNumber),
      prefix: DEMO_EVENT_PREFIX + plan.tag,
    },
  );
}

/** Deletes all demo data of an organisation. Waits until it is done. */
export async function removeAllEvents(
  client: ClickHouseClient,
  organizationId: string,
): Promise<void> {
  await remove(client, `startsWith(${demoId()}, {prefix:String})`, {
    ...{ organization: organizationId, prefix: DEMO_EVENT_PREFIX },
  });
}

/** The id that tells whether a row is demo data: its own, or its click's. */
function demoId(): string {
  return `if(conversion_event = '', event_id, click_event_id)`;
}

const POLL_MS = 200;

/** A mutation, so that the disk is free afterwards; it may take longer than a request may last. */
async function remove(
  client: ClickHouseClient,
  condition: string,
  params: Record<string, unknown>,
): Promise<void> {
  const matching = await client.query({
    query: `SELECT toFloat64(count()) AS rows FROM events
      WHERE organization_id = {organization:String} AND ${condition}`,
    query_params: params,
    format: 'JSONEachRow',
  });
  if ((await matching.json<{ rows: number }>())[0]?.rows === 0) {
    return;
  }
  await client.command({
    query: `ALTER TABLE events DELETE WHERE organization_id = {organization:String} AND ${condition}`,
    query_params: params,
    clickhouse_settings: { mutations_sync: '0' },
  });
  for (;;) {
    const result = await client.query({
      query: `SELECT toUInt32(count()) AS open, any(latest_fail_reason) AS reason
        FROM system.mutations
        WHERE database = currentDatabase() AND table = 'events' AND NOT is_done
          AND command LIKE '%DELETE%${DEMO_EVENT_PREFIX}%'`,
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ open: number; reason: string }>();
    if (row === undefined || row.open === 0) {
      return;
    }
    if (row.reason !== '') {
      throw new Error(`ClickHouse cannot delete the old demo data: ${row.reason}`);
    }
    await delay(POLL_MS);
  }
}
