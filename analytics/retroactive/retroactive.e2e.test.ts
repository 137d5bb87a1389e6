import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPostgres } from '../../stores/postgres/client.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../test/stores.ts';
import { previewRun } from './preview.ts';
import type { RetroactiveRun } from './run.ts';
import type { RetroactiveRunner } from './runner.ts';
import { cancelRun, claimDefinitionOf, createRun, getRun, listRuns, undoRun } from './runs.ts';
import {
  checksum,
  conversionOf,
  countWhere,
  insertEvents,
  MARCH_TO_MAY,
  makeCampaign,
  makeRunner,
  refererRule,
  type TestEvent,
  unattributedClick,
  untilStatus,
} from './test-support.ts';

// Many steps, each a few statements in both stores.
vi.setConfig({ testTimeout: 90_000 });

let database: TestDatabase;
let store: TestClickHouse;
let runner: RetroactiveRunner | undefined;

beforeEach(async () => {
  [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
});

afterEach(async () => {
  await runner?.stop();
  runner = undefined;
  await Promise.all([database.drop(), store.drop()]);
});

const clicks = (from: number, to: number, changes: Record<string, unknown> = {}): TestEvent[] =>
  Array.from({ length: to - from }, (_, index) => unattributedClick(from + index, changes));

async function startRun(campaignId = 'tiktok', span = MARCH_TO_MAY): Promise<RetroactiveRun> {
  const { pool } = database;
  return createRun(pool, { organizationId: 'org_acmecorp', campaignId, span, requestedBy: 'key' });
}

function startRunner(options: Parameters<typeof makeRunner>[0] | object = {}): void {
  runner = makeRunner({ pool: database.pool, clickhouse: store.client, ...options });
  runner.start();
}

async function runToEnd(campaignId = 'tiktok', span = MARCH_TO_MAY): Promise<RetroactiveRun> {
  const run = await startRun(campaignId, span);
  if (runner === undefined) startRunner();
  return untilStatus(database.pool, run, 'done', 'failed');
}

/** Lets a runner of its own do one step, and cuts it off from PostgreSQL for good. */
async function killRunnerAt(fatal: 'written' | 'noted'): Promise<void> {
  const pool = createPostgres({
    url: database.url,
    maxConnections: 3,
    applicationName: 'victim',
  });
  await new Promise<void>((resolve) => {
    const onStep = (_: RetroactiveRun, moment: string) =>
      new Promise<void>((goOn) => {
        if (moment === fatal) resolve();
        else goOn();
      });
    makeRunner({ pool, clickhouse: store.client, onStep }).start();
  });
  await database.pool.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE application_name = 'victim' AND datname = current_database()`,
  );
}

async function undoToEnd(run: RetroactiveRun): Promise<RetroactiveRun> {
  await undoRun(database.pool, run);
  return untilStatus(database.pool, run, 'undone', 'failed');
}

test('a run attributes what its preview counted: by month, with rule and tags, conversions too', async () => {
  const { pool } = database;
  await makeCampaign(pool, {
    campaignId: 'tiktok',
    rules: [
      refererRule('tiktok.com', { tags: ['tiktok', 'social'] }),
      refererRule('vm.tiktok.com', { priority: 100, tags: ['short'] }),
    ],
  });
  const long = clicks(0, 90);
  const short = clicks(90, 120, { referer: 'https://vm.tiktok.com/x' });
  await insertEvents(store.client, [
    ...long,
    ...short,
    ...clicks(120, 130, { event_type: 'visit', is_bot: true }),
    ...clicks(130, 150, { referer: 'https://google.com/' }),
    ...clicks(150, 160, { campaign_id: 'other', tags: ['theirs'] }),
    ...clicks(160, 170, { event_time: '2024-06-01 00:00:00.000' }),
    // Nobody was sent anywhere: a campaign has nothing of it.
    ...clicks(170, 180, { is_blocked: true }),
    ...long.slice(0, 5).map((click, n) => conversionOf(click, n)),
    ...short.slice(0, 2).map((click, n) => conversionOf(click, 100 + n)),
  ]);
  const definition = await claimDefinitionOf(pool, 'org_acmecorp', 'tiktok');
  const options = { organizationId: 'org_acmecorp', definition, span: MARCH_TO_MAY };
  const before = await checksum(store.client);
  const preview = await previewRun(store.client, options);
  expect(await checksum(store.client)).toBe(before);
  expect(preview).toMatchObject({ clicks: 120, visits: 10, conversions: 7, bots: 10 });
  expect(preview.rules).toEqual([
    { rule_id: 'from_vm_tiktok_com', events: 30 },
    { rule_id: 'from_tiktok_com', events: 100 },
  ]);

  const run = await runToEnd();
  expect(run).toMatchObject({
    status: 'done',
    eventsAttributed: preview.clicks + preview.visits,
    conversionsAttributed: preview.conversions,
    eventsTotalEstimate: 130,
    progress: 1,
    error: null,
  });
  const ofRun = `run_id = '${run.runId}' AND campaign_id = 'tiktok'`;
  for (const { month, clicks: ofMonth } of preview.months) {
    const inMonth = `formatDateTime(event_time, '%Y-%m') = '${month}'`;
    expect(await countWhere(store.client, `${ofRun} AND ${inMonth} AND event_type = 'click'`)).toBe(
      ofMonth,
    );
  }
  expect(
    await countWhere(
      store.client,
      `${ofRun} AND rule_id = 'from_vm_tiktok_com' AND tags = ['short']`,
    ),
  ).toBe(32);
  expect(await countWhere(store.client, `${ofRun} AND tags = ['tiktok', 'social']`)).toBe(105);
  expect(await countWhere(store.client, "campaign_id = 'other' AND tags = ['theirs']")).toBe(10);
  expect(await countWhere(store.client, 'is_blocked AND campaign_id IS NULL')).toBe(10);
  expect(await previewRun(store.client, options)).toMatchObject({ clicks: 0, conversions: 0 });
});

const ODD = ["it's", 'a\\b\t"]', 'ü, ['];

test('an undo gives the very same table back, and leaves other runs and organisations alone', async () => {
  const { pool } = database;
  await makeCampaign(pool, {
    campaignId: 'tiktok',
    rules: [refererRule('tiktok.com', { tags: ODD })],
  });
  await makeCampaign(pool, {
    campaignId: 'all',
    rules: [refererRule('', { rule_id: 'everything', conditions: [], tags: [] })],
  });
  const march = { event_time: '2024-03-10 12:00:00.000' };
  const ours = clicks(0, 200, { ...march, tags: ['kept'] });
  await insertEvents(store.client, [
    ...ours,
    ...ours.slice(0, 20).map((click, n) => conversionOf(click, n)),
    ...clicks(200, 230, { ...march, referer: 'https://google.com/' }),
    ...clicks(300, 330, { organization_id: 'org_other' }),
  ]);
  const untouched = await checksum(store.client);
  const first = await runToEnd();
  expect(first).toMatchObject({ eventsAttributed: 200, conversionsAttributed: 20 });
  const [tagged] = await (
    await store.client.query({
      query: 'SELECT DISTINCT tags FROM events WHERE run_id = {run:String}',
      query_params: { run: first.runId },
      format: 'JSONEachRow',
    })
  ).json<{ tags: string[] }>();
  expect(tagged?.tags).toEqual(['kept', ...ODD]);
  const betweenRuns = await checksum(store.client);
  const second = await runToEnd('all');
  expect(second).toMatchObject({ eventsAttributed: 30, conversionsAttributed: 0 });
  expect(
    await countWhere(store.client, "organization_id = 'org_other' AND campaign_id IS NULL"),
  ).toBe(30);

  expect(await undoToEnd(first)).toMatchObject({
    status: 'undone',
    eventsAttributed: 0,
    progress: 1,
  });
  expect(await countWhere(store.client, `run_id = '${second.runId}'`)).toBe(30);
  const third = await runToEnd();
  expect(third).toMatchObject({ eventsAttributed: 200, conversionsAttributed: 20 });
  await undoToEnd(second);
  expect(await checksum(store.client)).not.toBe(betweenRuns);
  await undoRun(pool, first);
  expect(await countWhere(store.client, `run_id = '${third.runId}'`)).toBe(220);
  await undoToEnd(third);
  expect(await checksum(store.client)).toBe(untouched);
});

test('a conversion follows its click, whatever its own columns and time say', async () => {
  await makeCampaign(database.pool, { campaignId: 'tiktok', rules: [refererRule('tiktok.com')] });
  const [inRange, elsewhere, early] = [
    unattributedClick(1),
    unattributedClick(2, { referer: 'https://google.com/' }),
    unattributedClick(3, { event_time: '2024-02-28 00:00:00.000' }),
  ];
  const after = { event_time: '2024-07-20 00:00:00.000' };
  await insertEvents(store.client, [
    ...[inRange, elsewhere, early],
    conversionOf(inRange, 1, { ...after, referer: '' }),
    conversionOf(elsewhere, 2, { referer: 'https://www.tiktok.com/' }),
    conversionOf(early, 3, { event_time: '2024-03-02 00:00:00.000' }),
    // Came with the columns of a click, without naming it.
    conversionOf(inRange, 4, { click_event_id: '' }),
    // Without anything: it waits for its click.
    conversionOf(inRange, 5, { click_event_id: '', source: '' }),
  ]);
  const run = await runToEnd();
  expect(run).toMatchObject({ eventsAttributed: 1, conversionsAttributed: 2 });
  const attributed = `run_id = '${run.runId}' AND event_type = 'purchase'`;
  expect(
    await countWhere(store.client, `${attributed} AND order_id IN ('order-1', 'order-4')`),
  ).toBe(2);
});

test('of two runs over the same traffic each row is claimed by one, also with two runners', async () => {
  const { pool } = database;
  for (const campaignId of ['one', 'two']) {
    await makeCampaign(pool, { campaignId, rules: [refererRule('tiktok.com')] });
  }
  await insertEvents(store.client, clicks(0, 2_000));
  const runs = await Promise.all([startRun('one'), startRun('two')]);
  const others = makeRunner({ pool, clickhouse: store.client });
  others.start();
  startRunner();
  const ended = await Promise.all(runs.map((run) => untilStatus(pool, run, 'done', 'failed')));
  await others.stop();
  expect(ended.map(({ status }) => status)).toEqual(['done', 'done']);
  expect(ended.map(({ eventsAttributed }) => eventsAttributed).sort()).toEqual([0, 2_000]);
  expect(await countWhere(store.client, 'campaign_id IS NULL')).toBe(0);
});

test('a runner that dies after any step is replaced by another one, which goes on', async () => {
  const { pool } = database;
  await makeCampaign(pool, { campaignId: 'tiktok', rules: [refererRule('tiktok.com')] });
  const ours = clicks(0, 300);
  await insertEvents(store.client, [
    ...ours,
    ...ours.slice(0, 9).map((c, n) => conversionOf(c, n)),
  ]);
  const before = await checksum(store.client);
  const run = await startRun();
  const dieOnce = (moment: 'written' | 'noted') =>
    killRunnerAt(moment).then(() => getRun(pool, run));
  const seen: number[] = [];
  await dieOnce('noted');
  seen.push((await dieOnce('written')).progress);
  for (let now = await dieOnce('noted'); now.status !== 'done'; now = await dieOnce('noted')) {
    seen.push(now.progress);
  }
  expect(seen.length).toBeGreaterThan(4);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(await getRun(pool, run)).toMatchObject({
    eventsAttributed: 300,
    conversionsAttributed: 9,
  });
  await undoRun(pool, run);
  await dieOnce('noted');
  expect(await dieOnce('written')).toMatchObject({ status: 'undoing', progress: 0 });
  await dieOnce('noted');
  startRunner();
  await untilStatus(pool, run, 'undone');
  expect(await checksum(store.client)).toBe(before);
});

test('a cancelled run stops between steps, keeps what it did and can be undone', async () => {
  const { pool } = database;
  await makeCampaign(pool, { campaignId: 'tiktok', rules: [refererRule('tiktok.com')] });
  const ours = clicks(0, 300);
  await insertEvents(store.client, [...ours, ...ours.map((c, n) => conversionOf(c, n))]);
  const before = await checksum(store.client);
  const run = await startRun();
  runner = makeRunner({
    pool,
    clickhouse: store.client,
    onStep: async ({ status }) => {
      // After the plan and the first month.
      if (status === 'running') await cancelRun(pool, run);
    },
  });
  runner.start();
  const ended = await untilStatus(pool, run, 'cancelled', 'done', 'failed');
  expect(ended.status).toBe('cancelled');
  expect(ended.eventsAttributed).toBeGreaterThan(0);
  expect(ended.eventsAttributed).toBeLessThan(300);
  expect(ended.conversionsAttributed).toBe(ended.eventsAttributed);
  expect(ended.progress).toBeLessThan(1);
  await undoToEnd(run);
  expect(await checksum(store.client)).toBe(before);
});

test('a run that waits is cancelled at once; what is over cannot be cancelled, what works not undone', async () => {
  const { pool } = database;
  await makeCampaign(pool, { campaignId: 'tiktok', rules: [refererRule('tiktok.com')] });
  const waiting = await startRun();
  await expect(undoRun(pool, waiting)).rejects.toMatchObject({ code: 'run_not_undoable' });
  expect(await cancelRun(pool, waiting)).toMatchObject({ status: 'cancelled' });
  const done = await runToEnd();
  await expect(cancelRun(pool, done)).rejects.toMatchObject({ code: 'run_not_cancellable' });
  const runs = await listRuns(pool, { ...done, after: '', limit: 10 });
  expect(runs.map(({ runId }) => runId)).toEqual([done.runId, waiting.runId]);
  const rest = await listRuns(pool, { ...done, after: done.runId, limit: 10 });
  expect(rest.map(({ runId }) => runId)).toEqual([waiting.runId]);
  await expect(startRun('nothing')).rejects.toMatchObject({ code: 'campaign_unknown' });
  const queue = Array.from({ length: 20 }, () => 0);
  await runner?.stop();
  for (const _ of queue) await startRun();
  await expect(startRun()).rejects.toMatchObject({ code: 'too_many_runs' });
});

test("traffic that arrives while a run works is attributed too; what comes later is the next run's", async () => {
  const { pool } = database;
  await makeCampaign(pool, { campaignId: 'tiktok', rules: [refererRule('tiktok.com')] });
  await insertEvents(store.client, clicks(0, 100));
  const run = await startRun();
  let isLate = false;
  runner = makeRunner({
    pool,
    clickhouse: store.client,
    onStep: async ({ progress }) => {
      if (progress < 0.5 || isLate) return;
      isLate = true;
      await insertEvents(store.client, clicks(100, 120));
    },
  });
  runner.start();
  expect(await untilStatus(pool, run, 'done', 'failed')).toMatchObject({ eventsAttributed: 120 });
  await insertEvents(store.client, clicks(200, 210));
  expect(await runToEnd()).toMatchObject({ eventsAttributed: 10 });
});
