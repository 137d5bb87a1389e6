import { createHmac } from 'node:crypto';
import { Writable } from 'node:stream';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOrganization } from '../../stores/postgres/configuration/organizations.ts';
import { listAudit } from '../../stores/postgres/fraud/audit.ts';
import { listDeliveries, retryDelivery } from '../../stores/postgres/webhooks/deliveries.ts';
import { enqueueDeliveries } from '../../stores/postgres/webhooks/enqueue.ts';
import { claimDelivery, settleDelivered } from '../../stores/postgres/webhooks/queue.ts';
import {
  createWebhook,
  enableWebhook,
  getWebhook,
} from '../../stores/postgres/webhooks/webhooks.ts';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';
import { startWebhookDeliveries, type WebhookDeliveries } from './deliveries.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const NOW_MS = 1_750_000_000_123;

let database: TestDatabase;
const running: WebhookDeliveries[] = [];
const receivers: Receiver[] = [];
let logged = '';

beforeAll(async () => {
  database = await createTestDatabase();
  for (const organization of ['org_acme', 'org_other', 'org_c', 'org_d']) {
    await createOrganization(database.pool, { organization_id: organization, name: 'Test' });
  }
});
afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query('DELETE FROM webhooks');
  logged = '';
});
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  await Promise.all(running.splice(0).map((deliveries) => deliveries.stop(5_000)));
});

/** An admin process's deliveries; start several for several processes. */
function start(options: { networks?: string[]; registry?: Registry } = {}): void {
  const log = new Writable({
    write(chunk, _, done) {
      logged += String(chunk);
      done();
    },
  });
  running.push(
    startWebhookDeliveries({
      pool: database.pool,
      clock: { nowMs: () => NOW_MS },
      logger: pino({ level: 'trace' }, log),
      networks: ['127.0.0.1'],
      random: () => 0.5,
      pollMs: 20,
      ...options,
    }),
  );
}

async function receiver(...options: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...options);
  receivers.push(started);
  return started;
}

function webhook(port: number, organization = 'org_acme') {
  const url = `http://127.0.0.1:${port}/hook?token=urlsecret`;
  return createWebhook(database.pool, {
    ...{ organization_id: organization, url, events: ['fraud_detection'], created_by: 'key_1' },
  });
}

let alerts = 0;

function raise(organization = 'org_acme', alertId = `alr_${++alerts}`) {
  return enqueueDeliveries(database.pool, {
    ...{ alert_id: alertId, organization_id: organization, address: '198.51.100.42' },
    ...{ type: 'fraud_detection', severity: 'high', pattern: 'single_agent' },
    ...{ message: 'Müll von 198.51.100.42', data: { confidence: 0.97 } },
    created_at: new Date('2026-06-01T10:00:00Z'),
  });
}

const deliveries = async (organization = 'org_acme') =>
  listDeliveries(database.pool, { organization_id: organization, limit: 1_000 });

const states = async (organization?: string) =>
  (await deliveries(organization)).map(({ status, attempts }) => `${status} ${attempts}`);

/** Lets the time pass after which everything that waits is due. */
const passTime = () =>
  database.pool.query(
    `WITH rested AS (UPDATE webhooks SET rests_until = '-infinity')
      UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'`,
  );

const settled = (assertion: () => Promise<void>) =>
  vi.waitFor(assertion, { timeout: 15_000, interval: 20 });

describe('an alert', () => {
  it('is delivered once, signed, with an id', async () => {
    const receiving = await receiver();
    const { secret } = await webhook(receiving.port);
    expect(await raise('org_acme', 'alr_a')).toEqual({ queued: 1, dropped: 0 });
    expect(await raise('org_acme', 'alr_a')).toEqual({ queued: 0, dropped: 0 });
    start();
    await settled(async () => expect(await states()).toEqual(['delivered 1']));
    expect(receiving.received).toHaveLength(1);
    const headers = receiving.received[0]?.headers ?? {};
    const body = receiving.received[0]?.body ?? '';
    expect(JSON.parse(body)).toEqual({
      ...{ type: 'fraud_detection', severity: 'high', organization_id: 'org_acme' },
      ...{ message: 'Müll von 198.51.100.42', data: { confidence: 0.97 }, alert_id: 'alr_a' },
      ...{ address: '198.51.100.42', pattern: 'single_agent' },
      created_at: '2026-06-01T10:00:00.000Z',
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'trellis-event-id': 'alr_a',
      'trellis-event-type': 'fraud_detection',
    });
    const [, t, v1] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['trellis-signature'])) ?? [];
    expect(t).toBe('1750000000');
    expect(v1).toBe(createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'));
  });
});

describe('an attempt that fails', () => {
  it('is made again with the same id and bytes, later each time, and is dead after eight', async () => {
    const receiving = await receiver((response) => response.writeHead(500).end());
    await webhook(receiving.port);
    await raise('org_acme', 'alr_a');
    start();
    const delays: number[] = [];
    for (let attempt = 1; attempt < 8; attempt++) {
      await settled(async () => {
        const { rows } = await database.pool.query<{ delay: number }>(
          `SELECT extract(epoch FROM next_attempt_at - last_attempt_at)::float8 AS delay
            FROM webhook_deliveries JOIN webhooks USING (webhook_id)
            WHERE lease IS NULL AND attempts = $1`,
          [attempt],
        );
        expect(rows).toHaveLength(1);
        delays.push(Math.round(rows[0]?.delay ?? 0));
      });
      await passTime();
    }
    await settled(async () => expect(await states()).toEqual(['dead 8']));
    expect(delays).toEqual([5, 20, 80, 320, 1_280, 5_120, 20_480]);
    expect(receiving.received).toHaveLength(8);
    expect(new Set(receiving.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiving.received.map(({ headers }) => headers['trellis-event-id']))).toEqual(
      new Set(['alr_a']),
    );
    expect((await deliveries())[0]).toMatchObject({
      ...{ last_status: 500, last_error: 'answered 500', next_attempt_at: null },
    });
  });

  it('comes to its end when the receiver is well again, and a dead one when somebody asks', async () => {
    let status = 503;
    const receiving = await receiver((response) => response.writeHead(status).end());
    await webhook(receiving.port);
    await raise();
    start();
    await settled(async () => expect(await states()).toEqual(['pending 1']));
    await settled(async () => expect((await deliveries())[0]?.last_status).toBe(503));
    await database.pool.query("UPDATE webhook_deliveries SET status = 'dead', finished_at = now()");
    const [dead] = await deliveries();
    status = 200;
    const retried = await retryDelivery(database.pool, 'org_acme', dead?.delivery_id ?? '');
    expect(retried).toMatchObject({ status: 'pending', attempts: 0 });
    await settled(async () => expect(await states()).toEqual(['delivered 1']));
    await expect(
      retryDelivery(database.pool, 'org_acme', dead?.delivery_id ?? ''),
    ).rejects.toMatchObject({ code: 'delivery_not_dead_conflict' });
  });

  it('to an address that is not public is one, and connects to nothing', async () => {
    const receiving = await receiver();
    await webhook(receiving.port);
    await raise();
    start({ networks: [] });
    await settled(async () => {
      const [delivery] = await deliveries();
      expect(delivery?.last_error).toBe('the address has a host that is no public address');
    });
    expect(receiving.connections()).toBe(0);
  });

  it('by a redirect is not followed', async () => {
    const target = await receiver();
    const receiving = await receiver((response) =>
      response.writeHead(307, { Location: `http://127.0.0.1:${target.port}/` }).end(),
    );
    await webhook(receiving.port);
    await raise();
    start();
    await settled(async () => {
      expect((await deliveries())[0]?.last_error).toBe('answered 307; redirects are not followed');
    });
    expect(target.connections()).toBe(0);
  });
});

describe('a webhook', () => {
  it('that answers 410 is disabled with all that waits for it, until it is enabled', async () => {
    const receiving = await receiver((response) => response.writeHead(410).end());
    const { webhook_id } = await webhook(receiving.port);
    await raise();
    await raise();
    start();
    await settled(async () => {
      expect(await getWebhook(database.pool, 'org_acme', webhook_id)).toMatchObject({
        ...{ status: 'disabled', disabled_reason: 'It answered 410 Gone' },
      });
    });
    expect((await states()).sort()).toEqual(['dead 0', 'dead 1']);
    expect(receiving.received).toHaveLength(1);
    const [dead] = await deliveries();
    await expect(
      retryDelivery(database.pool, 'org_acme', dead?.delivery_id ?? ''),
    ).rejects.toMatchObject({ code: 'webhook_disabled_conflict' });
    expect(await enableWebhook(database.pool, 'org_acme', webhook_id, 'key_a')).toMatchObject({
      ...{ status: 'active', disabled_reason: null, failing_since: null },
    });
    const trail = await listAudit(database.pool, 'org_acme');
    expect(trail.filter(({ subject }) => subject === webhook_id)).toMatchObject([
      { action: 'webhook_enabled', actor: 'key_a' },
      {
        action: 'webhook_disabled',
        actor: 'automatic',
        detail: { reason: 'It answered 410 Gone' },
      },
      { action: 'webhook_created' },
    ]);
    expect((await raise()).queued).toBe(1);
  });

  it('that has failed for a day is disabled, one that fails seldom is not', async () => {
    const receiving = await receiver((response) => response.writeHead(500).end());
    const old = await webhook(receiving.port);
    const few = await webhook(receiving.port);
    const past = "UPDATE webhooks SET failing_since = now() - interval '25 h', failures = $2";
    await database.pool.query(`${past} WHERE webhook_id = $1`, [old.webhook_id, 7]);
    await database.pool.query(`${past} WHERE webhook_id = $1`, [few.webhook_id, 6]);
    await raise();
    start();
    await settled(async () => {
      expect(await getWebhook(database.pool, 'org_acme', old.webhook_id)).toMatchObject({
        ...{ status: 'disabled', disabled_reason: expect.stringMatching(/25 hours; 8 have/) },
      });
      expect(receiving.received).toHaveLength(2);
    });
    expect(await getWebhook(database.pool, 'org_acme', few.webhook_id)).toMatchObject({
      ...{ status: 'active' },
    });
  });

  it('that fails rests, so that a full queue does not ask a dead receiver again and again', async () => {
    const receiving = await receiver((response) => response.writeHead(500).end());
    const { webhook_id } = await webhook(receiving.port);
    await database.pool.query('UPDATE webhooks SET failures = 9, failing_since = now()');
    await Promise.all(Array.from({ length: 20 }, () => raise()));
    start();
    await settled(async () => {
      const { rows } = await database.pool.query<{ rest: number }>(
        `SELECT extract(epoch FROM rests_until - now())::float8 AS rest FROM webhooks
          WHERE webhook_id = $1 AND lease IS NULL`,
        [webhook_id],
      );
      expect(rows[0]?.rest).toBeGreaterThan(30);
    });
    expect(await claimDelivery(database.pool)).toBeUndefined();
    await running.pop()?.stop(5_000);
    expect(receiving.received).toHaveLength(1);
    await passTime();
    expect(await claimDelivery(database.pool)).toBeDefined();
  });

  it('shows its secret and its address in no log', async () => {
    const receiving = await receiver((response) => response.writeHead(410).end());
    const { secret } = await webhook(receiving.port);
    await raise();
    start();
    await settled(async () => expect(logged).toContain('a webhook was disabled'));
    expect(logged).not.toContain(secret);
    expect(logged).not.toContain('urlsecret');
    expect(JSON.stringify(await deliveries())).not.toContain(secret);
  });
});

describe('several admin processes', () => {
  it('send each event once, and to one webhook one at a time', async () => {
    const slow = (response: Parameters<NonNullable<Parameters<typeof startReceiver>[0]>>[0]) => {
      setTimeout(() => response.writeHead(200).end(), 5);
    };
    const receiving = [await receiver(slow), await receiver(slow), await receiver(slow)];
    for (const { port } of receiving) {
      await webhook(port);
    }
    const ids = Array.from({ length: 30 }, (_, number) => `alr_many_${number}`);
    await Promise.all(ids.map((id) => raise('org_acme', id)));
    start();
    start();
    start();
    await settled(async () => {
      expect(new Set(await states())).toEqual(new Set(['delivered 1']));
    });
    for (const { received, atOnceMax } of receiving) {
      const seen = received.map(({ headers }) => String(headers['trellis-event-id']));
      expect(seen.sort()).toEqual([...ids].sort());
      expect(atOnceMax()).toBe(1);
    }
  });

  it('send again with the same id what another was sending when it died', async () => {
    const receiving = await receiver();
    await webhook(receiving.port);
    await raise('org_acme', 'alr_a');
    const lost = await claimDelivery(database.pool);
    expect(lost?.event_id).toBe('alr_a');
    expect(await claimDelivery(database.pool)).toBeUndefined();
    await database.pool.query('UPDATE webhooks SET leased_until = now()');
    await passTime();
    start();
    await settled(async () => expect(await states()).toEqual(['delivered 2']));
    expect(receiving.received.map(({ headers }) => headers['trellis-event-id'])).toEqual(['alr_a']);
    // Should the first one still be alive, what it says counts no more.
    expect(lost && (await settleDelivered(database.pool, lost, 200))).toBe(false);
  });

  it('end a delivery whose last attempt has never come back', async () => {
    await webhook(1);
    await raise();
    await database.pool.query('UPDATE webhook_deliveries SET attempts = 8');
    start();
    await settled(async () => expect(await states()).toEqual(['dead 8']));
    expect((await deliveries())[0]?.last_error).toBe('no attempt came to its end');
  });
});

describe('one process', () => {
  it('sends to two webhooks of one organisation at a time, and never waits for the slow', async () => {
    const hanging = await receiver(() => undefined);
    const well = await receiver();
    for (let number = 0; number < 4; number++) {
      await webhook(hanging.port);
    }
    await webhook(well.port, 'org_other');
    await raise('org_acme');
    await raise('org_other');
    start();
    await settled(async () => expect(await states('org_other')).toEqual(['delivered 1']));
    await settled(async () => expect(hanging.received).toHaveLength(2));
    expect((await states('org_acme')).sort().slice(0, 2)).toEqual(['pending 0', 'pending 0']);
  });

  it('sends to four webhooks at a time, and goes on when one of them has answered', async () => {
    const waiting: { end(): void }[] = [];
    const hanging = await receiver((response) => waiting.push(response));
    for (const organization of ['org_c', 'org_d', 'org_other']) {
      await webhook(hanging.port, organization);
      await webhook(hanging.port, organization);
      await raise(organization);
    }
    start();
    for (const received of [4, 5, 6]) {
      await settled(async () => expect(hanging.received.length).toBeGreaterThanOrEqual(received));
      waiting.shift()?.end();
    }
    expect(hanging.atOnceMax()).toBe(4);
  });

  it('counts what came of its requests', async () => {
    const registry = new Registry();
    const receiving = await receiver();
    await webhook(receiving.port);
    await raise();
    start({ registry });
    await settled(async () => {
      expect(await registry.metrics()).toContain(
        'trellis_webhook_attempts_total{outcome="delivered"} 1',
      );
    });
  });
});
