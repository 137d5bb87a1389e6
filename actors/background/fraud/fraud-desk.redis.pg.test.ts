import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import type { BlockConfig } from '../../../core/fraud/block.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import { DEFAULT_FRAUD_SETTINGS, type FraudSettings } from '../../../core/fraud/settings.ts';
import { createLogger } from '../../../core/logger.ts';
import { createPostgres } from '../../../stores/postgres/client.ts';
import { createOrganization } from '../../../stores/postgres/configuration/organizations.ts';
import { listAlerts } from '../../../stores/postgres/fraud/alerts.ts';
import { addBlock, listBlocks, removeBlock } from '../../../stores/postgres/fraud/blocks.ts';
import { getScore } from '../../../stores/postgres/fraud/scores.ts';
import { FraudStore } from '../../../stores/redis/fraud-store.ts';
import { startRedis, type TestRedis } from '../../../stores/redis/testing/redis-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { TestProxy } from '../../ledger/test-support.ts';
import { FraudDesk } from './fraud-desk.ts';

const ADDRESS = '198.51.100.42';
const SOON = { timeout: 10_000, interval: 20 };
const logger = createLogger('test', 'silent');

/** A node as far as fraud goes: its desk, and what its actors were told. */
type Node = { desk: FraudDesk; told: BlockConfig[]; stop(): Promise<void> };

let database: TestDatabase;
let redis: TestRedis;
/** In front of PostgreSQL. */
let proxy: TestProxy;
let organizationId: string;
let nextNumber = 0;
let settings: FraudSettings;
let nodes: Node[];

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await startRedis();
  const { hostname, port } = new URL(database.url);
  proxy = new TestProxy({ host: hostname, port: Number(port) });
  await proxy.open();
});
afterAll(async () => {
  await proxy.close();
  await redis.stop();
  await database.drop();
});
beforeEach(async () => {
  organizationId = `org_test_${nextNumber++}`;
  settings = DEFAULT_FRAUD_SETTINGS;
  nodes = [];
  await createOrganization(database.pool, { organization_id: organizationId, name: 'Test' });
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
});

async function startNode(hasRedis = true): Promise<Node> {
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const pool = createPostgres({ url: url.href, maxConnections: 2, applicationName: 'test' });
  const store = hasRedis
    ? new FraudStore({ url: redis.url, name: 'test', clock: systemClock, logger })
    : null;
  const told: BlockConfig[] = [];
  const desk = new FraudDesk({
    ...{ pool, redis: store, clock: systemClock, logger, registry: new Registry() },
    settingsOf: () => settings,
    onBlocks: (blocks) => told.push(...blocks),
  });
  const stop = async () => {
    await desk.stop();
    store?.close();
    await pool.end();
  };
  const node = { desk, told, stop };
  nodes.push(node);
  if (store !== null) {
    await expect.poll(() => store.status, SOON).toBe('ok');
  }
  return node;
}

function detection(changes: Partial<Detection> = {}): Detection {
  return {
    ...{ organizationId, address: ADDRESS, country: 'DE', userAgent: 'curl/8', confidence: 0.97 },
    patterns: [
      { pattern: 'single_agent', confidence: 0.6 },
      { pattern: 'rapid_fire', confidence: 0.9 },
    ],
    window: { clicks: 50, agents: 1, clickIds: 50, meanIntervalMs: 300, intervalVariation: 0.1 },
    detectedAtMs: Date.now(),
    version: 1,
    ...changes,
  };
}

const blocks = () => listBlocks(database.pool, organizationId, 'block');
const alerts = () => listAlerts(database.pool, organizationId);

it('a detection leads to a block with its reason, one alert for each pattern, and a score', async () => {
  const { desk, told } = await startNode(false);
  const found = detection();
  desk.take([found]);
  expect(told).toMatchObject([
    {
      ...{ organization_id: organizationId, kind: 'block', network: `${ADDRESS}/32` },
      until_ms: found.detectedAtMs + 24 * 3_600_000,
    },
  ]);
  await expect.poll(async () => (await alerts()).length, SOON).toBe(2);
  expect(await blocks()).toMatchObject([
    { block_id: told[0]?.block_id, source: 'automatic', reason: 'single_agent, rapid_fire' },
  ]);
  expect((await alerts()).map(({ pattern, message }) => [pattern, message]).sort()).toEqual([
    ['rapid_fire', `High fraud probability from IP ${ADDRESS}`],
    ['single_agent', `High fraud probability from IP ${ADDRESS}`],
  ]);
  expect(await getScore(database.pool, organizationId, ADDRESS)).toMatchObject({
    confidence: 0.97,
    window: { clicks: 50 },
  });
});

it('thresholds are the organisation’s, and exceeding them is what counts', async () => {
  const { desk, told } = await startNode(false);
  desk.take([detection({ confidence: 0.95 })]);
  await expect.poll(async () => (await alerts()).length, SOON).toBe(2);
  desk.take([detection({ confidence: 0.8, address: '198.51.100.43' })]);
  settings = { ...settings, block_above: 1 };
  desk.take([detection({ confidence: 1, address: '198.51.100.44' })]);
  const saved = () => getScore(database.pool, organizationId, '198.51.100.44');
  await expect.poll(saved, SOON).toBeDefined();
  expect(told).toEqual([]);
  expect(await blocks()).toEqual([]);
  const addresses = new Set((await alerts()).map(({ address }) => address));
  expect([...addresses].sort()).toEqual([ADDRESS, '198.51.100.44']);
});

it('while PostgreSQL is away, other nodes hear of a block through Redis; it is written when it is back', async () => {
  const [here, there] = [await startNode(), await startNode()];
  await proxy.close();
  here.desk.take([detection()]);
  // It is told with each attempt to write it, for nodes that were not there before.
  await expect.poll(() => there.told.length, SOON).toBeGreaterThan(0);
  expect(there.told[0]).toEqual(here.told[0]);
  here.desk.take([detection({ confidence: 0.99 })]);
  const toldBefore = there.told.length;
  await expect.poll(() => there.told.length, SOON).toBeGreaterThan(toldBefore);
  await proxy.open();
  await expect
    .poll(async () => (await blocks()).map(({ block_id }) => block_id), SOON)
    .toEqual([here.told[0]?.block_id]);
  await expect.poll(async () => (await alerts()).length, SOON).toBe(2);
  expect(await getScore(database.pool, organizationId, ADDRESS)).toMatchObject({
    confidence: 0.99,
  });
});

it('without Redis, a block waits for PostgreSQL', async () => {
  const { desk } = await startNode(false);
  await proxy.close();
  desk.take([detection()]);
  await proxy.open();
  await expect.poll(async () => (await blocks()).length, SOON).toBe(1);
});

it('late news of a block do not bring back what was removed', async () => {
  const [here, there] = [await startNode(), await startNode()];
  here.desk.take([detection()]);
  await expect.poll(() => there.told.length, SOON).toBe(1);
  const [block] = here.told;
  if (block === undefined) {
    throw new Error('nothing was told');
  }
  there.desk.configure([{ ...block, removed: true }]);
  const publisher = new FraudStore({ url: redis.url, name: 'test', clock: systemClock, logger });
  await expect.poll(() => publisher.status, SOON).toBe('ok');
  await publisher.publishBlock(block);
  await publisher.publishBlock({ ...block, block_id: 'blk_other', network: '10.0.0.1/32' });
  publisher.close();
  await expect.poll(() => there.told.length, SOON).toBe(2);
  expect(there.told[1]?.block_id).toBe('blk_other');
});

it('a block that PostgreSQL refuses is taken back from every node', async () => {
  const [here, there] = [await startNode(), await startNode()];
  const never = {
    kind: 'never_block',
    network: '198.51.100.0/24',
    reason: '',
    until: null,
  } as const;
  // The node has not heard of it yet.
  await addBlock(database.pool, organizationId, never, 'key_1');
  here.desk.take([detection()]);
  for (const { told } of [here, there]) {
    await expect.poll(() => told.map(({ removed }) => removed), SOON).toContain(true);
    expect(told.at(-1)).toMatchObject({ network: `${ADDRESS}/32`, removed: true });
  }
  expect(await blocks()).toEqual([]);
  await expect.poll(async () => (await alerts()).length, SOON).toBe(2);
});

it('an address whose block was removed is not blocked again by the same clicks', async () => {
  const { desk, told } = await startNode(false);
  desk.take([detection()]);
  await expect.poll(async () => (await blocks()).length, SOON).toBe(1);
  const [block] = told;
  await removeBlock(database.pool, organizationId, 'block', block?.block_id ?? '', 'key_1');
  desk.configure(told.map((entry) => ({ ...entry, removed: true })));
  desk.take([detection({ confidence: 1, country: 'FR' })]);
  const country = async () => (await getScore(database.pool, organizationId, ADDRESS))?.country;
  await expect.poll(country, SOON).toBe('FR');
  expect(await blocks()).toEqual([]);
  expect(told.filter(({ removed }) => !removed)).toEqual([block]);
});

it('a detection that cannot be stored does not hold up the others', async () => {
  const { desk } = await startNode(false);
  desk.take([detection({ organizationId: 'org_nobody' }), detection()]);
  await expect.poll(async () => (await blocks()).length, SOON).toBe(1);
  await expect.poll(async () => (await alerts()).length, SOON).toBe(2);
});
