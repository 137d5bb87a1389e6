import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../core/logger.ts';
import { createAdminApp } from './app.ts';
import { ProblemError } from './problems.ts';

const apps: ReturnType<typeof createAdminApp>[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

function appWith(checks: Record<string, string> = {}) {
  const answers = Object.entries(checks).map(([part, answer]) => [part, async () => answer]);
  const app = createAdminApp({
    checks: Object.fromEntries(answers),
    logger: createLogger('test'),
  });
  apps.push(app);
  return app;
}

describe('the admin service', () => {
  it('is alive whatever the stores do, and ready only when all of them answer', async () => {
    const well = appWith({ postgres: 'ok', clickhouse: 'ok' });
    expect((await well.inject('/ready')).json()).toEqual({
      status: 'ready',
      parts: { postgres: 'ok', clickhouse: 'ok' },
    });
    const ill = appWith({ postgres: 'ok', clickhouse: 'unreachable: ECONNREFUSED' });
    expect((await ill.inject('/health')).json()).toEqual({ status: 'alive' });
    const ready = await ill.inject('/ready');
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toEqual({
      status: 'not_ready',
      parts: { postgres: 'ok', clickhouse: 'unreachable: ECONNREFUSED' },
    });
  });

  it('answers what is not there with a problem document', async () => {
    const answer = await appWith().inject('/api/v1/nothing?secret=1');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no GET /api/v1/nothing',
    });
  });

  it('names each fault of a request', async () => {
    const app = appWith();
    app.post(
      '/things',
      {
        schema: {
          body: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, size: { type: 'integer', minimum: 1 } },
          },
        },
      },
      () => 'never',
    );
    const answer = await app.inject({ method: 'POST', url: '/things', payload: { size: 0 } });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({
      status: 400,
      errors: [
        { path: '/body', message: "must have required property 'name'" },
        { path: '/body/size', message: 'must be >= 1' },
      ],
    });
    const broken = await app.inject({
      method: 'POST',
      url: '/things',
      headers: { 'content-type': 'application/json' },
      payload: '{',
    });
    expect(broken.json()).toMatchObject({ status: 400, title: 'Bad Request' });
  });

  it('tells outsiders nothing of an unexpected failure', async () => {
    const app = appWith();
    app.get('/broken', () => {
      throw new Error('password=hunter2');
    });
    const answer = await app.inject('/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
    expect(answer.json()).toMatchObject({ status: 500, title: 'Internal Server Error' });
  });

  it('answers with the problem that a route has thrown, whatever its schema says', async () => {
    const app = appWith();
    app.get(
      '/taken',
      { schema: { response: { 409: { type: 'object', properties: { other: {} } } } } },
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
});

describe('the OpenAPI document', () => {
  it('describes the routes that there are', async () => {
    const app = appWith();
    app.get(
      '/api/v1/things/:thing_id',
      {
        schema: {
          summary: 'One thing',
          params: { type: 'object', properties: { thing_id: { type: 'string' } } },
          querystring: {
            type: 'object',
            required: ['at'],
            properties: { at: { type: 'string', description: 'When' }, limit: { type: 'integer' } },
          },
          response: { 200: { type: 'object' } },
        },
      },
      () => ({}),
    );
    const document = (await app.inject('/api/v1/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/api/v1/openapi.json',
      '/health',
      '/ready',
      '/api/v1/things/{thing_id}',
    ]);
    expect(document.paths['/api/v1/things/{thing_id}']).toEqual({
      get: {
        summary: 'One thing',
        parameters: [
          { name: 'thing_id', in: 'path', required: true, schema: { type: 'string' } },
          {
            name: 'at',
            in: 'query',
            required: true,
            description: 'When',
            schema: { type: 'string', description: 'When' },
          },
          { name: 'limit', in: 'query', required: false, schema: { type: 'integer' } },
        ],
        responses: {
          200: {
            description: 'Status 200',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
          default: expect.objectContaining({ description: 'What went wrong.' }),
        },
      },
    });
    expect(document.paths['/ready'].get.responses['503'].description).toBe('Some cannot.');
  });
});
