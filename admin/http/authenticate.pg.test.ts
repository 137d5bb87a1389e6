import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from './testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database, { isLimited: true });
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

const CAMPAIGNS = 'GET /api/v1/campaigns';

describe('a request', () => {
  it('without a key that may be used is answered alike, whatever the reason', async () => {
    const revoked = await admin.keyFor('org_acme');
    await database.pool.query('UPDATE api_keys SET revoked_at = now()');
    const expired = await admin.keyFor('org_acme');
    await database.pool.query(
      "UPDATE api_keys SET expires_at = now() - interval '1 s' WHERE revoked_at IS NULL",
    );
    const keys = ['', 'x', `wdn_sk_live_${'a'.repeat(43)}`, revoked, expired];
    const answers = await Promise.all(keys.map((key) => admin.ask(key, CAMPAIGNS)));
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="trellis"');
      expect(answer.body).toEqual(answers[0]?.body);
    }
  });

  it('with a key that lacks the scope is refused, and told which scope it needs', async () => {
    const key = await admin.keyFor('org_acme', ['analytics:read']);
    const answer = await admin.ask(key, CAMPAIGNS);
    expect(answer).toMatchObject({
      status: 403,
      body: { type: 'urn:trellis:problem:scope_missing' },
    });
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('campaigns:read') });
  });

  it('is refused within a second of the revocation of its key', async () => {
    const key = await admin.keyFor('org_acme');
    expect((await admin.ask(key, CAMPAIGNS)).status).toBe(200);
    await database.pool.query('UPDATE api_keys SET revoked_at = now() WHERE revoked_at IS NULL');
    const revokedAtMs = performance.now();
    await expect
      .poll(async () => (await admin.ask(key, CAMPAIGNS)).status, { interval: 20, timeout: 5_000 })
      .toBe(401);
    expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
  });

  it('beyond the limit of its key is refused; another key of the same address is not', async () => {
    const [busy, calm] = [await admin.keyFor('org_acme'), await admin.keyFor('org_acme')];
    const first = await admin.ask(busy, CAMPAIGNS);
    expect(first.headers['ratelimit-limit']).toBe('600');
    for (let count = 1; count < 600; count++) {
      await admin.ask(busy, CAMPAIGNS);
    }
    const refused = await admin.ask(busy, CAMPAIGNS);
    expect(refused).toMatchObject({
      status: 429,
      body: { type: 'urn:trellis:problem:too_many_requests' },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await admin.ask(calm, CAMPAIGNS)).status).toBe(200);
  });
});
