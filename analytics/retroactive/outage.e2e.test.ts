import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TestProxy } from '../../actors/ledger/test-support.ts';
import { createClickHouse } from '../../stores/clickhouse/client.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../test/stores.ts';
import { createRun, getRun, undoRun } from './runs.ts';
import {
  checksum,
  insertEvents,
  MARCH_TO_MAY,
  makeCampaign,
  makeRunner,
  refererRule,
  unattributedClick,
  untilStatus,
} from './test-support.ts';

// Many steps, each a few statements in both stores.
vi.setConfig({ testTimeout: 90_000 });

let database: TestDatabase;
let store: TestClickHouse;

beforeEach(async () => {
  [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  await makeCampaign(database.pool, { campaignId: 'tiktok', rules: [refererRule('tiktok.com')] });
  await insertEvents(
    store.client,
    Array.from({ length: 200 }, (_, number) => unattributedClick(number)),
  );
});

afterEach(async () => {
  await Promise.all([database.drop(), store.drop()]);
});

const startRun = () =>
  createRun(database.pool, {
    organizationId: 'org_acmecorp',
    campaignId: 'tiktok',
    span: MARCH_TO_MAY,
    requestedBy: 'key',
  });

test('a run outlives ClickHouse going away: it says why it waits, and goes on', async () => {
  const { pool } = database;
  const { hostname, port } = new URL(store.url);
  const proxy = new TestProxy({ host: hostname, port: Number(port) });
  await proxy.open();
  const clickhouse = createClickHouse({
    url: `http://127.0.0.1:${proxy.port}`,
    database: store.database,
  });
  const before = await checksum(store.client);
  let steps = 0;
  const runner = makeRunner({
    pool,
    clickhouse,
    onStep: async (_, moment) => {
      steps += moment === 'noted' ? 1 : 0;
      if (steps === 2) await proxy.close();
    },
  });
  const run = await startRun();
  runner.start();
  await expect
    .poll(async () => (await getRun(pool, run)).attempts, { timeout: 10_000 })
    .toBeGreaterThan(1);
  expect(await getRun(pool, run)).toMatchObject({
    status: 'running',
    error: expect.stringMatching(/ECONN|hang up/),
  });
  steps = 3;
  await proxy.open();
  expect(await untilStatus(pool, run, 'done', 'failed')).toMatchObject({
    status: 'done',
    eventsAttributed: 200,
    attempts: 0,
    error: null,
  });
  await undoRun(pool, run);
  await untilStatus(pool, run, 'undone');
  await runner.stop();
  await clickhouse.close();
  await proxy.close();
  expect(await checksum(store.client)).toBe(before);
});

test('a run that ClickHouse refuses has failed, says why, and can be undone', async () => {
  const { pool } = database;
  const run = await startRun();
  const runner = makeRunner({ pool, clickhouse: store.client });
  await pool.query(
    `UPDATE retroactive_runs SET definition = jsonb_set(
      jsonb_set(definition, '{timezone}', '"No/Where"'),
      '{rules,0,conditions}', '[{"field":"hour","operator":"gte","value":1}]')`,
  );
  runner.start();
  const failed = await untilStatus(pool, run, 'failed', 'done');
  expect(failed).toMatchObject({ status: 'failed', eventsAttributed: 0 });
  expect(failed.error).toMatch(/No\/Where|time zone/i);
  await undoRun(pool, run);
  await untilStatus(pool, run, 'undone');
  await runner.stop();
});
