import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { createOrganization } from './organizations.ts';
import { readRates, replaceRates } from './rates.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const organization_id of ['org_one', 'org_two']) {
    await createOrganization(database.pool, { organization_id, name: organization_id });
  }
});
afterAll(async () => {
  await database.drop();
});

describe('currency rates', () => {
  it('are none at first, and belong to one organisation', async () => {
    expect(await readRates(database.pool, 'org_one')).toEqual({
      reportingCurrency: 'USD',
      rates: new Map(),
      updatedAt: null,
    });
    const rates = new Map([
      ['EUR', '1.0834'],
      ['JPY', '0.0066666667'],
    ]);
    const stored = await replaceRates(database.pool, 'org_one', rates);
    expect(stored).toEqual({ reportingCurrency: 'USD', rates, updatedAt: expect.any(Date) });
    expect((await readRates(database.pool, 'org_two')).rates.size).toBe(0);
  });

  it('are replaced as a whole, also by two writers at once', async () => {
    const lists = [new Map([['GBP', '1.25']]), new Map([['CHF', '1.1']])];
    await Promise.all(lists.map((rates) => replaceRates(database.pool, 'org_one', rates)));
    const { rates } = await readRates(database.pool, 'org_one');
    expect(lists).toContainEqual(rates);
  });

  it('do not apply once the organisation reports in another currency', async () => {
    await replaceRates(database.pool, 'org_two', new Map([['EUR', '1.08']]));
    await database.pool.query(
      "UPDATE organizations SET currency = 'GBP' WHERE organization_id = 'org_two'",
    );
    expect(await readRates(database.pool, 'org_two')).toMatchObject({
      reportingCurrency: 'GBP',
      rates: new Map(),
    });
  });

  it('that cannot be are refused, and nothing changes', async () => {
    const before = await readRates(database.pool, 'org_one');
    for (const [currency, rate] of [
      ['USD', '1'],
      ['EUR', '0'],
      ['EUR', '1.12345678901'],
    ] as const) {
      await expect(
        replaceRates(database.pool, 'org_one', new Map([[currency, rate]])),
      ).rejects.toMatchObject({ code: 'rates_invalid' });
    }
    await expect(replaceRates(database.pool, 'org_none', new Map())).rejects.toMatchObject({
      code: 'organization_unknown',
    });
    expect(await readRates(database.pool, 'org_one')).toEqual(before);
  });
});
