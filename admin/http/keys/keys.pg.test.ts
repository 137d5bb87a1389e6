import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;
let operator: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database);
  operator = await admin.keyFor('org_acme');
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

type Key = { key_id: string; key: string; organization_id: string };

async function create(body: object): Promise<Key> {
  const answer = await admin.ask(operator, 'POST /api/v1/keys', body);
  expect(answer.status).toBe(201);
  return answer.body as Key;
}

describe('keys', () => {
  it('are shown once, work, are listed without their secret, and end when revoked', async () => {
    const made = await create({ name: 'reader', scopes: ['campaigns:read'], environment: 'test' });
    expect(made).toMatchObject({
      key: expect.stringMatching(/^wdn_sk_test_/),
      organization_id: 'org_acme',
      scopes: ['campaigns:read'],
      expires_at: null,
      revoked_at: null,
    });
    expect((await admin.ask(made.key, 'GET /api/v1/campaigns')).status).toBe(200);
    const list = await admin.ask(operator, 'GET /api/v1/keys');
    expect(JSON.stringify(list.body)).toContain(made.key_id);
    expect(JSON.stringify(list.body)).not.toContain(made.key);
    const revoked = await admin.ask(operator, `DELETE /api/v1/keys/${made.key_id}`);
    expect(revoked).toMatchObject({ status: 200, body: { revoked_at: expect.any(String) } });
    await expect
      .poll(async () => (await admin.ask(made.key, 'GET /api/v1/campaigns')).status)
      .toBe(401);
  });

  it('give no scope that the key which makes them lacks', async () => {
    const weak = await admin.keyFor('org_acme', ['admin', 'campaigns:read']);
    const body = { name: 'strong', scopes: ['campaigns:read', 'traffic:write'] };
    expect(await admin.ask(weak, 'POST /api/v1/keys', body)).toMatchObject({
      status: 403,
      body: { detail: 'Cannot be given: traffic:write', errors: [{ path: '/body/scopes' }] },
    });
  });

  it('of another organisation are made, listed and revoked only by naming it', async () => {
    const scopes = ['campaigns:read'];
    const made = await create({ name: 'x', scopes, organization_id: 'org_other' });
    expect(made.organization_id).toBe('org_other');
    const own = await admin.ask(operator, 'GET /api/v1/keys');
    expect(JSON.stringify(own.body)).not.toContain(made.key_id);
    const path = `/api/v1/keys/${made.key_id}`;
    expect((await admin.ask(operator, `DELETE ${path}`)).status).toBe(404);
    const named = '?organization_id=org_other';
    const theirs = await admin.ask(operator, `GET /api/v1/keys${named}`);
    expect(JSON.stringify(theirs.body)).toContain(made.key_id);
    expect((await admin.ask(operator, `DELETE ${path}${named}`)).status).toBe(200);
    const none = { name: 'x', scopes, organization_id: 'org_none' };
    expect((await admin.ask(operator, 'POST /api/v1/keys', none)).status).toBe(404);
  });

  it('are refused with all that is wrong with them', async () => {
    const answer = await admin.ask(operator, 'POST /api/v1/keys', {
      scopes: ['everything'],
      expires_at: 'tomorrow',
    });
    expect(answer.status).toBe(400);
    const paths = (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths.sort()).toEqual(['/body/expires_at', '/body/name', '/body/scopes/0']);
    const body = { name: 'late', scopes: ['admin'], expires_at: '2020-01-01T00:00:00Z' };
    expect(await admin.ask(operator, 'POST /api/v1/keys', body)).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/body/expires_at', message: 'has passed already' }] },
    });
  });
});
