import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVENT_COLUMN_LIST, EVENT_COLUMNS } from '../../core/event-columns.ts';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import {
  createClickHouse,
  failingRow,
  insertSegment,
  isRetriableClickHouseError,
} from './client.ts';
import { startEmbeddedClickHouse } from './embedded/process.ts';
import { migrateClickHouse } from './migrate.ts';
import { clickRow, encodeRow } from './testing/event-rows.ts';

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse();
});
afterAll(() => store.drop());

function segment(from: number, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, n) => encodeRow(clickRow(from + n))));
}

function send(
  client: ClickHouseClient,
  rows: Buffer | Readable,
  deduplicationToken: string,
  rowCount: number,
): Promise<void> {
  return insertSegment(client, {
    rows,
    columnList: EVENT_COLUMN_LIST,
    table: 'events',
    deduplicationToken,
    rowCount,
  });
}

async function count(client: ClickHouseClient, where = '1'): Promise<number> {
  const query = `SELECT count() AS n FROM events WHERE ${where}`;
  const [row] = await (await client.query({ query, format: 'JSONEachRow' })).json<{ n: string }>();
  return Number(row?.n);
}

test('a row comes back with the value of every column, whatever bytes it holds', async () => {
  const nasty = '\0\n\t;\n\n\'"\\ü{x:String} $$ -- /*';
  const row = clickRow(1, {
    event_id: 'evt_roundtrip',
    url: nasty,
    medium: null,
    campaign_id: nasty,
    tags: [nasty, ''],
    fraud_reasons: ['click_flood'],
    query_params: { [nasty]: nasty, empty: '' },
    headers: {},
    is_bot: true,
    user_agent: 'x'.repeat(70_000),
  });
  await send(store.client, encodeRow(row), randomUUID(), 1);
  const query = `SELECT ${EVENT_COLUMN_LIST}, toUnixTimestamp64Milli(timestamp) AS event_time
    FROM events WHERE event_id = 'evt_roundtrip'`;
  const [stored] = await (
    await store.client.query({
      query: query.replace('event_time,', ''),
      format: 'JSONEachRow',
    })
  ).json<Record<string, unknown>>();
  for (const [name] of EVENT_COLUMNS) {
    const value = name === 'event_time' ? Number(stored?.[name]) : stored?.[name];
    expect([name, value]).toEqual([name, row[name]]);
  }
});

test('a token counts once, however often and in whatever form its rows are sent', async () => {
  const rows = segment(10_000, 500);
  const token = randomUUID();
  const before = await count(store.client);
  await Promise.all([send(store.client, rows, token, 500), send(store.client, rows, token, 500)]);
  await send(store.client, Readable.from([rows.subarray(0, 999), rows.subarray(999)]), token, 500);
  expect(await count(store.client)).toBe(before + 500);
  await send(store.client, rows, randomUUID(), 500);
  expect(await count(store.client)).toBe(before + 1000);
});

test('rows that are cut off store nothing, and the error says where and is not retriable', async () => {
  const rows = segment(20_000, 10);
  const before = await count(store.client);
  const failure = await send(store.client, rows.subarray(0, -3), randomUUID(), 10).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: '33' });
  expect(failingRow(failure)).toBe(10);
  expect(isRetriableClickHouseError(failure)).toBe(false);
  expect(await count(store.client)).toBe(before);
});

test('a segment that spans several months is stored once in each', async () => {
  const times = [Date.UTC(2026, 0, 31, 23, 59), Date.UTC(2026, 1, 1), Date.UTC(2026, 2, 1)];
  const rows = Buffer.concat(
    times.map((event_time, n) =>
      encodeRow(clickRow(30_000 + n, { event_time, organization_id: 'org_months' })),
    ),
  );
  const token = randomUUID();
  await send(store.client, rows, token, 3);
  await send(store.client, rows, token, 3);
  expect(await count(store.client, "organization_id = 'org_months'")).toBe(3);
});

async function isInserting(client: ClickHouseClient): Promise<boolean> {
  const query = "SELECT count() AS n FROM system.processes WHERE query LIKE 'INSERT INTO events%'";
  const result = await client.query({ query, format: 'JSONEachRow' });
  return Number((await result.json<{ n: string }>())[0]?.n) > 0;
}

test('killed in mid-insert and started again, each segment is there once', {
  timeout: 120_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'trellis-test-ch-'));
  const logger = pino({ level: 'silent' });
  const rows = segment(0, 20_000);
  let server = await startEmbeddedClickHouse({ dataDir, port: 0, logger });
  await migrateClickHouse(server.url);
  const rounds = 4;
  const moments: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const victim = createClickHouse({ url: server.url, database: 'trellis' });
    let isSettled = false;
    const sent = send(victim, rows, `segment-${round}`, 20_000)
      .then(
        () => 'stored',
        (error: unknown) => error,
      )
      .finally(() => {
        isSettled = true;
      });
    // Killed a few queries after it was seen to begin: another moment in each round. An insert that
    // was faster than that is sent again all the same.
    for (let seen = 0; seen <= round && !isSettled; ) {
      seen += (await isInserting(victim)) ? 1 : 0;
    }
    moments.push(isSettled ? 'after' : 'during');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const outcome = await sent;
    expect(outcome === 'stored' || isRetriableClickHouseError(outcome)).toBe(true);
    await victim.close();
    server = await startEmbeddedClickHouse({ dataDir, port: 0, logger });
    const client = createClickHouse({ url: server.url, database: 'trellis' });
    await send(client, rows, `segment-${round}`, 20_000);
    expect(await count(client)).toBe((round + 1) * 20_000);
    await client.close();
  }
  expect(moments).toContain('during');
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('200,000 clicks in two segments (speed is printed)', { timeout: 120_000 }, async () => {
  const rows = segment(1_000_000, 100_000);
  const startedAt = performance.now();
  await send(store.client, rows, randomUUID(), 100_000);
  await send(store.client, rows, randomUUID(), 100_000);
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = Math.round(200_000 / seconds);
  console.info(`200,000 rows, ${(rows.length / 100_000) | 0} bytes each: ${rate} rows/s`);
  expect(await count(store.client, "event_id = 'evt_00000000000f4240'")).toBe(2);
});
