import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enqueueDeliveries } from '../../../stores/postgres/webhooks/enqueue.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

const URL = 'https://hooks.acme.example/alerts?team=1';

let database: TestDatabase;
let admin: TestAdmin;
let acme: string;
let other: string;
let reader: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database);
  acme = await admin.keyFor('org_acme');
  other = await admin.keyFor('org_other');
  reader = await admin.keyFor('org_acme', ['analytics:read']);
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});
beforeEach(async () => {
  await database.pool.query('DELETE FROM webhooks');
});

type Body = Record<string, unknown>;

async function create(key = acme, url = URL): Promise<Body & { webhook_id: string }> {
  const { status, body } = await admin.ask(key, 'POST /api/v1/webhooks', { url });
  expect(status).toBe(201);
  return body as Body & { webhook_id: string };
}

async function list(key: string, path: string): Promise<Body[]> {
  const { status, body } = await admin.ask(key, `GET /api/v1/${path}`);
  expect(status).toBe(200);
  const { webhooks, deliveries } = body as { webhooks?: Body[]; deliveries?: Body[] };
  return webhooks ?? deliveries ?? [];
}

const raise = (alertId: string) =>
  enqueueDeliveries(database.pool, {
    ...{ alert_id: alertId, organization_id: 'org_acme', type: 'fraud_detection' },
    ...{ severity: 'high', message: 'Bad', address: '198.51.100.1', pattern: 'single_agent' },
    ...{ data: {}, created_at: new Date(0) },
  });

describe('webhooks', () => {
  it('are created with a secret that is shown this once', async () => {
    const { secret, webhook_id, ...created } = await create();
    expect(secret).toMatch(/^whsec_[0-9a-f]{64}$/);
    expect(created).toMatchObject({
      ...{ url: URL, events: ['fraud_detection'], status: 'active', disabled_reason: null },
      ...{ failing_since: null, deliveries_dropped: 0, created_by: expect.stringMatching(/^key_/) },
    });
    const answers = [
      await list(acme, 'webhooks'),
      (await admin.ask(acme, `GET /api/v1/webhooks/${webhook_id}`)).body,
      (await admin.ask(acme, `POST /api/v1/webhooks/${webhook_id}/enable`)).body,
      (await admin.ask(acme, `POST /api/v1/webhooks/${webhook_id}/test`)).body,
      await list(acme, `webhooks/${webhook_id}/deliveries`),
    ];
    expect(answers[1]).toEqual({ webhook_id, ...created });
    expect(JSON.stringify(answers)).not.toContain('whsec_');
  });

  it('belong to one organisation', async () => {
    const { webhook_id } = await create();
    await raise('alr_a');
    const [delivery] = await list(acme, 'webhook-deliveries');
    expect(await list(other, 'webhooks')).toEqual([]);
    expect(await list(other, 'webhook-deliveries')).toEqual([]);
    for (const request of [
      `GET /api/v1/webhooks/${webhook_id}`,
      `GET /api/v1/webhooks/${webhook_id}/deliveries`,
      `POST /api/v1/webhooks/${webhook_id}/test`,
      `POST /api/v1/webhooks/${webhook_id}/enable`,
      `DELETE /api/v1/webhooks/${webhook_id}`,
      `POST /api/v1/webhook-deliveries/${delivery?.delivery_id}/retry`,
    ]) {
      expect([request, (await admin.ask(other, request)).status]).toEqual([request, 404]);
    }
    expect(await list(acme, 'webhooks')).toHaveLength(1);
  });

  it('are removed with what waits for them', async () => {
    const { webhook_id } = await create();
    await raise('alr_a');
    const path = `/api/v1/webhooks/${webhook_id}`;
    expect(await admin.ask(acme, `DELETE ${path}`)).toMatchObject({ status: 204, body: null });
    expect((await admin.ask(acme, `DELETE ${path}`)).status).toBe(404);
    expect(await list(acme, 'webhooks')).toEqual([]);
    expect(await list(acme, 'webhook-deliveries')).toEqual([]);
  });

  it('leave a trail of who created, removed and enabled them', async () => {
    await database.pool.query('DELETE FROM fraud_audit');
    const { webhook_id } = await create();
    const path = `/api/v1/webhooks/${webhook_id}`;
    // Enabling what is active changes nothing.
    await admin.ask(acme, `POST ${path}/enable`);
    await database.pool.query("UPDATE webhooks SET status = 'disabled'");
    await admin.ask(acme, `POST ${path}/enable`);
    await admin.ask(acme, `DELETE ${path}`);
    await admin.ask(acme, `DELETE ${path}`);
    const { body } = await admin.ask(acme, 'GET /api/v1/fraud/audit');
    const actor = expect.stringMatching(/^key_/);
    const detail = { url: URL, events: ['fraud_detection'] };
    const { entries } = body as { entries: Body[] };
    expect(entries.map(({ action }) => action)).toEqual([
      'webhook_deleted',
      'webhook_enabled',
      'webhook_created',
    ]);
    for (const entry of entries) {
      expect(entry).toMatchObject({ actor, subject: webhook_id, detail });
    }
    expect(JSON.stringify(body)).not.toContain('whsec_');
  });

  it('are ten at most, also when they are created at the same time', async () => {
    const ask = () => admin.ask(acme, 'POST /api/v1/webhooks', { url: URL });
    const answers = await Promise.all(Array.from({ length: 14 }, ask));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({
      ...{ status: 400, body: { type: 'urn:trellis:problem:too_many_webhooks' } },
    });
    expect(await list(acme, 'webhooks')).toHaveLength(10);
    await create(other);
  });

  it.each([
    [{ url: 'http://127.0.0.1:8123/' }, '/body/url', /no public/],
    [{ url: 'http://2852039166/latest/meta-data/' }, '/body/url', /no public/],
    [{ url: 'http://[::ffff:10.0.0.1]/' }, '/body/url', /no public/],
    [{ url: 'ftp://hooks.acme.example/' }, '/body/url', /http/],
    [{ url: 'https://u:p@hooks.acme.example/' }, '/body/url', /password/],
    [{ url: 'https://hooks.acme.example:22/' }, '/body/url', /port/],
    [{}, '/body/url', /required/],
    [{ url: URL, events: [] }, '/body/events', /./],
    [{ url: URL, events: ['conversion'] }, '/body/events/0', /./],
    [{ url: URL, secret: 'mine' }, '/body/secret', /not known/],
  ])('are refused with the place of the fault: %j', async (body, path, message) => {
    const answer = await admin.ask(acme, 'POST /api/v1/webhooks', body);
    expect(answer).toMatchObject({
      ...{ status: 400, body: { errors: [{ path, message: expect.stringMatching(message) }] } },
    });
  });

  it('are changed only with the scope fraud:write', async () => {
    const { webhook_id } = await create();
    expect(await list(reader, 'webhooks')).toHaveLength(1);
    for (const request of [
      'POST /api/v1/webhooks',
      `POST /api/v1/webhooks/${webhook_id}/test`,
      `POST /api/v1/webhooks/${webhook_id}/enable`,
      `DELETE /api/v1/webhooks/${webhook_id}`,
      'POST /api/v1/webhook-deliveries/dlv_x/retry',
    ]) {
      expect([request, (await admin.ask(reader, request, {})).status]).toEqual([request, 403]);
    }
  });
});

describe('deliveries', () => {
  it('are listed newest first, in pages, by webhook and by status', async () => {
    const { webhook_id } = await create();
    for (const id of ['alr_1', 'alr_2', 'alr_3']) {
      await raise(id);
    }
    await create();
    await raise('alr_4');
    await database.pool.query(
      "UPDATE webhook_deliveries SET status = 'dead', finished_at = now() WHERE event_id = 'alr_2'",
    );
    const seen: unknown[] = [];
    let cursor = '';
    for (let pages = 0; pages < 9; pages++) {
      const path = `GET /api/v1/webhooks/${webhook_id}/deliveries?limit=2${cursor}`;
      const { body } = await admin.ask(acme, path);
      const { deliveries, next_cursor } = body as {
        deliveries: Body[];
        next_cursor: string | null;
      };
      seen.push(deliveries.map(({ event_id }) => event_id));
      if (next_cursor === null) {
        break;
      }
      cursor = `&cursor=${next_cursor}`;
    }
    expect(seen).toEqual([
      ['alr_4', 'alr_3'],
      ['alr_2', 'alr_1'],
    ]);
    expect(await list(acme, 'webhook-deliveries')).toHaveLength(5);
    expect(await list(acme, 'webhook-deliveries?status=dead')).toMatchObject([
      {
        ...{ event_id: 'alr_2', status: 'dead', next_attempt_at: null, attempts: 0 },
        payload: { type: 'fraud_detection', alert_id: 'alr_2', organization_id: 'org_acme' },
      },
    ]);
    const crafted = Buffer.from('webhook_deliveries:x').toString('base64url');
    const answer = await admin.ask(acme, `GET /api/v1/webhook-deliveries?cursor=${crafted}`);
    expect(answer.status).toBe(400);
  });

  it('are retried when they are dead, and only then', async () => {
    await create();
    await raise('alr_1');
    const [pending] = await list(acme, 'webhook-deliveries');
    const path = `POST /api/v1/webhook-deliveries/${pending?.delivery_id}/retry`;
    expect((await admin.ask(acme, path)).status).toBe(409);
    await database.pool.query(
      "UPDATE webhook_deliveries SET status = 'dead', attempts = 8, finished_at = now()",
    );
    expect(await admin.ask(acme, path)).toMatchObject({
      status: 202,
      body: { status: 'pending', attempts: 0, event_id: 'alr_1', finished_at: null },
    });
  });

  it('of a test look like an alert and say that they are none', async () => {
    const { webhook_id } = await create();
    const path = `POST /api/v1/webhooks/${webhook_id}/test`;
    expect(await admin.ask(acme, path)).toMatchObject({
      status: 202,
      body: {
        ...{ status: 'pending', event_id: expect.stringMatching(/^test_/) },
        payload: { type: 'fraud_detection', severity: 'high', is_test: true },
      },
    });
    await database.pool.query("UPDATE webhooks SET status = 'disabled'");
    expect(await admin.ask(acme, path)).toMatchObject({
      ...{ status: 409, body: { type: 'urn:trellis:problem:webhook_disabled_conflict' } },
    });
  });
});
