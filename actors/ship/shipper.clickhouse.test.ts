import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { EVENT_COLUMN_LIST } from '../../core/event-columns.ts';
import { createClickHouse, insertSegment } from '../../stores/clickhouse/client.ts';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import { listDeadLetters } from './dead-letter-files.ts';
import { replayDeadLetters } from './dead-letter-replay.ts';
import { type DeadLetters, openDeadLetters } from './dead-letters.ts';
import { ShipJournal } from './ship-journal.ts';
import { type Shipper, startShipper } from './shipper.ts';
import { startFaultyProxy } from './testing/faulty-proxy.ts';
import { clickRow, encodeRow } from './testing/rows.ts';
import {
  clickPayloads,
  removeDirectory,
  silentLogger,
  temporaryDirectory,
  writeSegment,
} from './testing/segments.ts';

/** Nothing here depends on how fast it is; the machine may be busy. */
const EVENTUALLY = { timeout: 25_000 };

let store: TestClickHouse;
let tables = 0;
let root: string;
let table: string;
let registry: Registry;
let deadLetters: DeadLetters;
let deadLetterBytesMax: number;
let clock: { nowMs(): number };
const shippers: Shipper[] = [];

beforeAll(async () => {
  store = await createTestClickHouse();
});

afterAll(() => store.drop());

beforeEach(async () => {
  root = temporaryDirectory();
  clock = systemClock;
  deadLetterBytesMax = 1_000_000;
  table = await newTable();
  await (await ShipJournal.open(journal(), new Set())).close();
});

afterEach(async () => {
  await Promise.all(shippers.splice(0).map((shipper) => shipper.stop()));
  await deadLetters.close();
  removeDirectory(root);
});

async function newTable(): Promise<string> {
  tables += 1;
  const name = `${store.database}.events_${tables}`;
  await store.client.command({ query: `CREATE TABLE ${name} AS ${store.database}.events` });
  return name;
}

const log = () => join(root, 'clicks');
const journal = () => join(root, 'clicks-shipping', 'journal');
const letters = () => join(root, 'dead-letters');
const segments = () => readdirSync(join(log(), '0')).filter((file) => file.endsWith('.sealed'));

async function start(client: ClickHouseClient = store.client): Promise<Shipper> {
  registry = new Registry();
  deadLetters = await openDeadLetters({
    directory: letters(),
    clock,
    registry,
    bytesMax: deadLetterBytesMax,
  });
  const shipper = await startShipper({
    directory: log(),
    client,
    deadLetters,
    clock,
    registry,
    logger: silentLogger,
    table,
    retryDelays: { delayMsMin: 5, delayMsMax: 50 },
  });
  shippers.push(shipper);
  return shipper;
}

/** As a restart of the engine: the old one is stopped first. */
async function restart(client?: ClickHouseClient): Promise<Shipper> {
  await Promise.all(shippers.splice(0).map((shipper) => shipper.stop()));
  await deadLetters.close();
  return start(client);
}

async function stored(): Promise<{ rows: number; ids: number }> {
  const result = await store.client.query({
    query: `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(event_id)) AS ids FROM ${table}`,
    format: 'JSONEachRow',
  });
  const [counts] = await result.json<{ rows: number; ids: number }>();
  return counts ?? { rows: -1, ids: -1 };
}

async function expectAllShipped(rows: number): Promise<void> {
  await expect.poll(segments, EVENTUALLY).toEqual([]);
  expect(await stored()).toEqual({ rows, ids: rows });
}

async function refuseRows(condition: string): Promise<void> {
  const query = `ALTER TABLE ${table} ADD CONSTRAINT refused CHECK ${condition}`;
  await store.client.command({ query });
}

async function acceptAllRows(): Promise<void> {
  await store.client.command({ query: `ALTER TABLE ${table} DROP CONSTRAINT refused` });
}

describe('the shipper', () => {
  it('stores every row of every segment once and deletes the files', async () => {
    for (let index = 0; index < 5; index += 1) {
      writeSegment(log(), clickPayloads(index * 100, 100));
    }
    const shipper = await start();
    await expectAllShipped(500);
    writeSegment(log(), clickPayloads(500, 10));
    shipper.nudge();
    await expectAllShipped(510);
    const result = await store.client.query({
      query: `SELECT event_id, campaign_id, tags, query_params, toString(event_time) AS at
        FROM ${table} ORDER BY event_time LIMIT 2`,
      format: 'JSONEachRow',
    });
    const [first, second] = await result.json<Record<string, unknown>>();
    expect(first).toMatchObject({ campaign_id: null, tags: ['summer'] });
    expect(second).toMatchObject({
      event_id: 'evt_0000000000000001',
      campaign_id: 'summer_sale',
      query_params: { source: 'facebook', n: '1' },
      at: '2026-01-15 12:00:00.001',
    });
    expect(await registry.metrics()).toContain(
      'trellis_segments_shipped_total{outcome="inserted"} 6',
    );
  });

  it('counts rows once whose acknowledgements are lost', async () => {
    const proxy = await startFaultyProxy(Number(new URL(store.url).port));
    const client = createClickHouse({ url: `http://127.0.0.1:${proxy.port}`, database: 'default' });
    try {
      proxy.mode = 'drop_response';
      for (let index = 0; index < 3; index += 1) {
        writeSegment(log(), clickPayloads(index * 50, 50));
      }
      await start(client);
      await expect.poll(() => proxy.droppedResponses, EVENTUALLY).toBeGreaterThan(5);
      proxy.mode = 'pass';
      await expectAllShipped(150);
    } finally {
      await proxy.close();
      await client.close();
    }
  });

  it('keeps new traffic flowing while it works off the backlog of an outage', async () => {
    const proxy = await startFaultyProxy(Number(new URL(store.url).port));
    const client = createClickHouse({ url: `http://127.0.0.1:${proxy.port}`, database: 'default' });
    try {
      proxy.mode = 'refuse';
      for (let index = 0; index < 80; index += 1) {
        writeSegment(log(), clickPayloads(index * 5, 5), { epochMs: 1_000_000 + index });
      }
      const shipper = await start(client);
      await expect.poll(() => shipper.status().clickhouse, EVENTUALLY).not.toBe('closed');
      const fresh = writeSegment(log(), clickPayloads(1000, 5));
      await expect
        .poll(() => shipper.status().segmentsWaiting, EVENTUALLY)
        .toBeGreaterThanOrEqual(80);
      proxy.mode = 'pass';
      await expect.poll(() => existsSync(fresh.path), { ...EVENTUALLY, interval: 2 }).toBe(false);
      expect(segments().length).toBeGreaterThan(50);
      await expectAllShipped(405);
    } finally {
      await proxy.close();
      await client.close();
    }
  });

  it('counts damaged records and ships the others', async () => {
    const { path } = writeSegment(log(), clickPayloads(0, 10));
    const bytes = readFileSync(path);
    bytes[400] = (bytes[400] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    await start();
    await expectAllShipped(9);
    expect(await registry.metrics()).toContain('trellis_events_dropped_total{reason="corrupt"} 1');
  });

  it('ships segments of the row versions before, beside those of today', async () => {
    for (const [number, rowVersion] of [
      [0, 1],
      [20, 2],
    ] as const) {
      writeSegment(log(), [encodeRow(clickRow(number), rowVersion)], { rowVersion });
    }
    writeSegment(log(), clickPayloads(40, 1));
    await start();
    await expectAllShipped(3);
    const result = await store.client.query({
      query: `SELECT is_unique, fraud_version, is_blocked FROM ${table} ORDER BY event_time`,
      format: 'JSONEachRow',
    });
    // Each click is unique, judged and blocked, which version 1 could not say, and 2 in part.
    expect(await result.json()).toEqual([
      { is_unique: false, fraud_version: 0, is_blocked: false },
      { is_unique: true, fraud_version: 0, is_blocked: false },
      { is_unique: true, fraud_version: 1, is_blocked: true },
    ]);
  });

  it('leaves a segment alone whose row version it does not know', async () => {
    writeSegment(log(), clickPayloads(0, 2), { rowVersion: 77 });
    writeSegment(log(), clickPayloads(2, 2));
    await start();
    await expect.poll(async () => (await stored()).rows, EVENTUALLY).toBe(2);
    await expect
      .poll(() => registry.metrics(), EVENTUALLY)
      .toMatch(/trellis_segments_shipped_total\{outcome="held"\} [1-9]/);
    expect(segments()).toHaveLength(1);
  });

  it('waits, and loses nothing, while the table is missing', async () => {
    const away = `${table}_away`;
    await store.client.command({ query: `RENAME TABLE ${table} TO ${away}` });
    writeSegment(log(), clickPayloads(0, 20));
    await start();
    await expect
      .poll(() => registry.metrics(), EVENTUALLY)
      .toMatch(/trellis_segments_shipped_total\{outcome="failed"\} ([3-9]|\d\d)/);
    await store.client.command({ query: `RENAME TABLE ${away} TO ${table}` });
    await expectAllShipped(20);
    expect((await listDeadLetters({ directory: letters() })).letters).toEqual([]);
  });

  it('stops at once while ClickHouse is down, and the next one carries on', async () => {
    const proxy = await startFaultyProxy(Number(new URL(store.url).port));
    const client = createClickHouse({ url: `http://127.0.0.1:${proxy.port}`, database: 'default' });
    proxy.mode = 'refuse';
    writeSegment(log(), clickPayloads(0, 5));
    const shipper = await start(client);
    await expect.poll(() => shipper.status().clickhouse, EVENTUALLY).not.toBe('closed');
    const startedAtMs = performance.now();
    await shipper.stop();
    expect(performance.now() - startedAtMs).toBeLessThan(2000);
    await Promise.all([proxy.close(), client.close()]);
    await restart();
    await expectAllShipped(5);
  });
});

describe('a segment of unknown fate', () => {
  /** Inserts as the shipper does, and enough after it that its token is forgotten. */
  async function insertAndForget(name: string, payloads: readonly Buffer[]): Promise<void> {
    await store.client.command({
      query: `ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 2`,
    });
    const insert = (rows: Buffer, rowCount: number, deduplicationToken: string) =>
      insertSegment(store.client, {
        rows,
        rowCount,
        deduplicationToken,
        columnList: EVENT_COLUMN_LIST,
        table,
      });
    await insert(Buffer.concat(payloads), payloads.length, name);
    for (let index = 0; index < 4; index += 1) {
      await insert(encodeRow(clickRow(9000 + index)), 1, `later-${index}`);
    }
  }

  it('is looked for in the table when its token may be forgotten', async () => {
    const payloads = clickPayloads(0, 450);
    // The last acknowledgement was lost, and the process ended.
    const { name } = writeSegment(log(), payloads);
    await insertAndForget(name, payloads);
    // Without the journal nothing is known of when it was tried.
    removeDirectory(join(root, 'clicks-shipping'));
    await start();
    await expectAllShipped(454);
    expect(await registry.metrics()).toContain(
      'trellis_segments_shipped_total{outcome="already_stored"} 1',
    );
  });

  it('is completed when only a part of it was stored', async () => {
    const payloads = clickPayloads(0, 450);
    const { name } = writeSegment(log(), payloads);
    await insertAndForget(`${name}-part`, payloads.slice(100, 333));
    removeDirectory(join(root, 'clicks-shipping'));
    await start();
    await expectAllShipped(454);
  });
});

describe('a row that ClickHouse refuses', () => {
  const isFour = (id: string) => id.endsWith('4');

  it('becomes a dead letter, the others are stored once, and a replay after repair stores it', async () => {
    await refuseRows(`NOT endsWith(event_id, '4')`);
    const { name } = writeSegment(log(), clickPayloads(0, 40));
    await start();
    await expectAllShipped(37);
    const { letters: refused } = await listDeadLetters({ directory: letters() });
    expect(refused.map(({ id }) => id)).toEqual([4, 20, 36].map((n) => `${name}/${n}-${n + 1}`));
    expect(refused.every(({ decoded }) => isFour(String(decoded?.event_id)))).toBe(true);
    expect(refused[0]).toMatchObject({ organization_id: 'org_acmecorp', code: '469' });
    expect(await registry.metrics()).toContain('trellis_dead_letters_total 3');

    const replay = (ids: string[] | 'all') =>
      replayDeadLetters({ directory: letters(), client: store.client, table, ids });
    const early = await replay('all');
    expect(early.replayed).toBe(0);
    expect(early.failed.map(({ id }) => id)).toEqual(refused.map(({ id }) => id));
    await acceptAllRows();
    expect(await replay([refused[0]?.id ?? '', 'nobody'])).toEqual({
      replayed: 1,
      notFound: ['nobody'],
      failed: [],
    });
    expect((await replay('all')).replayed).toBe(2);
    expect((await replay('all')).replayed).toBe(0);
    expect(await stored()).toEqual({ rows: 40, ids: 40 });
    expect((await listDeadLetters({ directory: letters() })).letters).toEqual([]);
  });

  it('is replayed once although the note of it was lost', async () => {
    await refuseRows(`event_id != 'evt_0000000000000002'`);
    writeSegment(log(), clickPayloads(0, 4));
    await start();
    await expectAllShipped(3);
    await acceptAllRows();
    const options = { directory: letters(), client: store.client, table, ids: 'all' } as const;
    await replayDeadLetters(options);
    for (const file of readdirSync(letters()).filter((name) => name.endsWith('.replayed'))) {
      rmSync(join(letters(), file));
    }
    await replayDeadLetters(options);
    expect(await stored()).toEqual({ rows: 4, ids: 4 });
  });

  it('is found although its bytes derail the rows behind it', async () => {
    const payloads = clickPayloads(0, 16);
    const whole = payloads[5] ?? Buffer.alloc(0);
    payloads[5] = whole.subarray(0, whole.length - 3);
    writeSegment(log(), payloads);
    await start();
    await expectAllShipped(15);
    const { letters: refused } = await listDeadLetters({ directory: letters() });
    expect(refused.map(({ decoded }) => decoded)).toEqual([null]);
  });

  it('is found although it asks for a gigabyte of memory', async () => {
    const payloads = clickPayloads(0, 4);
    const rest = payloads[2]?.subarray(1) ?? Buffer.alloc(0);
    payloads[2] = Buffer.concat([Buffer.of(0xf0, 0xff, 0xff, 0xff, 0x03), rest]);
    writeSegment(log(), payloads);
    await start();
    await expectAllShipped(3);
    expect((await listDeadLetters({ directory: letters() })).letters).toHaveLength(1);
  });

  it('stays in its segment while the dead letter queue is full', async () => {
    deadLetterBytesMax = 100;
    await refuseRows(`event_id != 'evt_0000000000000002'`);
    writeSegment(log(), clickPayloads(0, 4));
    writeSegment(log(), clickPayloads(10, 4));
    await start();
    await expect.poll(async () => (await stored()).rows, EVENTUALLY).toBe(6);
    expect(segments()).toHaveLength(1);
    deadLetterBytesMax = 1_000_000;
    await restart();
    await expectAllShipped(7);
    expect((await listDeadLetters({ directory: letters() })).letters).toHaveLength(1);
  });

  it('is not sent with its segment again when the table was repaired in mid-bisect', async () => {
    deadLetterBytesMax = 100;
    await refuseRows(`event_id != 'evt_0000000000000006'`);
    writeSegment(log(), clickPayloads(0, 8));
    await start();
    await expect.poll(async () => (await stored()).rows, EVENTUALLY).toBe(6);
    await acceptAllRows();
    await restart();
    await expectAllShipped(8);
  });
});
