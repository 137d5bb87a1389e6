import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database);
  key = await admin.keyFor('org_acme');
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

it('a rule drawn from the schema is one that a campaign can have', async () => {
  const { status, body } = await admin.ask(key, 'GET /api/v1/campaigns/rule-schema');
  expect(status).toBe(200);
  const { fields, operators, macros, limits } = body as {
    fields: { field: string; operators: string[]; values?: string[]; takes_name: boolean }[];
    operators: { operator: string; takes: string }[];
    macros: { macro: string }[];
    limits: Record<string, number>;
  };
  const takesNothing = (name: string) =>
    operators.some(({ operator, takes }) => operator === name && takes === 'none');
  const conditions = fields.flatMap(({ field, operators: own, values, takes_name }) => [
    ...own
      .filter(takesNothing)
      .map((operator) => ({ field: takes_name ? `${field}sub1` : field, operator })),
    ...(values === undefined ? [] : [{ field, operator: 'in', value: values }]),
  ]);
  const destination = `https://shop.example/?a=${macros.map(({ macro }) => macro.replace('<name>', 'x')).join('-')}`;
  const action = { type: 'redirect', destination };
  const campaign = { name: 'Drawn', rules: [{ conditions, action }] };
  expect(await admin.ask(key, 'POST /api/v1/campaigns', campaign)).toMatchObject({ status: 201 });
  expect(conditions.length).toBeGreaterThan(50);
  expect(limits).toMatchObject({ rules: 1_000, comparisons: 100, depth: 5, list_values: 1_000 });
});

it('no campaign has the id that stands for the schema', async () => {
  const named = { campaign_id: 'rule-schema', name: 'x' };
  expect(await admin.ask(key, 'POST /api/v1/campaigns', named)).toMatchObject({
    ...{ status: 400, body: { errors: [{ path: '/body/campaign_id', message: 'is reserved' }] } },
  });
  const { body } = await admin.ask(key, 'POST /api/v1/campaigns', { name: 'rule-schema' });
  expect(body).toMatchObject({ campaign_id: 'rule-schema_2' });
});
