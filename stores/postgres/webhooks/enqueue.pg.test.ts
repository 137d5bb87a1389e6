import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createOrganization } from '../configuration/organizations.ts';
import { enqueueDeliveries } from './enqueue.ts';
import { createWebhook } from './webhooks.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const organization of ['org_acme', 'org_other']) {
    await createOrganization(database.pool, { organization_id: organization, name: 'Test' });
  }
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('DELETE FROM webhooks');
});

function webhook(organization = 'org_acme') {
  const url = 'https://hooks.example.com/';
  const row = { organization_id: organization, url, created_by: 'key_1' };
  return createWebhook(database.pool, { ...row, events: ['fraud_detection'] });
}

let alerts = 0;

function raise(alertId = `alr_${++alerts}`, type = 'fraud_detection') {
  return enqueueDeliveries(database.pool, {
    ...{ alert_id: alertId, organization_id: 'org_acme', address: '198.51.100.42', type },
    ...{ severity: 'high', pattern: 'single_agent', message: 'Bad', data: {} },
    created_at: new Date(0),
  });
}

describe('an alert', () => {
  it('is queued once for each active webhook of its organisation that wants its type', async () => {
    const { webhook_id } = await webhook();
    await webhook();
    await webhook('org_other');
    expect(await raise('alr_a')).toEqual({ queued: 2, dropped: 0 });
    expect(await raise('alr_a')).toEqual({ queued: 0, dropped: 0 });
    expect(await raise('alr_b', 'another_type')).toEqual({ queued: 0, dropped: 0 });
    await database.pool.query("UPDATE webhooks SET status = 'disabled' WHERE webhook_id = $1", [
      webhook_id,
    ]);
    expect(await raise('alr_c')).toEqual({ queued: 1, dropped: 0 });
    const { rows } = await database.pool.query(
      "SELECT FROM webhook_deliveries WHERE organization_id = 'org_other'",
    );
    expect(rows).toEqual([]);
  });

  it('is not queued when too many wait, which is counted', async () => {
    const { webhook_id } = await webhook();
    expect(await raise()).toEqual({ queued: 1, dropped: 0 });
    await database.pool.query(
      `INSERT INTO webhook_deliveries
        (delivery_id, organization_id, webhook_id, event_id, event_type, body)
        SELECT 'dlv_' || md5(n::text), 'org_acme', $1, 'e' || n, 'fraud_detection', '{}'
          FROM generate_series(2, 999) AS n`,
      [webhook_id],
    );
    await webhook();
    // One more has room.
    expect(await raise()).toEqual({ queued: 1, dropped: 1 });
    expect(await raise()).toEqual({ queued: 0, dropped: 2 });
    const rows = await database.pool.query(
      'SELECT sum(deliveries_dropped)::int AS dropped FROM webhooks',
    );
    expect(rows.rows).toEqual([{ dropped: 3 }]);
  });
});
