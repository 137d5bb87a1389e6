import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AdminOptions, createAdminApp } from './app.ts';
import type { AdminInstance } from './context.ts';
import { ProblemError } from './problems.ts';
import { unreachableStores } from './testing/app.ts';

const apps: AdminInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function appWith(
  checks: Record<string, string> = {},
  options: AdminOptions = {},
): Promise<AdminInstance> {
  const answers = Object.entries(checks).map(([part, answer]) => [part, async () => answer]);
  const app = await createAdminApp(unreachableStores(), {
    checks: Object.fromEntries(answers),
    ...options,
  });
  apps.push(app);
  return app;
}

const isPublic = { isPublic: true } as const;

describe('the admin service', () => {
  it('is alive whatever the stores do, and ready only when all of them answer', async () => {
    const well = await appWith({ postgres: 'ok', clickhouse: 'ok' });
    expect((await well.inject('/ready')).json()).toEqual({
      status: 'ready',
      parts: { postgres: 'ok', clickhouse: 'ok' },
    });
    const ill = await appWith({ postgres: 'ok', clickhouse: 'unreachable: ECONNREFUSED' });
    expect((await ill.inject('/health')).json()).toEqual({ status: 'alive' });
    const ready = await ill.inject('/ready');
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toEqual({
      status: 'not_ready',
      parts: { postgres: 'ok', clickhouse: 'unreachable: ECONNREFUSED' },
    });
  });

  it('answers what is not there with a problem document', async () => {
    const answer = await (await appWith()).inject('/api/v1/nothing?secret=1');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no GET /api/v1/nothing',
    });
  });

  it.each([
    ['/api/v1/campaigns/%zz', 400],
    ['/api/v1/campaigns/%ED%A0%80', 400],
    [`/api/v1/campaigns/${'x'.repeat(1_000)}`, 414],
  ])(
    'answers an address that cannot be read with a problem document: %.30s',
    async (url, status) => {
      const answer = await (await appWith()).inject(url);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json()).toMatchObject({ type: 'about:blank', status });
      expect(answer.body.length).toBeLessThan(300);
    },
  );

  it('tells outsiders nothing of an unexpected failure', async () => {
    const app = await appWith();
    app.get('/broken', { config: isPublic }, () => {
      throw new Error('password=hunter2');
    });
    const answer = await app.inject('/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
    expect(answer.json()).toMatchObject({ status: 500, title: 'Internal Server Error' });
  });

  it('answers with the problem that a route has thrown, whatever its schema says', async () => {
    const app = await appWith();
    app.get(
      '/taken',
      { config: isPublic, schema: { response: { 409: z.object({ other: z.string() }) } } },
      () => {
        throw new ProblemError(409, 'domain_taken', 'It belongs to somebody else');
      },
    );
    expect((await app.inject('/taken')).json()).toEqual({
      type: 'urn:trellis:problem:domain_taken',
      title: 'Conflict',
      status: 409,
      detail: 'It belongs to somebody else',
    });
  });

  it('says that a store is away with 503 and when to ask again', async () => {
    const app = await appWith();
    app.get('/api/v1/test', { config: { scope: 'analytics:read' } }, () => ({}));
    const away = await app.inject({
      url: '/api/v1/test',
      headers: { authorization: `Bearer wdn_sk_live_${'a'.repeat(43)}` },
    });
    expect(away.statusCode).toBe(503);
    expect(away.headers['retry-after']).toBe('5');
  });

  it('refuses a route that neither has a scope nor says that it is public', async () => {
    const app = await appWith();
    expect(() => app.get('/open', () => ({}))).toThrow('GET /open must have either');
  });

  it('gives every answer headers that keep it from being stored or guessed at', async () => {
    const { headers } = await (await appWith()).inject('/health');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });
});

describe('a request', () => {
  async function things() {
    const app = await appWith();
    app.post(
      '/things',
      {
        config: isPublic,
        schema: {
          querystring: z.object({ limit: z.coerce.number().int().optional() }),
          body: z.object({
            name: z.string(),
            size: z.int().min(1).optional(),
            parts: z.array(
              z.union([z.strictObject({ a: z.int() }), z.strictObject({ b: z.int() })]),
            ),
          }),
        },
      },
      ({ query }) => ({ limit: query.limit }),
    );
    return app;
  }
  const post = (app: AdminInstance, payload: object | string, query = '') =>
    app.inject({
      method: 'POST',
      url: `/things${query}`,
      headers: { 'content-type': 'application/json' },
      payload,
    });

  it('is answered with each of its faults and the place of each', async () => {
    const answer = await post(await things(), {
      size: 0,
      colour: 'red',
      parts: [{ a: 1 }, { b: 'x' }, { 'a/b': 1, b: 2 }],
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({
      type: 'urn:trellis:problem:invalid_request',
      status: 400,
    });
    expect(answer.json().errors).toEqual([
      { path: '/body/name', message: 'is required' },
      { path: '/body/size', message: 'Too small: expected number to be >=1' },
      { path: '/body/parts/1/b', message: 'expected number, received string' },
      { path: '/body/parts/2/a~1b', message: 'is not known' },
      { path: '/body/colour', message: 'is not known' },
    ]);
  });

  it('has its query read as numbers, and members refused that nobody knows', async () => {
    const app = await things();
    const good = { name: 'x', parts: [] };
    expect((await post(app, good, '?limit=7')).json()).toEqual({ limit: 7 });
    expect((await post(app, good, '?limit=x&limits=7')).json().errors).toEqual([
      { path: '/querystring/limit', message: 'expected number, received NaN' },
      { path: '/querystring/limits', message: 'is not known' },
    ]);
  });

  it.each([
    ['{', 400],
    ['', 400],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
    [`{"name":"x","parts":${'{"parts":['.repeat(20_000)}${']}'.repeat(20_000)}}`, 400],
    ['{"__proto__":{"name":"x"},"parts":[]}', 400],
    ['{"name":"\\u0000","parts":[]}', 400],
    ['{"name":"\\ud800","parts":[]}', 400],
    [`{"name":"${'x'.repeat(1_100_000)}","parts":[]}`, 413],
  ])('that no route could use is refused: %#', async (payload, status) => {
    const answer = await post(await things(), payload);
    expect(answer.json()).toMatchObject({ status });
    expect(answer.body.length).toBeLessThan(600);
  });

  it('in another format than JSON is refused', async () => {
    const app = await things();
    const answer = await app.inject({
      method: 'POST',
      url: '/things',
      headers: { 'content-type': 'text/plain' },
      payload: 'name=x',
    });
    expect(answer.json()).toMatchObject({ status: 415 });
  });
});

describe('the OpenAPI document', () => {
  it('describes the routes that there are', async () => {
    const app = await appWith();
    app.get(
      '/api/v1/things/:thing_id',
      {
        config: { scope: 'campaigns:read' },
        schema: {
          summary: 'One thing',
          params: z.object({ thing_id: z.string() }),
          querystring: z.object({
            at: z.string().describe('When'),
            limit: z.coerce.number().int().optional(),
          }),
          response: { 200: z.object({ name: z.string() }).describe('It.') },
        },
      },
      () => ({ name: 'x' }),
    );
    const document = (await app.inject('/api/v1/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/openapi.json',
        '/health',
        '/ready',
        '/api/v1/things/{thing_id}',
      ]),
    );
    const { get } = document.paths['/api/v1/things/{thing_id}'];
    expect(get).toMatchObject({
      summary: 'One thing',
      description: 'Needs a key with the scope `campaigns:read`.',
      security: [{ key: ['campaigns:read'] }],
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'thing_id', in: 'path', required: true }),
        expect.objectContaining({ name: 'at', in: 'query', required: true, description: 'When' }),
        expect.objectContaining({ name: 'limit', in: 'query', required: false }),
      ]),
    });
    expect(get.responses['200'].description).toBe('It.');
    expect(get.responses.default.content).toEqual({
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    });
    expect(document.components.schemas.Problem.description).toBe('RFC 9457');
    expect(document.paths['/ready'].get.responses['503'].description).toBe('Some cannot.');
    expect(document.paths['/ready'].get.security).toEqual([]);
  });

  it('is shown at /docs without a key, and nothing there comes from another server', async () => {
    const app = await appWith();
    const page = await app.inject('/docs/');
    expect(page.statusCode).toBe(200);
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(file).not.toMatch(/^(https?:)?\/\//);
      const { pathname } = new URL(file, 'http://local/docs/');
      expect((await app.inject(pathname)).statusCode, pathname).toBe(200);
    }
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  });
});

describe('the rate limit', () => {
  it('refuses an address that sends too many keys that are none, and says when to come again', async () => {
    const app = await appWith();
    app.get('/api/v1/test', { config: { scope: 'analytics:read' } }, () => ({}));
    const ask = (remoteAddress: string) =>
      app.inject({ url: '/api/v1/test', remoteAddress, headers: { authorization: 'Bearer x' } });
    const first = await ask('10.0.0.1');
    expect(first.statusCode).toBe(401);
    expect(first.headers['www-authenticate']).toMatch(/^Bearer/);
    for (let count = 1; count < 60; count++) {
      await ask('10.0.0.1');
    }
    const refused = await ask('10.0.0.1');
    expect(refused.json()).toMatchObject({
      type: 'urn:trellis:problem:too_many_requests',
      status: 429,
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('10.0.0.2')).statusCode).toBe(401);
  });

  it('holds for paths that there are not, and tells how much is left', async () => {
    const app = await appWith();
    app.get('/once', { config: { ...isPublic, rateLimit: { max: 1 } } }, () => ({}));
    expect((await app.inject('/once')).headers).toMatchObject({
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
    });
    expect((await app.inject('/once')).json()).toMatchObject({ status: 429 });
    expect((await app.inject('/nothing')).headers['ratelimit-limit']).toBe('600');
  });
});
