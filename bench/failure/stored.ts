import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import pg from 'pg';
import type { Acknowledged } from './load.ts';

/** How acknowledged and stored differ. All zero but `stored…` is what must be. */
export type Difference = {
  clicksAcknowledged: number;
  ordersAcknowledged: number;
  clicksMissing: number;
  clicksTwice: number;
  ordersMissingInPostgres: number;
  ordersMissingInClickhouse: number;
  ordersTwiceInPostgres: number;
  ordersTwiceInClickhouse: number;
  /** Stored clicks, those without an answer included. */
  clicksStored: number;
  ordersStored: number;
};

/** Where the stores are. */
export type StoreUrls = { clickhouse: string; postgres: string };

const LOOK_MS = 1_000;

/**
 * Compares what was acknowledged with what both stores hold, again and again until nothing is missing
 * any more or the time is over.
 *
 * @param prefix of the run's click and order ids
 */
export async function compareWithStores(
  stores: StoreUrls,
  prefix: string,
  acknowledged: Acknowledged,
  waitMsMax: number,
): Promise<Difference> {
  const deadlineMs = performance.now() + waitMsMax;
  for (;;) {
    try {
      const difference = await compareOnce(stores, prefix, acknowledged);
      const missing =
        difference.clicksMissing +
        difference.ordersMissingInClickhouse +
        difference.ordersMissingInPostgres;
      if (missing === 0 || performance.now() > deadlineMs) {
        return difference;
      }
    } catch (error) {
      if (performance.now() > deadlineMs) {
        throw error;
      }
    }
    await delay(LOOK_MS);
  }
}

/** True when everything acknowledged is stored, and nothing is stored twice. */
export function isExactlyOnce(difference: Difference): boolean {
  return (
    difference.clicksMissing === 0 &&
    difference.clicksTwice === 0 &&
    difference.ordersMissingInClickhouse === 0 &&
    difference.ordersMissingInPostgres === 0 &&
    difference.ordersTwiceInClickhouse === 0 &&
    difference.ordersTwiceInPostgres === 0
  );
}

async function compareOnce(stores: StoreUrls, prefix: string, acknowledged: Acknowledged) {
  const clicks = await clickhouseCounts(
    stores,
    `SELECT click_id AS id, count() AS n FROM events
      WHERE event_type = 'click' AND startsWith(click_id, {prefix:String}) GROUP BY id`,
    prefix,
  );
  const ordersInClickhouse = await clickhouseCounts(
    stores,
    `SELECT order_id AS id, count() AS n FROM events
      WHERE event_type = 'purchase' AND startsWith(order_id, {prefix:String}) GROUP BY id`,
    prefix,
  );
  const ordersInPostgres = await postgresCounts(stores, prefix);
  return {
    clicksAcknowledged: acknowledged.clickIds.length,
    ordersAcknowledged: acknowledged.orderIds.length,
    clicksMissing: missing(acknowledged.clickIds, clicks),
    clicksTwice: twice(clicks),
    ordersMissingInPostgres: missing(acknowledged.orderIds, ordersInPostgres),
    ordersMissingInClickhouse: missing(acknowledged.orderIds, ordersInClickhouse),
    ordersTwiceInPostgres: twice(ordersInPostgres),
    ordersTwiceInClickhouse: twice(ordersInClickhouse),
    clicksStored: clicks.size,
    ordersStored: ordersInPostgres.size,
  };
}

async function clickhouseCounts(stores: StoreUrls, query: string, prefix: string) {
  const client = createClient({
    url: stores.clickhouse,
    database: 'trellis',
    request_timeout: 60_000,
  });
  try {
    const answer = await client.query({
      query,
      format: 'JSONCompactEachRow',
      query_params: { prefix },
    });
    const counts = new Map<string, number>();
    for (const [id, count] of await answer.json<[string, string]>()) {
      counts.set(id, Number(count));
    }
    return counts;
  } finally {
    await client.close();
  }
}

async function postgresCounts(stores: StoreUrls, prefix: string): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: stores.postgres });
  // A server that is killed while this is connected must not end the test.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ order_id: string; n: string }>(
      'SELECT order_id, count(*) AS n FROM conversions WHERE starts_with(order_id, $1) GROUP BY 1',
      [prefix],
    );
    return new Map(rows.map((row) => [row.order_id, Number(row.n)]));
  } finally {
    await client.end();
  }
}

function missing(ids: readonly string[], counts: ReadonlyMap<string, number>): number {
  return ids.filter((id) => !counts.has(id)).length;
}

function twice(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].filter((count) => count > 1).length;
}
