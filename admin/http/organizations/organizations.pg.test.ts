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

describe('organisations', () => {
  it('are created with a first key that works and cannot do what only operators may', async () => {
    const { status, body } = await admin.ask(operator, 'POST /api/v1/organizations', {
      name: 'Büro & Söhne',
      currency: 'EUR',
      fallback_url: 'https://buero.example/?from={campaign_id}',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      organization_id: 'org_bu_ro_so_hne',
      name: 'Büro & Söhne',
      cookies: true,
      currency: 'EUR',
      first_key: { organization_id: 'org_bu_ro_so_hne', key: expect.stringMatching(/^wdn_sk_/) },
    });
    const { key } = (body as { first_key: { key: string } }).first_key;
    expect((await admin.ask(key, 'GET /api/v1/campaigns')).status).toBe(200);
    expect((await admin.ask(key, 'GET /api/v1/organizations')).status).toBe(403);
    const one = await admin.ask(operator, 'GET /api/v1/organizations/org_bu_ro_so_hne');
    expect(one).toMatchObject({ status: 200, body: { name: 'Büro & Söhne' } });
    expect(JSON.stringify(one.body)).not.toContain('first_key');
  });

  it('exist once by id', async () => {
    const body = { organization_id: 'org_acme', name: 'Acme again' };
    expect(await admin.ask(operator, 'POST /api/v1/organizations', body)).toMatchObject({
      status: 409,
      body: {
        type: 'urn:trellis:problem:organization_exists',
        errors: [{ path: '/body/organization_id' }],
      },
    });
  });

  it('are refused with all that is wrong with them', async () => {
    const answer = await admin.ask(operator, 'POST /api/v1/organizations', {
      organization_id: 'acme',
      name: '',
      currency: 'usd',
      fallback_url: 'https://{source}.example/',
      colour: 'red',
    });
    expect(answer.status).toBe(400);
    const paths = (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths.sort()).toEqual([
      '/body/colour',
      '/body/currency',
      '/body/fallback_url',
      '/body/name',
      '/body/organization_id',
    ]);
  });

  it('are not created by a key that could not give their first key its scopes', async () => {
    const key = await admin.keyFor('org_acme', ['admin']);
    const refused = await admin.ask(key, 'POST /api/v1/organizations', {
      organization_id: 'org_never',
      name: 'Never',
    });
    expect(refused).toMatchObject({
      status: 403,
      body: { errors: [{ path: '/body/first_key/scopes' }] },
    });
    expect((await admin.ask(key, 'GET /api/v1/organizations/org_never')).status).toBe(404);
  });

  it('are changed in the members that are given', async () => {
    const path = '/api/v1/organizations/org_other';
    const url = 'https://other.example/';
    expect(
      await admin.ask(operator, `PATCH ${path}`, { cookies: false, fallback_url: url }),
    ).toMatchObject({ status: 200, body: { name: 'Other', cookies: false, fallback_url: url } });
    expect(await admin.ask(operator, `PATCH ${path}`, { fallback_url: null })).toMatchObject({
      status: 200,
      body: { cookies: false, fallback_url: null },
    });
    expect((await admin.ask(operator, 'PATCH /api/v1/organizations/org_none', {})).status).toBe(
      404,
    );
  });

  it('are listed page by page, each once', async () => {
    const seen: string[] = [];
    let query = '?limit=1';
    for (;;) {
      const { body } = await admin.ask(operator, `GET /api/v1/organizations${query}`);
      const page = body as {
        organizations: { organization_id: string }[];
        next_cursor: string | null;
      };
      expect(page.organizations.length).toBeLessThanOrEqual(1);
      seen.push(...page.organizations.map((entry) => entry.organization_id));
      if (page.next_cursor === null) {
        break;
      }
      query = `?limit=1&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual(expect.arrayContaining(['org_acme', 'org_other']));
  });

  it.each(['x', 'b3JnYW5pemF0aW9uczo', Buffer.from('keys:org_a').toString('base64url')])(
    'are not listed from a cursor that is none: %s',
    async (cursor) => {
      expect(await admin.ask(operator, `GET /api/v1/organizations?cursor=${cursor}`)).toMatchObject(
        { status: 400, body: { errors: [{ path: '/querystring/cursor' }] } },
      );
    },
  );

  it.each(['0', '201', 'many', '1.5', ''])('are not listed with the limit %s', async (limit) => {
    const answer = await admin.ask(operator, `GET /api/v1/organizations?limit=${limit}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/querystring/limit' }] },
    });
  });
});
