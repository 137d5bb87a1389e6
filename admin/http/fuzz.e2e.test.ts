import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCOPES } from '../../core/configuration.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from './testing/app.ts';
import { type KnownIds, plantCanaries, secretsIn, stateOfAcme } from './testing/canaries.ts';
import { JsonValues } from './testing/json-values.ts';
import {
  makeRequest,
  type OpenApiDocument,
  type Operation,
  operationsOf,
} from './testing/requests.ts';

/** `FUZZ_REQUESTS=10000 npx vitest run admin/http/fuzz` asks more; `FUZZ_SEED` asks others. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 500);
const SEED = Number(process.env.FUZZ_SEED ?? 20_241_124);
const AT_ONCE = 4;
/** Nobody waits longer for an answer to nonsense. */
const ANSWER_MS_MAX = 20_000;

const RAW_BODIES = [
  '{',
  '[',
  '"',
  'null',
  '0',
  'a=b',
  '{"a":1}}',
  '\ufeff{}',
  '{"a":NaN}',
  '[[[[[',
];

let database: TestDatabase;
let clickhouse: TestClickHouse;
let admin: TestAdmin;
let known: KnownIds;
let stores: { pool: TestDatabase['pool']; clickhouse: TestClickHouse['client'] };
const failures: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  clickhouse = await createTestClickHouse();
  stores = { pool: database.pool, clickhouse: clickhouse.client };
  admin = await createTestAdmin(stores);
  known = await plantCanaries(admin, stores, await admin.keyFor('org_acme'));
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
  await clickhouse.drop();
});

/** Sends one request made from the document, and notes what must not be. */
async function sendOne(
  operation: Operation,
  values: JsonValues,
  keys: { stranger: string; operator: string },
): Promise<number> {
  const isOperators = operation.scope === 'admin';
  const request = makeRequest(operation, values);
  const isRaw = operation.body !== undefined && values.random.chance(0.03);
  const body = isRaw ? values.random.pick(RAW_BODIES) : request.body;
  const isText = isRaw || (body !== undefined && (typeof body !== 'object' || body === null));
  const startedAtMs = performance.now();
  const {
    status,
    headers,
    body: answer,
  } = await admin.ask(
    isOperators ? keys.operator : keys.stranger,
    `${operation.method} ${request.url}`,
    isText && !isRaw ? JSON.stringify(body) : body,
    { ...request.headers, ...(isText ? { 'content-type': 'application/json' } : {}) },
  );
  const faults = [
    status >= 500 ? `answered ${status}` : undefined,
    status >= 400 && !/^application\/problem\+json/.test(String(headers['content-type']))
      ? 'is no problem document'
      : undefined,
    !isOperators && secretsIn(answer).length > 0 ? `tells ${secretsIn(answer)}` : undefined,
    performance.now() - startedAtMs > ANSWER_MS_MAX ? 'took too long' : undefined,
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0) {
    const shown = { url: request.url, body, answer };
    failures.push({
      faults,
      method: operation.method,
      shown: JSON.stringify(shown).slice(0, 1_000),
    });
  }
  return status;
}

it(
  `no request that can be made from the document does harm: ${REQUESTS} with seed ${SEED}`,
  async () => {
    const document = (await admin.app.inject('/api/v1/openapi.json')).json() as OpenApiDocument;
    const operations = operationsOf(document);
    const before = await withoutKeys();
    const keys = {
      stranger: await admin.keyFor(
        'org_other',
        SCOPES.filter((scope) => scope !== 'admin'),
      ),
      operator: await admin.keyFor('org_other'),
    };
    const statuses: Record<number, number> = {};
    let next = 0;
    const worker = async () => {
      for (let number = next++; number < REQUESTS; number = next++) {
        const operation = operations[number % operations.length];
        if (operation === undefined) {
          throw new Error('The document has no operations');
        }
        // Each request has a seed of its own, so that one can be repeated without the others.
        const values = new JsonValues({
          seed: SEED + number,
          hostility: number % 3 === 0 ? 0.02 : 0.15,
          texts: known,
          components: document.components.schemas,
        });
        const status = await sendOne(operation, values, keys);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(failures.slice(0, 5)).toEqual([]);
    expect(await withoutKeys()).toEqual(before);
    // Nonsense alone would be refused by the first check and prove little.
    const good = Object.entries(statuses).filter(([status]) => Number(status) < 300);
    const share = good.reduce((sum, [, count]) => sum + count, 0) / REQUESTS;
    expect(share, JSON.stringify(statuses)).toBeGreaterThan(0.1);
  },
  Math.max(120_000, REQUESTS * 200),
);

/** Operators may change organisations and keys; the rest is nobody else's. */
async function withoutKeys(): Promise<unknown> {
  const state = (await stateOfAcme(stores)) as { rows: Record<string, unknown> };
  const { api_keys: _, organizations: __, ...rows } = state.rows;
  return { ...state, rows };
}
