import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import type { Clock } from '../../core/clock.ts';
import type { ConversionRecord } from '../../core/conversion.ts';
import { createLogger } from '../../core/logger.ts';
import { insertConversions } from './insert-conversions.ts';
import type { PublishStep } from './publish.ts';
import { publishRound } from './publish-round.ts';

/** A clock that a test moves. */
class TestClock implements Clock {
  #nowMs = Date.now();
  nowMs(): number {
    return this.#nowMs;
  }
  advance(byMs: number): void {
    this.#nowMs += byMs;
  }
}

type EventRow = Record<string, unknown>;
type TestDatabase = { pool: pg.Pool; drop(): Promise<void> };
type TestClickHouse = { client: ClickHouseClient; drop(): Promise<void> };

/** Both stores, empty and migrated at first, and as many engines as a test lets run. */
export class Nodes {
  readonly database: TestDatabase;
  readonly clickhouse: TestClickHouse;
  readonly clock = new TestClock();

  constructor(database: TestDatabase, clickhouse: TestClickHouse) {
    this.database = database;
    this.clickhouse = clickhouse;
  }

  async close(): Promise<void> {
    await Promise.all([this.database.drop(), this.clickhouse.drop()]);
  }

  async record(conversions: ConversionRecord[]): Promise<void> {
    await insertConversions(this.database.pool, conversions, 10_000);
  }

  /** One round of an engine that dies after the given step. */
  async round(options: { dieAt?: PublishStep; client?: ClickHouseClient } = {}): Promise<void> {
    await publishRound({
      pool: this.database.pool,
      client: options.client ?? this.clickhouse.client,
      clock: this.clock,
      logger: createLogger('test-ledger').child({}, { level: 'silent' }),
      onPublished: () => undefined,
      onRefused: () => undefined,
      onCorrected: () => undefined,
      onStep: (step) => {
        if (step === options.dieAt) throw new Error(`died at ${step}`);
      },
    });
  }

  /** A click of org_acmecorp a minute ago unless told otherwise. */
  async insertClick(click: EventRow & { event_time_ms?: number }): Promise<void> {
    const { event_time_ms = this.clock.nowMs() - 60_000, ...columns } = click;
    await this.clickhouse.client.insert({
      table: 'events',
      format: 'JSONEachRow',
      values: [
        {
          organization_id: 'org_acmecorp',
          event_type: 'click',
          event_time: new Date(event_time_ms).toISOString().slice(0, 23).replace('T', ' '),
          ...columns,
        },
      ],
    });
  }

  async query<Row>(sql: string): Promise<Row[]> {
    const result = await this.clickhouse.client.query({ query: sql, format: 'JSONEachRow' });
    return result.json<Row>();
  }

  /** All columns of the rows with this event id; amounts as text. */
  async eventRows(eventId: string): Promise<EventRow[]> {
    return this.query(
      `SELECT *, toString(conversion_value) AS conversion_value
       FROM events WHERE event_id = '${eventId}'`,
    );
  }

  async countPerEvent(): Promise<Record<string, number>> {
    const rows = await this.query<{ event_id: string; n: number }>(
      "SELECT event_id, toUInt32(count()) AS n FROM events WHERE event_type != 'click' GROUP BY event_id",
    );
    return Object.fromEntries(rows.map((row) => [row.event_id, row.n]));
  }

  async ledgerRows(columns: string, where = 'true'): Promise<EventRow[]> {
    const { rows } = await this.database.pool.query<EventRow>(
      `SELECT ${columns} FROM conversions WHERE ${where} ORDER BY id`,
    );
    return rows;
  }

  /** How many batches nobody has confirmed. */
  async unacknowledged(): Promise<number> {
    const { rows } = await this.database.pool.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM conversion_batches WHERE acknowledged_at IS NULL',
    );
    return rows[0]?.n ?? -1;
  }
}
