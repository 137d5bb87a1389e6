import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestProxy } from '../actors/ledger/test-support.ts';
import { createCampaign } from '../stores/postgres/configuration/campaigns.ts';
import { addDomain } from '../stores/postgres/configuration/domains.ts';
import { createOrganization } from '../stores/postgres/configuration/organizations.ts';
import { addBlock, listBlocks, removeBlock } from '../stores/postgres/fraud/blocks.ts';
import { saveSettings } from '../stores/postgres/fraud/settings.ts';
import { startRedis, type TestRedis } from '../stores/redis/testing/redis-server.ts';
import { freePort } from '../test/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../test/stores.ts';
import { EngineProcess } from './testing/engine-process.ts';

const ORGANIZATION = 'org_acmecorp';
const HOST = 'track.acmecorp.com';
/** Longer than is promised, so that a failure tells how late it was. */
const CHANGED = { timeout: 10_000, interval: 5 };
const PROMISED_MS = 1_000;

let database: TestDatabase;
let redis: TestRedis;
/** In front of PostgreSQL. */
let proxy: TestProxy;
let first: EngineProcess;
let second: EngineProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await startRedis();
  const url = new URL(database.url);
  proxy = new TestProxy({ host: url.hostname, port: Number(url.port) });
  await proxy.open();
  const { pool } = database;
  await createOrganization(pool, { organization_id: ORGANIZATION, name: 'Acme Corp' });
  await addDomain(pool, ORGANIZATION, HOST);
  await createCampaign(pool, {
    ...{ organization_id: ORGANIZATION, campaign_id: 'sale', name: 'Sale' },
    default_action: {
      ...{ type: 'redirect', destination: 'https://shop.example/' },
      ...{ passthrough: [], tags: [] },
    },
  });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const settings = {
    DATABASE_URL: url.href,
    CLICKHOUSE_URL: `http://127.0.0.1:${await freePort()}`,
    REDIS_URL: redis.url,
  };
  const newEngine = async () => {
    const ports = { engine: await freePort(), metrics: await freePort() };
    return new EngineProcess(HOST, ports, settings);
  };
  first = await newEngine();
  second = await newEngine();
  await Promise.all([first.start(), second.start()]);
}, 90_000);

afterAll(async () => {
  await Promise.all([first, second].map((engine) => engine.dispose()));
  await proxy.close();
  await redis.stop();
  await database.drop();
});

const click = (engine: EngineProcess, address: string) => engine.click('/in/sale', address);

/** Another address of 198.51.100.0/24 each time: one that clicks so often would be blocked for it. */
let nextHost = 10;
const anyOfTheNetwork = () => `198.51.100.${nextHost++ % 256}`;

/** Waits until both engines answer an address so. @returns how long it took, in ms */
async function untilBothAnswer(address: string | (() => string), status: number): Promise<number> {
  const startedMs = performance.now();
  await Promise.all(
    [first, second].map((engine) =>
      expect
        .poll(() => click(engine, typeof address === 'string' ? address : address()), CHANGED)
        .toBe(status),
    ),
  );
  return performance.now() - startedMs;
}

/** Clicks so often and fast that the engine blocks the address. */
async function misbehave(engine: EngineProcess, address: string): Promise<void> {
  for (let number = 0; number < 200; number++) {
    if ((await click(engine, address)) === 403) {
      return;
    }
  }
  throw new Error(`${address} was never blocked`);
}

const automaticBlocks = async () =>
  (await listBlocks(database.pool, ORGANIZATION, 'block'))
    .filter(({ source }) => source === 'automatic')
    .map(({ network }) => network);

it('a block by hand holds on every engine within a second, and its removal as well', async () => {
  const block = { kind: 'block', network: '198.51.100.0/24', reason: '', until: null } as const;
  const delaysMs: number[] = [];
  for (let round = 0; round < 3; round++) {
    const { block_id } = await addBlock(database.pool, ORGANIZATION, block, 'key_1');
    delaysMs.push(await untilBothAnswer(anyOfTheNetwork, 403));
    await removeBlock(database.pool, ORGANIZATION, 'block', block_id, 'key_1');
    delaysMs.push(await untilBothAnswer(anyOfTheNetwork, 302));
  }
  // The middle one: other tests use the processors as well.
  expect(delaysMs.sort((x, y) => x - y)[3]).toBeLessThan(PROMISED_MS);
});

it('an address that is never blocked is let through a blocked network', async () => {
  const block = { kind: 'block', network: '198.51.100.0/24', reason: '', until: null } as const;
  const never = { ...block, kind: 'never_block', network: '198.51.100.8' } as const;
  await addBlock(database.pool, ORGANIZATION, never, 'key_1');
  await addBlock(database.pool, ORGANIZATION, block, 'key_1');
  await untilBothAnswer(() => `198.51.100.${9 + (nextHost++ % 240)}`, 403);
  expect(await click(first, '198.51.100.8')).toBe(302);
  expect(await click(first, '198.51.101.9')).toBe(302);
});

it('an address that misbehaves at one engine is blocked by both within a second; removing it frees it', async () => {
  await misbehave(first, '203.0.113.5');
  expect(await untilBothAnswer('203.0.113.5', 403)).toBeLessThan(PROMISED_MS);
  await expect.poll(automaticBlocks, CHANGED).toEqual(['203.0.113.5/32']);
  const listed = await listBlocks(database.pool, ORGANIZATION, 'block');
  const block = listed.find(({ source }) => source === 'automatic');
  await removeBlock(database.pool, ORGANIZATION, 'block', block?.block_id ?? '', 'key_1');
  expect(await untilBothAnswer('203.0.113.5', 302)).toBeLessThan(PROMISED_MS);
  expect(await click(first, '203.0.113.5')).toBe(302);
});

it('while PostgreSQL is away both still block it; it is written when PostgreSQL is back', async () => {
  await proxy.close();
  await misbehave(first, '203.0.113.6');
  expect(await untilBothAnswer('203.0.113.6', 403)).toBeLessThan(PROMISED_MS);
  await proxy.open();
  await expect.poll(automaticBlocks, CHANGED).toEqual(['203.0.113.6/32']);
});

it('an engine that starts while both stores are away blocks whom it blocked before', async () => {
  // The snapshot is written a second after a change; this one is the last.
  await saveSettings(database.pool, ORGANIZATION, { block_hours: 12 }, 'key_1');
  await second.end('SIGTERM');
  await proxy.close();
  await redis.kill();
  await second.start();
  expect(await click(second, '203.0.113.6')).toBe(403);
  expect(await click(second, '203.0.113.7')).toBe(302);
  await redis.start();
  await proxy.open();
}, 90_000);
