import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EngineProcess } from '../../../engine/testing/engine-process.ts';
import { startRedis, type TestRedis } from '../../../stores/redis/testing/redis-server.ts';
import { freePort } from '../../../test/free-port.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../../test/stores.ts';
import { createAdminApp } from '../app.ts';
import { createTestAdmin, type TestAdmin, unreachableStores } from '../testing/app.ts';

const PATH = '/api/v1/system/status';
const SOON = { timeout: 30_000, interval: 100 };

let database: TestDatabase;
let store: TestClickHouse;
let redis: TestRedis;
let engine: EngineProcess;
let admin: TestAdmin;
let key: string;
/** Takes questions and never answers. */
let mute: Server;

beforeAll(async () => {
  [database, store, redis] = await Promise.all([
    createTestDatabase(),
    createTestClickHouse(),
    startRedis([]),
  ]);
  const ports = { engine: await freePort(), metrics: await freePort() };
  engine = new EngineProcess('localhost', ports, {
    DATABASE_URL: database.url,
    CLICKHOUSE_URL: store.url,
  });
  admin = await createTestAdmin(
    { pool: database.pool, clickhouse: store.client },
    {
      installation: {
        engine: {
          metrics: `http://127.0.0.1:${ports.metrics}/metrics`,
          ready: `http://127.0.0.1:${ports.engine}/ready`,
        },
        redisUrl: redis.url,
      },
    },
  );
  key = await admin.keyFor('org_acme', ['analytics:read']);
  // It waits for a configuration, which there is once there are organisations.
  await engine.start();
  mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
}, 90_000);
afterAll(async () => {
  mute.close();
  mute.closeAllConnections();
  await admin.app.close();
  await engine.dispose();
  await Promise.all([database.drop(), store.drop(), redis.stop()]);
});

const up = {
  up: true,
  latency_ms: expect.any(Number),
  version: expect.stringMatching(/^\d+\.\d+/),
  reason: null,
};

it('tells of all stores and of a running engine, from its own numbers', async () => {
  await expect
    .poll(async () => (await admin.ask(key, `GET ${PATH}`)).body, SOON)
    .toMatchObject({
      stores: { postgres: up, clickhouse: up, redis: up },
      engine: {
        ...{ ready: true, parts: { configuration: 'ok', event_log: 'ok' } },
        ...{ uptime_seconds: expect.any(Number), log_bytes: expect.any(Number) },
        ...{ oldest_unshipped_seconds: expect.any(Number), mailbox_depth: 0 },
        ...{ events_dropped: 0, dead_letters: 0, actor_restarts: 0 },
      },
      engine_reason: null,
      versions: { trellis: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node },
    });
});

it('is for keys with the scope analytics:read', async () => {
  const other = await admin.keyFor('org_acme', ['campaigns:read']);
  expect((await admin.ask(other, `GET ${PATH}`)).status).toBe(403);
});

it('answers with what is left when the others do not', async () => {
  const { port } = mute.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/`;
  const app = await createAdminApp(
    { ...unreachableStores(), pool: database.pool },
    {
      isLimited: false,
      installation: {
        engine: { metrics: address, ready: address },
        redisUrl: `redis://127.0.0.1:${port}`,
      },
    },
  );
  const startedMs = performance.now();
  const answer = await app.inject({ url: PATH, headers: { authorization: `Bearer ${key}` } });
  expect(performance.now() - startedMs).toBeLessThan(4_000);
  await app.close();
  const away = { up: false, latency_ms: null, version: null, reason: expect.any(String) };
  expect(answer.json()).toMatchObject({
    stores: { postgres: up, clickhouse: away, redis: away },
    engine: null,
    engine_reason: 'unreachable: no answer within 500 ms',
  });
});

it('says so where there is no Redis and nobody knows the engine', async () => {
  const app = await createAdminApp({ ...unreachableStores(), pool: database.pool });
  const answer = await app.inject({ url: PATH, headers: { authorization: `Bearer ${key}` } });
  await app.close();
  expect(answer.json()).toMatchObject({
    ...{ stores: { redis: null }, engine: null, engine_reason: expect.stringMatching(/not told/) },
  });
});
