import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../../stores/postgres/client.ts';
import { raiseAlert } from '../../../stores/postgres/fraud/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;
let key: string;
let foreignKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database);
  key = await admin.keyFor('org_acme', ['analytics:read', 'fraud:write']);
  foreignKey = await admin.keyFor('org_other');
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

async function raise(address: string): Promise<string> {
  const alert = await withTransaction(database.pool, (client) =>
    raiseAlert(client, {
      pattern: 'click_flood',
      message: `High fraud probability from IP ${address}`,
      detection: {
        ...{ organizationId: 'org_acme', address, country: 'DE', userAgent: 'curl/8' },
        ...{ confidence: 0.97, patterns: [{ pattern: 'click_flood', confidence: 0.97 }] },
        window: { clicks: 150, agents: 1, clickIds: 1, meanIntervalMs: 300, intervalVariation: 0 },
        ...{ detectedAtMs: Date.now(), version: 1 },
      },
    }),
  );
  return alert?.alert_id ?? '';
}

it('alerts are listed newest first, by status, and resolved with a reason, once', async () => {
  const first = await raise('198.51.100.1');
  const second = await raise('198.51.100.2');
  expect(await admin.ask(key, 'GET /api/v1/alerts')).toMatchObject({
    body: {
      alerts: [
        { alert_id: second, status: 'open' },
        {
          alert_id: first,
          type: 'fraud_detection',
          severity: 'high',
          organization_id: 'org_acme',
          message: 'High fraud probability from IP 198.51.100.1',
          data: { confidence: 0.97 },
        },
      ],
      next_cursor: null,
    },
  });
  const resolve = (reason: string) =>
    admin.ask(key, `POST /api/v1/alerts/${first}/resolve`, { reason });
  const resolved = {
    status: 'resolved',
    resolution: 'a test of ours',
    resolved_by: expect.any(String),
  };
  expect(await resolve('a test of ours')).toMatchObject({ status: 200, body: resolved });
  expect(await resolve('another reason')).toMatchObject({ status: 200, body: resolved });
  const open = await admin.ask(key, 'GET /api/v1/alerts?status=open');
  expect(open).toMatchObject({ body: { alerts: [{ alert_id: second }] } });
  expect(await admin.ask(key, `GET /api/v1/alerts/${first}`)).toMatchObject({ body: resolved });
  expect((await admin.ask(key, `POST /api/v1/alerts/${second}/resolve`, {})).status).toBe(400);
  const audit = await admin.ask(key, 'GET /api/v1/fraud/audit');
  expect(audit).toMatchObject({
    body: { entries: [{ action: 'alert_resolved', subject: first }, {}, {}] },
  });
});

it('alerts of another organisation are not there', async () => {
  const alert = await raise('198.51.100.3');
  expect(await admin.ask(foreignKey, 'GET /api/v1/alerts')).toMatchObject({ body: { alerts: [] } });
  expect((await admin.ask(foreignKey, `GET /api/v1/alerts/${alert}`)).status).toBe(404);
  const resolve = `POST /api/v1/alerts/${alert}/resolve`;
  expect((await admin.ask(foreignKey, resolve, { reason: 'x' })).status).toBe(404);
});
