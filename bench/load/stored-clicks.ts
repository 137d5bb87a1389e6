import { setTimeout as delay } from 'node:timers/promises';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import type { Product } from '../support/product.ts';

const LOOK_MS = 100;
/** When no row has come for so long, none will. */
const STALL_MS_MAX = 20_000;
/** One merge may begin right after another. */
const QUIET_LOOKS_MIN = 10;

/** Counts of the clicks whose id begins with a prefix. */
export type StoredClicks = { rows: number; different: number };

/** Looks into a product's ClickHouse. */
export class ClickStore {
  readonly #client: ClickHouseClient;

  constructor(product: Product) {
    this.#client = createClient({ url: product.credentials.clickhouse_url, database: 'trellis' });
  }

  /** All rows of `events`; cheap, because ClickHouse keeps count. */
  async rows(): Promise<number> {
    const [row] = await this.#query<{ n: string }>('SELECT count() AS n FROM events', {});
    return Number(row?.n ?? 0);
  }

  async clicks(prefix: string): Promise<StoredClicks> {
    const [row] = await this.#query<{ n: string; different: string }>(
      `SELECT count() AS n, uniqExact(click_id) AS different FROM events
        WHERE event_type = 'click' AND startsWith(click_id, {prefix:String})`,
      { prefix },
    );
    return { rows: Number(row?.n ?? 0), different: Number(row?.different ?? 0) };
  }

  /**
   * Waits until `events` has a number of rows, or until no more come.
   *
   * @returns the milliseconds that it took, and the rows there are then: fewer when none came for
   *   `STALL_MS_MAX` or the time was over
   */
  async untilRows(wanted: number, waitMsMax: number): Promise<{ ms: number; rows: number }> {
    const startedMs = performance.now();
    let rowsBefore = -1;
    let grewAtMs = 0;
    for (;;) {
      const rows = await this.rows();
      const ms = performance.now() - startedMs;
      if (rows > rowsBefore) {
        rowsBefore = rows;
        grewAtMs = ms;
      }
      if (rows >= wanted || ms > waitMsMax || ms - grewAtMs > STALL_MS_MAX) {
        return { ms, rows };
      }
      await delay(LOOK_MS);
    }
  }

  /** Waits until nothing is being merged, at most so long. */
  async untilMerged(waitMsMax: number): Promise<void> {
    const startedMs = performance.now();
    for (let quietLooks = 0; quietLooks < QUIET_LOOKS_MIN; ) {
      const [row] = await this.#query<{ n: string }>('SELECT count() AS n FROM system.merges', {});
      quietLooks = Number(row?.n ?? 0) === 0 ? quietLooks + 1 : 0;
      if (performance.now() - startedMs > waitMsMax) {
        return;
      }
      await delay(LOOK_MS);
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #query<Row>(query: string, parameters: Record<string, string>): Promise<Row[]> {
    const answer = await this.#client.query({
      query,
      format: 'JSONEachRow',
      query_params: parameters,
    });
    return answer.json<Row>();
  }
}
