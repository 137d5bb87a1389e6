import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;
let acme: string;
let other: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database);
  acme = await admin.keyFor('org_acme');
  other = await admin.keyFor('org_other');
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

const add = (key: string, hostname: string) => admin.ask(key, 'POST /api/v1/domains', { hostname });

async function list(key: string): Promise<string[]> {
  const { body } = await admin.ask(key, 'GET /api/v1/domains');
  return (body as { domains: { hostname: string }[] }).domains.map(({ hostname }) => hostname);
}

describe('domains', () => {
  it('are added in lower case, listed in order, and removed', async () => {
    expect(await add(acme, 'Track.Acme.Example')).toMatchObject({
      status: 201,
      body: { hostname: 'track.acme.example' },
    });
    await add(acme, 'go.acme.example');
    expect(await list(acme)).toEqual(['go.acme.example', 'track.acme.example']);
    expect(await list(other)).toEqual([]);
    const path = 'DELETE /api/v1/domains/go.acme.example';
    expect((await admin.ask(other, path)).status).toBe(404);
    expect(await admin.ask(acme, path)).toMatchObject({ status: 204, body: null });
    expect((await admin.ask(acme, path)).status).toBe(404);
    expect(await list(acme)).toEqual(['track.acme.example']);
  });

  it('belong to one organisation', async () => {
    await add(acme, 'mine.acme.example');
    expect(await add(other, 'MINE.acme.example')).toMatchObject({
      status: 409,
      body: { type: 'urn:trellis:problem:domain_taken', errors: [{ path: '/body/hostname' }] },
    });
  });

  it.each(['', 'a b', 'a/b', 'a:80', 'ä.example', '.example', `${'a'.repeat(64)}.example`])(
    'are refused when they are no host names: %s',
    async (hostname) => {
      expect(await add(acme, hostname)).toMatchObject({
        status: 400,
        body: { errors: [{ path: '/body/hostname' }] },
      });
    },
  );

  it('are listed page by page', async () => {
    const first = await admin.ask(acme, 'GET /api/v1/domains?limit=1');
    const { next_cursor } = first.body as { next_cursor: string };
    const second = await admin.ask(acme, `GET /api/v1/domains?limit=1&cursor=${next_cursor}`);
    expect(first.body).toMatchObject({ domains: [{ hostname: 'mine.acme.example' }] });
    expect(second.body).toMatchObject({
      domains: [{ hostname: 'track.acme.example' }],
      next_cursor: null,
    });
  });

  it('are changed only by keys that may change campaigns', async () => {
    const reader = await admin.keyFor('org_acme', ['campaigns:read']);
    expect((await add(reader, 'x.example')).status).toBe(403);
    expect((await admin.ask(reader, 'GET /api/v1/domains')).status).toBe(200);
  });
});
