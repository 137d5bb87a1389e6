import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import type { BackgroundStatus } from './messages.ts';

const LOOK_MS = 2_000;

/** Asks both stores every two seconds whether they are there. */
export class StoreMonitor {
  status: BackgroundStatus = { postgres: 'unreachable', clickhouse: 'unreachable' };
  readonly #pool: pg.Pool;
  readonly #client: ClickHouseClient;
  readonly #timer: NodeJS.Timeout;

  constructor(pool: pg.Pool, client: ClickHouseClient) {
    this.#pool = pool;
    this.#client = client;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#pool.query('SELECT 1').then(
      () => this.#set('postgres', true),
      () => this.#set('postgres', false),
    );
    this.#client.ping().then(
      ({ success }) => this.#set('clickhouse', success),
      () => this.#set('clickhouse', false),
    );
  }

  #set(store: keyof BackgroundStatus, isReachable: boolean): void {
    this.status = { ...this.status, [store]: isReachable ? 'ok' : 'unreachable' };
  }
}
