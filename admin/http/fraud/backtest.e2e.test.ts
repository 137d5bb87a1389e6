import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertClicks } from '../../../analytics/queries/fraud/test-clicks.ts';
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
let foreignKey: string;

const TEST = 'POST /api/v1/fraud/settings/test';
const REPORT = 'GET /api/v1/analytics/fraud';

beforeAll(async () => {
  [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  admin = await createTestAdmin({ pool: database.pool, clickhouse: store.client });
  key = await admin.keyFor('org_acme', ['analytics:read', 'fraud:write']);
  foreignKey = await admin.keyFor('org_other', ['analytics:read']);
  const startMs = Date.now() - 600_000;
  const burst = (ip: string) =>
    Array.from({ length: 150 }, (_, n) => ({ atMs: startMs + n * 300, ip, agent: 'curl/8' }));
  await insertClicks(store.client, 'org_acme', [
    ...burst('198.51.100.1'),
    ...burst('198.51.100.2'),
    ...Array.from({ length: 30 }, (_, n) => ({ atMs: startMs + n * 9_000, ip: '198.51.100.3' })),
  ]);
});
afterAll(async () => {
  await admin.app.close();
  await Promise.all([database.drop(), store.drop()]);
});

describe(REPORT, () => {
  it('answers the question of the example with its columns, for the last hour', async () => {
    const { status, body } = await admin.ask(key, REPORT);
    expect(status).toBe(200);
    const { rows } = body as { rows: { ip: string }[] };
    expect(rows.map(({ ip }) => ip)).toEqual(['198.51.100.1', '198.51.100.2', '198.51.100.3']);
    expect(rows[0]).toMatchObject({
      ...{ country: 'DE', click_count: 150, ua_count: 1, unique_clicks: 150 },
      avg_click_interval: 0.3,
      confidence: expect.closeTo(0.99, 1),
      patterns: expect.arrayContaining([{ pattern: 'rapid_fire', confidence: expect.any(Number) }]),
    });
  });

  it('leaves out what is not confident enough, and follows the thresholds of the organisation', async () => {
    const sure = await admin.ask(key, `${REPORT}?hours=24&min_confidence=0.95&limit=1`);
    expect(sure).toMatchObject({ body: { rows: [{ ip: '198.51.100.1' }] } });
    const other = await admin.ask(foreignKey, REPORT);
    expect(other).toMatchObject({ status: 200, body: { rows: [] } });
    await admin.ask(key, 'PUT /api/v1/fraud/settings', { single_agent_clicks: 40 });
    const { body } = await admin.ask(key, REPORT);
    expect((body as { rows: unknown[] }).rows).toHaveLength(2);
    await admin.ask(key, 'PUT /api/v1/fraud/settings', { single_agent_clicks: 20 });
  });

  it.each(['hours=0', 'hours=169', 'hours=x', 'min_confidence=2', 'limit=0', 'org_id=org_acme'])(
    'refuses %s',
    async (query) => {
      expect((await admin.ask(key, `${REPORT}?${query}`)).status).toBe(400);
    },
  );
});

describe(TEST, () => {
  it('tells what the present settings, and others, would have flagged and blocked', async () => {
    const now = await admin.ask(key, TEST, {});
    expect(now).toMatchObject({
      status: 200,
      body: { clicks: 330, addresses: 3, flagged: 2, blocked: 2, settings: { block_hours: 24 } },
    });
    const settings = { single_agent_clicks: 1_000, rapid_fire_clicks: 1_000, block_above: 1 };
    const lax = await admin.ask(key, TEST, { settings, days: 7 });
    expect(lax).toMatchObject({
      body: {
        ...{ flagged: 2, blocked: 0, settings },
        patterns: expect.arrayContaining([{ pattern: 'click_flood', flagged: 2, blocked: 0 }]),
      },
    });
    const saved = await admin.ask(key, 'GET /api/v1/fraud/settings');
    expect(saved).toMatchObject({ body: { single_agent_clicks: 20, block_above: 0.95 } });
  });

  it('leaves out what is never blocked, networks and single addresses', async () => {
    for (const network of ['198.51.100.1', '198.51.100.2/31']) {
      await admin.ask(key, 'POST /api/v1/fraud/never-block', { network, reason: 'ours' });
    }
    expect(await admin.ask(key, TEST, {})).toMatchObject({ body: { flagged: 0, first: [] } });
  });

  it.each([
    [{ days: 8 }, '/body/days'],
    [{ days: 0 }, '/body/days'],
    [{ settings: { alert_above: 0.1 } }, '/body/settings/alert_above'],
    [{ settings: { blocked_answer: 'flag' } }, '/body/settings/blocked_answer'],
  ])('refuses %j', async (body, path) => {
    expect(await admin.ask(key, TEST, body)).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    });
  });

  it('counts nothing of another organisation', async () => {
    expect(await admin.ask(foreignKey, TEST, {})).toMatchObject({
      body: { clicks: 0, flagged: 0 },
    });
  });
});
