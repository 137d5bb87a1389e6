import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

const CONSOLE = { 'x-trellis-console': '1' };

let database: TestDatabase;
let admin: TestAdmin;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database);
  key = await admin.keyFor('org_acme', ['campaigns:read']);
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

/** @returns the answer's status, body, and the cookie as a browser would send it back */
async function signIn(body: unknown, headers: Record<string, string> = CONSOLE) {
  const answer = await admin.app.inject({
    ...{ method: 'POST', url: '/api/v1/session', headers, payload: body as object },
  });
  const set = String(answer.headers['set-cookie'] ?? '');
  return { status: answer.statusCode, body: answer.json(), set, cookie: set.split(';')[0] ?? '' };
}

const get = (url: string, headers: Record<string, string>) =>
  admin.app.inject({ method: 'GET', url, headers });

describe('a session', () => {
  it('stands for the key that it was begun with', async () => {
    const { status, body, set, cookie } = await signIn({ key });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      scopes: ['campaigns:read'],
      organization: { organization_id: 'org_acme', name: 'Acme' },
    });
    expect(set).toMatch(/; Path=\/api\/v1; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    expect(set).not.toContain(key);
    const campaigns = await get('/api/v1/campaigns', { cookie, ...CONSOLE });
    expect(campaigns.statusCode).toBe(200);
    const keys = await get('/api/v1/keys', { cookie, ...CONSOLE });
    expect(keys.statusCode).toBe(403);
  });

  it('does not count in requests that other sites or other ports can make', async () => {
    const { cookie } = await signIn({ key });
    for (const headers of [
      { cookie },
      { cookie, ...CONSOLE, 'sec-fetch-site': 'same-site' },
      { cookie, ...CONSOLE, 'sec-fetch-site': 'cross-site' },
    ] as Array<Record<string, string>>) {
      expect((await get('/api/v1/campaigns', headers)).statusCode).toBe(401);
    }
    expect((await signIn({ key }, {})).status).toBe(403);
  });

  it('ends when it is signed out of, and with its key', async () => {
    const ended = await signIn({ key });
    const headers = { cookie: ended.cookie, ...CONSOLE };
    await admin.app.inject({ method: 'DELETE', url: '/api/v1/session', headers });
    expect((await get('/api/v1/session', headers)).statusCode).toBe(401);

    const shortLived = await admin.keyFor('org_acme', ['campaigns:read']);
    const { cookie } = await signIn({ key: shortLived });
    await database.pool.query('UPDATE api_keys SET revoked_at = now() WHERE key_prefix = $1', [
      shortLived.slice(0, 16),
    ]);
    expect((await get('/api/v1/session', { cookie, ...CONSOLE })).statusCode).toBe(401);
  });

  it('cannot be begun with what is no key', async () => {
    for (const wrong of ['', 'x', `${key.slice(0, -1)}!`, `wdn_sk_live_${'0'.repeat(43)}`]) {
      expect((await signIn({ key: wrong })).status).toBe(401);
    }
    expect((await signIn({})).status).toBe(400);
  });

  it('a wrong key in the header is not made good by it', async () => {
    const { cookie } = await signIn({ key });
    const headers = { cookie, ...CONSOLE, authorization: 'Bearer wdn_sk_live_wrong' };
    expect((await get('/api/v1/session', headers)).statusCode).toBe(401);
  });
});
