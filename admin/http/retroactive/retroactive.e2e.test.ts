import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  insertEvents,
  makeCampaign,
  makeRunner,
  refererRule,
  unattributedClick,
} from '../../../analytics/retroactive/test-support.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let store: TestClickHouse;
let admin: TestAdmin;
let key: string;
const BASE = '/api/v1/campaigns/tiktok/retroactive';
const time_range = { start: '2024-03-01', end: '2024-06-01' };

beforeAll(async () => {
  [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  admin = await createTestAdmin({ pool: database.pool, clickhouse: store.client });
  key = await admin.keyFor('org_acme', ['campaigns:read', 'campaigns:write']);
  const rules = [refererRule('tiktok.com')];
  const organizationId = 'org_acme';
  await makeCampaign(database.pool, { organizationId, campaignId: 'tiktok', rules });
  await makeCampaign(database.pool, { organizationId, campaignId: 'plain', rules: [] });
  await insertEvents(
    store.client,
    Array.from({ length: 180 }, (_, n) => unattributedClick(n, { organization_id: 'org_acme' })),
  );
});

afterAll(async () => {
  await admin.app.close();
  await Promise.all([database.drop(), store.drop()]);
});

const bodyOf = async (answer: Promise<{ body: unknown }>) =>
  (await answer).body as Record<string, unknown>;

test('traffic is counted, claimed, given back: each step has an answer of its own', async () => {
  const preview = await admin.ask(key, `POST ${BASE}/preview`, { time_range });
  expect(preview).toMatchObject({
    status: 200,
    body: {
      campaign_id: 'tiktok',
      time_range: { start: '2024-03-01T00:00:00.000Z', end: '2024-06-01T00:00:00.000Z' },
      events_total: 180,
      clicks: 180,
      conversions: 0,
      months: [
        { month: '2024-03', clicks: 62 },
        { month: '2024-04', clicks: 60 },
        { month: '2024-05', clicks: 58 },
      ],
      rules: [{ rule_id: 'from_tiktok_com', events: 180 }],
    },
  });
  const started = await admin.ask(key, `POST ${BASE}/runs`, { time_range });
  expect(started).toMatchObject({
    status: 202,
    body: { status: 'queued', events_attributed: 0, progress: 0, started_at: null, error: null },
  });
  const { run_id } = started.body as { run_id: string };
  const show = () => bodyOf(admin.ask(key, `GET ${BASE}/runs/${run_id}`));
  const runner = makeRunner({ pool: database.pool, clickhouse: store.client });
  runner.start();
  await expect.poll(async () => (await show()).status, { timeout: 20_000 }).toBe('done');
  expect(await show()).toMatchObject({
    run_id,
    events_attributed: 180,
    events_total_estimate: 180,
    progress: 1,
    rules: [{ rule_id: 'from_tiktok_com', tags: ['organic'] }],
    finished_at: expect.stringMatching(/Z$/),
  });
  expect(await admin.ask(key, `POST ${BASE}/runs/${run_id}/cancel`)).toMatchObject({
    status: 409,
    body: { type: 'urn:trellis:problem:run_not_cancellable' },
  });
  const undone = await admin.ask(key, `POST ${BASE}/runs/${run_id}/undo`);
  expect(undone).toMatchObject({ status: 202, body: { status: 'undoing' } });
  await expect.poll(async () => (await show()).status, { timeout: 20_000 }).toBe('undone');
  await runner.stop();
  expect(await show()).toMatchObject({ events_attributed: 0, progress: 1 });
});

test('the list is turned page by page, newest first', async () => {
  const ids: unknown[] = [];
  for (const _ of [1, 2]) {
    ids.unshift((await bodyOf(admin.ask(key, `POST ${BASE}/runs`, { time_range }))).run_id);
  }
  const first = await bodyOf(admin.ask(key, `GET ${BASE}/runs?limit=1`));
  expect(first.runs).toMatchObject([{ run_id: ids[0] }]);
  const cursor = String(first.next_cursor);
  const second = await bodyOf(admin.ask(key, `GET ${BASE}/runs?limit=1&cursor=${cursor}`));
  expect(second.runs).toMatchObject([{ run_id: ids[1] }]);
  for (const id of ids) {
    const answer = admin.ask(key, `POST ${BASE}/runs/${id}/cancel`);
    expect(await answer).toMatchObject({ status: 202, body: { status: 'cancelled' } });
  }
});

test('another organisation and a key without the scope see and do nothing', async () => {
  const [run] = (await bodyOf(admin.ask(key, `GET ${BASE}/runs`))).runs as { run_id: string }[];
  const foreign = await admin.keyFor('org_other');
  for (const request of [
    `POST ${BASE}/preview`,
    `POST ${BASE}/runs`,
    `GET ${BASE}/runs`,
    `GET ${BASE}/runs/${run?.run_id}`,
    `POST ${BASE}/runs/${run?.run_id}/undo`,
    `POST ${BASE}/runs/${run?.run_id}/cancel`,
  ]) {
    const body =
      request.endsWith('preview') || request.endsWith('/runs') ? { time_range } : undefined;
    const sent = request.startsWith('GET') ? undefined : body;
    expect([request, (await admin.ask(foreign, request, sent)).status]).toEqual([request, 404]);
  }
  const reader = await admin.keyFor('org_acme', ['campaigns:read']);
  expect((await admin.ask(reader, `POST ${BASE}/runs`, { time_range })).status).toBe(403);
  expect((await admin.ask(reader, `POST ${BASE}/preview`, { time_range })).status).toBe(200);
});

test('what cannot be claimed is refused with the field at fault', async () => {
  const refusals: Array<[string, unknown, number, unknown]> = [
    ['tiktok', undefined, 400, '/body/time_range'],
    [
      'tiktok',
      { time_range: { start: '2024-03-01', end: '2024-03-01' } },
      400,
      '/body/time_range/end',
    ],
    ['tiktok', { time_range: { start: 'soon', end: '2024-03-01' } }, 400, '/body/time_range/start'],
    ['tiktok', { time_range: { start: '2024-03-01' } }, 400, '/body/time_range/end'],
    ['tiktok', { range: {} }, 400, '/body/range'],
    ['plain', { time_range }, 409, undefined],
    ['unknown', { time_range }, 404, undefined],
  ];
  for (const [campaign, body, status, path] of refusals) {
    for (const kind of ['preview', 'runs']) {
      const request = `POST /api/v1/campaigns/${campaign}/retroactive/${kind}`;
      const answer = await admin.ask(key, request, body);
      const { errors } = answer.body as { errors?: Array<{ path: string }> };
      expect([campaign, body, answer.status, errors?.[0]?.path]).toEqual([
        campaign,
        body,
        status,
        path,
      ]);
    }
  }
});
