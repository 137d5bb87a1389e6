import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCOPES, type Scope } from '../../core/configuration.ts';
import { getCampaign } from '../../stores/postgres/configuration/campaigns.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from './testing/app.ts';
import { type KnownIds, plantCanaries, secretsIn, stateOfAcme } from './testing/canaries.ts';
import { JsonValues } from './testing/json-values.ts';
import { makeRequest, type OpenApiDocument, operationsOf } from './testing/requests.ts';

/** Valid requests per route: enough that each parameter is there, and not there, several times. */
const REQUESTS_PER_ROUTE = 24;
/** Chance of a parameter to be left out of requests that shall have few. */
const SPARSE = 0.9;
const BUT_ADMIN: readonly Scope[] = SCOPES.filter((scope) => scope !== 'admin');

let database: TestDatabase;
let clickhouse: TestClickHouse;
let admin: TestAdmin;
let known: KnownIds;
let stores: { pool: TestDatabase['pool']; clickhouse: TestClickHouse['client'] };

beforeAll(async () => {
  database = await createTestDatabase();
  clickhouse = await createTestClickHouse();
  stores = { pool: database.pool, clickhouse: clickhouse.client };
  admin = await createTestAdmin(stores);
  const acme = await admin.keyFor('org_acme');
  addForgetfulRoutes(admin);
  known = await plantCanaries(admin, stores, acme);
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
  await clickhouse.drop();
});

/** What the walk is there to find. They are no part of the product. */
function addForgetfulRoutes({ app }: TestAdmin): void {
  const config = { scope: 'campaigns:read' } as const;
  app.get(
    '/test/forgetful/:thing',
    { config, schema: { params: z.object({ thing: z.string() }) } },
    async ({ params }) => (await getCampaign(stores.pool, 'org_acme', params.thing)) ?? {},
  );
  app.get('/test/counting', { config, schema: { querystring: z.object({}) } }, async () => {
    const sql = 'SELECT count() AS n FROM events WHERE organization_id = {o:String}';
    const counted = await stores.clickhouse.query({
      query: `${sql} AND campaign_id IS NULL AND event_type = 'click' AND event_time < '2025-01-01'`,
      query_params: { o: 'org_acme' },
      format: 'JSONEachRow',
    });
    const [row] = await counted.json<{ n: string }>();
    return { clicks: Number(row?.n) };
  });
}

type Walk = {
  /** `GET /path: what stands where` */
  leaks: string[];
  /** Routes of which no request got past the checks of its parameters, or that failed. */
  unreached: string[];
  /** What was answered, by route. */
  statuses: Map<string, Set<number>>;
};

/** Asks every route of the document with ids of `org_acme`. */
async function walk(key: string, isOwn = false): Promise<Walk> {
  const document = (await admin.app.inject('/api/v1/openapi.json')).json() as OpenApiDocument;
  const everyId = [...new Set(Object.values(known).flat())];
  const outcome: Walk = { leaks: [], unreached: [], statuses: new Map() };
  for (const operation of operationsOf(document)) {
    const name = `${operation.method} ${operation.path}`;
    if (operation.scope === undefined || (isOwn && operation.method !== 'GET')) {
      continue;
    }
    // Parameters of names that nobody has heard of yet are given each id that there is.
    const unknownNames = operation.parameters
      .map((parameter) => parameter.name)
      .filter((parameter) => known[parameter] === undefined && parameter.match(/^[a-z_]+$/));
    const guessed = guesses(operation.path, unknownNames, everyId);
    const texts = { ...guessed, ...known };
    const values = new JsonValues({
      ...{ seed: 7, hostility: 0, texts, components: document.components.schemas },
    });
    const statuses = new Set<number>();
    const isGuessing = Object.keys(guessed).length > 0;
    const count = isGuessing ? everyId.length * 3 : REQUESTS_PER_ROUTE;
    let isReached = false;
    for (let number = 0; number < count; number++) {
      // Filters of lists seldom hold all at once: every other request has hardly any.
      const request = makeRequest(operation, values, number % 2 === 0 ? undefined : SPARSE);
      const { status, body } = await admin.ask(
        key,
        `${operation.method} ${request.url}`,
        request.body,
        request.headers,
      );
      statuses.add(status);
      isReached ||= status !== 415 && !isRefusedByChecks(body);
      for (const path of secretsIn(body)) {
        outcome.leaks.push(`${name}: ${path} of ${request.url}`);
      }
    }
    outcome.statuses.set(name, statuses);
    if (!isReached) {
      outcome.unreached.push(name);
    }
  }
  return outcome;
}

function isRefusedByChecks(body: unknown): boolean {
  return (body as { type?: unknown } | null)?.type === 'urn:trellis:problem:invalid_request';
}

function guesses(path: string, names: string[], ids: string[]): Record<string, string[]> {
  const inPath = names.filter((name) => path.includes(`{${name}}`));
  return Object.fromEntries(inPath.map((name) => [name, ids]));
}

describe('another organisation', () => {
  it.each([
    ['a key with every scope but admin', BUT_ADMIN],
    ['a key of an operator, on all routes that are not about organisations', SCOPES],
  ])(
    'reads nothing and changes nothing with %s, on any route of the document',
    async (_, scopes) => {
      const before = await stateOfAcme(stores);
      const key = await admin.keyFor('org_other', scopes);
      const { leaks, unreached, statuses } = await walk(key);
      const isOperators = (entry: string) => /\/api\/v1\/(organizations|keys)/.test(entry);
      const isPlanted = (entry: string) => entry.includes('/test/');
      expect(leaks.filter((leak) => !isPlanted(leak) && !isOperators(leak))).toEqual([]);
      if (!scopes.includes('admin')) {
        expect(leaks.filter(isOperators)).toEqual([]);
        expect(await stateOfAcme(stores)).toEqual(before);
      }
      // The walk must get somewhere, and see what there is to see.
      expect(unreached).toEqual([]);
      const failed = [...statuses].filter(([, seen]) => [...seen].some((status) => status >= 500));
      expect(failed).toEqual([]);
      expect(leaks.filter(isPlanted).map((leak) => leak.split(':')[0])).toEqual(
        expect.arrayContaining(['GET /test/forgetful/{thing}', 'GET /test/counting']),
      );
    },
    120_000,
  );

  it('has the same walk find everything with a key of the first organisation', async () => {
    const { leaks } = await walk(await admin.keyFor('org_acme'), true);
    const routes = new Set(leaks.map((leak) => leak.split(':')[0]));
    expect([...routes]).toEqual(
      expect.arrayContaining([
        'GET /api/v1/campaigns',
        'GET /api/v1/campaigns/{id}',
        'GET /api/v1/domains',
        'GET /api/v1/keys',
        'GET /api/v1/analytics/campaigns',
        'GET /api/v1/analytics/journey',
        'GET /api/v1/analytics/realtime',
        'GET /api/v1/analytics/attribution',
        'GET /api/v1/campaigns/{id}/retroactive/runs',
        'GET /api/v1/fraud/blocks',
        'GET /api/v1/fraud/never-block',
        'GET /api/v1/fraud/settings',
        'GET /api/v1/fraud/scores',
        'GET /api/v1/fraud/audit',
        'GET /api/v1/analytics/fraud',
        'GET /api/v1/alerts',
        'GET /api/v1/alerts/{alert_id}',
        'GET /api/v1/webhooks',
        'GET /api/v1/webhooks/{webhook_id}',
        'GET /api/v1/webhooks/{webhook_id}/deliveries',
        'GET /api/v1/events',
        'GET /api/v1/conversions',
      ]),
    );
  }, 120_000);
});
