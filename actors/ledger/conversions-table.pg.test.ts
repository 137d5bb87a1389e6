import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(() => database.drop());

/** Word for word as scripts of the product's users have it. */
const INSERT_BY_HAND = `INSERT INTO conversions (
    organization_id, click_id, event_id, 
    conversion_value, metadata, created_at
) VALUES (
    'org_acmecorp', 'fb_123abc', 'evt_conv_123',
    99.99, '{"order_id": "ORD-456789"}', NOW()
);`;

test('a row inserted by hand is completed with defaults', async () => {
  await database.pool.query(INSERT_BY_HAND);
  const { rows } = await database.pool.query(
    `SELECT organization_id, click_id, event_id, conversion_event, conversion_value, currency,
       order_id, metadata, user_id, campaign_id, batch_id, next_match_at <= now() AS is_due
     FROM conversions`,
  );
  expect(rows).toEqual([
    {
      organization_id: 'org_acmecorp',
      click_id: 'fb_123abc',
      event_id: 'evt_conv_123',
      conversion_event: 'conversion',
      conversion_value: '99.9900',
      currency: 'USD',
      order_id: '',
      metadata: { order_id: 'ORD-456789' },
      user_id: null,
      campaign_id: null,
      batch_id: null,
      is_due: true,
    },
  ]);
});

test('a row without currency has that of its organisation', async () => {
  await database.pool.query(
    `INSERT INTO organizations (organization_id, name, currency) VALUES ('org_acmecorp', 'Acme', 'EUR')`,
  );
  await database.pool.query(INSERT_BY_HAND);
  const { rows } = await database.pool.query('SELECT currency FROM conversions');
  expect(rows).toEqual([{ currency: 'EUR' }]);
});

test('the same conversion cannot stand there twice', async () => {
  await database.pool.query(INSERT_BY_HAND);
  await expect(database.pool.query(INSERT_BY_HAND)).rejects.toMatchObject({ code: '23505' });
});

test.each([
  ['conversion_value', "'NaN'"],
  ['conversion_value', '-0.01'],
  ['conversion_event', "'click'"],
  ['currency', "'usd'"],
  ['metadata', "'[1]'"],
  ['created_at', "'infinity'"],
])('a row that ClickHouse could not take is refused: %s = %s', async (column, value) => {
  const insert = database.pool.query(
    `INSERT INTO conversions (organization_id, click_id, event_id, ${column})
     VALUES ('org_acmecorp', 'a', 'evt_1', ${value})`,
  );
  await expect(insert).rejects.toMatchObject({ code: '23514' });
});
