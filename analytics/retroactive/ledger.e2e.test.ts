import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Nodes } from '../../actors/ledger/test-nodes.ts';
import { makeConversion } from '../../actors/ledger/test-support.ts';
import { withTransaction } from '../../stores/postgres/client.ts';
import { createTestClickHouse, createTestDatabase } from '../../test/stores.ts';
import type { RetroactiveRun, Span } from './run.ts';
import type { RetroactiveRunner } from './runner.ts';
import { createRun, undoRun } from './runs.ts';
import { checksum, makeCampaign, makeRunner, refererRule, untilStatus } from './test-support.ts';

// Many steps, each a few statements in both stores.
vi.setConfig({ testTimeout: 90_000 });

let nodes: Nodes;
let runner: RetroactiveRunner;
const DAY_MS = 86_400_000;

beforeEach(async () => {
  nodes = new Nodes(await createTestDatabase(), await createTestClickHouse());
  await makeCampaign(nodes.database.pool, {
    campaignId: 'tiktok',
    rules: [refererRule('tiktok.com', { tags: ['tiktok'] })],
  });
  runner = makeRunner({ pool: nodes.database.pool, clickhouse: nodes.clickhouse.client });
});

afterEach(async () => {
  await runner.stop();
  await nodes.close();
});

function lastDays(): Span {
  const nowMs = nodes.clock.nowMs();
  return { startMs: nowMs - 40 * DAY_MS, endMs: nowMs + DAY_MS };
}

async function insertClick(click_id: string, changes: Record<string, unknown> = {}): Promise<void> {
  await nodes.insertClick({
    event_id: `evt_${click_id}`,
    click_id,
    user_id: 'usr_1',
    source: 'tiktok.com',
    referer: 'https://www.tiktok.com/',
    campaign_id: null,
    ...changes,
  });
}

async function runToEnd(): Promise<RetroactiveRun> {
  const run = await createRun(nodes.database.pool, {
    organizationId: 'org_acmecorp',
    campaignId: 'tiktok',
    span: lastDays(),
    requestedBy: 'key',
  });
  runner.start();
  const ended = await untilStatus(nodes.database.pool, run, 'done', 'failed');
  expect(ended.status).toBe('done');
  return ended;
}

async function undoToEnd(run: RetroactiveRun): Promise<void> {
  await undoRun(nodes.database.pool, run);
  const ended = await untilStatus(nodes.database.pool, run, 'undone', 'failed');
  expect(ended.status).toBe('undone');
}

const campaigns = () => nodes.ledgerRows('click_id, campaign_id');

test('the ledger follows a run and its undo, and keeps campaigns that it had before', async () => {
  await insertClick('c1');
  await insertClick('c2', { referer: 'https://google.com/' });
  await insertClick('c3', { campaign_id: 'summer_sale' });
  await nodes.record(['c1', 'c2', 'c3'].map((click_id) => makeConversion({ click_id })));
  await nodes.round();
  const before = await checksum(nodes.clickhouse.client);
  const [byHand] = await nodes.ledgerRows('id', "click_id = 'c3'");
  expect(byHand).toBeDefined();
  const run = await runToEnd();
  expect(run).toMatchObject({ eventsAttributed: 1, conversionsAttributed: 1 });
  expect(await campaigns()).toEqual([
    { click_id: 'c1', campaign_id: 'tiktok' },
    { click_id: 'c2', campaign_id: null },
    { click_id: 'c3', campaign_id: 'summer_sale' },
  ]);
  await undoToEnd(run);
  expect(await campaigns()).toEqual([
    { click_id: 'c1', campaign_id: null },
    { click_id: 'c2', campaign_id: null },
    { click_id: 'c3', campaign_id: 'summer_sale' },
  ]);
  expect(await checksum(nodes.clickhouse.client)).toBe(before);
});

test('a conversion that comes after the run takes the campaign from its click and gives it back', async () => {
  await insertClick('c1');
  const run = await runToEnd();
  const late = makeConversion({ click_id: 'c1' });
  await nodes.record([late]);
  await nodes.round();
  expect(await campaigns()).toEqual([{ click_id: 'c1', campaign_id: 'tiktok' }]);
  const row = { campaign_id: 'tiktok', tags: ['tiktok'], run_id: run.runId };
  expect(await nodes.eventRows(late.event_id)).toMatchObject([row]);
  await undoToEnd(run);
  expect(await campaigns()).toEqual([{ click_id: 'c1', campaign_id: null }]);
  expect(await nodes.eventRows(late.event_id)).toMatchObject([
    { campaign_id: null, tags: [], rule_id: '', run_id: '' },
  ]);
});

test('a copy of a click that was made before the run and published after it is made again', async () => {
  await insertClick('c1');
  const conversion = makeConversion({ click_id: 'c1' });
  await nodes.record([conversion]);
  await expect(nodes.round({ dieAt: 'locked' })).rejects.toThrow('died');
  expect(await nodes.ledgerRows('click IS NOT NULL AS copied, campaign_id')).toEqual([
    { copied: true, campaign_id: null },
  ]);
  const run = await runToEnd();
  for (let round = 0; round < 3; round += 1) await nodes.round();
  expect(await nodes.eventRows(conversion.event_id)).toMatchObject([
    { campaign_id: 'tiktok', run_id: run.runId },
  ]);
  expect(await nodes.ledgerRows('campaign_id, run_id, click')).toEqual([
    { campaign_id: 'tiktok', run_id: run.runId, click: null },
  ]);
});

test('an undo reaches a copy that was made before it and published after it', async () => {
  await insertClick('c1');
  const run = await runToEnd();
  const conversion = makeConversion({ click_id: 'c1' });
  await nodes.record([conversion]);
  await expect(nodes.round({ dieAt: 'locked' })).rejects.toThrow('died');
  await undoToEnd(run);
  for (let round = 0; round < 3; round += 1) await nodes.round();
  expect(await nodes.eventRows(conversion.event_id)).toMatchObject([
    { campaign_id: null, tags: [], rule_id: '', run_id: '' },
  ]);
  expect(await nodes.ledgerRows('campaign_id, run_id, click')).toEqual([
    { campaign_id: null, run_id: null, click: null },
  ]);
});

test('a run waits for transactions that may have read clicks of before', async () => {
  await insertClick('c1');
  let run: Promise<RetroactiveRun> | undefined;
  await withTransaction(nodes.database.pool, async (db) => {
    await db.query('SELECT pg_current_xact_id()');
    run = runToEnd();
    const waits = async () => {
      const { rows } = await nodes.database.pool.query<{ kind: string }>(
        'SELECT kind FROM retroactive_steps WHERE finished_at IS NULL ORDER BY step LIMIT 1',
      );
      return rows[0]?.kind;
    };
    await expect.poll(waits, { timeout: 10_000 }).toBe('settle');
    const [first, second] = [await waits(), await waits()];
    expect([first, second]).toEqual(['settle', 'settle']);
  });
  expect(await run).toMatchObject({ status: 'done' });
});
