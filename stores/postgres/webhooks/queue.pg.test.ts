import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createOrganization } from '../configuration/organizations.ts';
import { claimDelivery, settleDelivered, tidyDeliveries } from './queue.ts';
import { createWebhook } from './webhooks.ts';

let database: TestDatabase;
let webhookId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await createOrganization(database.pool, { organization_id: 'org_acme', name: 'Acme' });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('DELETE FROM webhooks');
  webhookId = await newWebhook();
});

async function newWebhook(): Promise<string> {
  const url = 'https://hooks.example.com/';
  const row = { organization_id: 'org_acme', url, created_by: 'key_1' };
  return (await createWebhook(database.pool, { ...row, events: ['fraud_detection'] })).webhook_id;
}

/** @param finished an SQL expression of `n`, the number of the delivery from 1; NULL: it waits */
async function plant(count: number, finished: string, webhook = webhookId): Promise<void> {
  await database.pool.query(
    `INSERT INTO webhook_deliveries (delivery_id, organization_id, webhook_id, event_id, event_type,
        body, status, finished_at)
      SELECT 'dlv_' || md5($1 || $2 || n), 'org_acme', $1, $2 || n, 'fraud_detection', '{}',
          CASE WHEN ${finished} IS NULL THEN 'pending' ELSE 'delivered' END, ${finished}
        FROM generate_series(1, $3::int) AS n`,
    [webhook, finished, count],
  );
}

async function kept(): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM webhook_deliveries GROUP BY status',
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

describe('tidying', () => {
  it('removes what was finished a month ago, and nothing that waits', async () => {
    await plant(3, "now() - interval '31 days'");
    await plant(2, "now() - interval '29 days'");
    await plant(4, 'NULL::timestamptz');
    await database.pool.query(
      "UPDATE webhook_deliveries SET created_at = now() - interval '1 year'",
    );
    await tidyDeliveries(database.pool);
    expect(await kept()).toEqual({ delivered: 2, pending: 4 });
  });

  it('keeps the newest ten thousand of an organisation', async () => {
    await plant(10_050, "now() - n * interval '1 s'");
    await tidyDeliveries(database.pool);
    expect(await kept()).toEqual({ delivered: 10_000 });
    const { rows } = await database.pool.query<{ oldest: number }>(
      'SELECT extract(epoch FROM max(created_at) - min(finished_at))::int AS oldest FROM webhook_deliveries',
    );
    expect(rows).toEqual([{ oldest: 10_000 }]);
  });

  it('ends what was queued just when its webhook was disabled', async () => {
    await plant(2, 'NULL::timestamptz');
    await database.pool.query("UPDATE webhooks SET status = 'disabled'");
    await tidyDeliveries(database.pool);
    expect(await kept()).toEqual({ dead: 2 });
  });
});

describe('claims', () => {
  it('give each webhook its turn, oldest delivery first', async () => {
    const second = await newWebhook();
    await plant(3, 'NULL::timestamptz');
    await plant(1, 'NULL::timestamptz', second);
    const turns: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const claimed = await claimDelivery(database.pool);
      turns.push(`${claimed?.webhook_id === second ? 'second' : 'first'} ${claimed?.event_id}`);
      expect(claimed && (await settleDelivered(database.pool, claimed, 200))).toBe(true);
    }
    expect(turns.map((turn) => turn.replace('NULL::timestamptz', ''))).toEqual(
      turns[0]?.startsWith('first')
        ? ['first 1', 'second 1', 'first 2', 'first 3']
        : ['second 1', 'first 1', 'first 2', 'first 3'],
    );
    expect(await claimDelivery(database.pool)).toBeUndefined();
  });
});
