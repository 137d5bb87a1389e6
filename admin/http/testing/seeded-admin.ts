import {
  campaignOfSeed,
  insertSeedHistory,
  SEED_CAMPAIGN_ID,
} from '../../../analytics/testing/seed-history.ts';
import { createCampaign } from '../../../stores/postgres/configuration/campaigns.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from './app.ts';

/** An admin service over the history of the seed, and keys of its organisation and of another one. */
export type SeededAdmin = {
  database: TestDatabase;
  store: TestClickHouse;
  admin: TestAdmin;
  key: string;
  foreignKey: string;
  dispose(): Promise<void>;
};

/** With the seed's campaign, and one named `with_cost`. */
export async function createSeededAdmin(): Promise<SeededAdmin> {
  const [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  const admin = await createTestAdmin({ pool: database.pool, clickhouse: store.client });
  const key = await admin.keyFor('org_acme', ['analytics:read', 'campaigns:write']);
  const foreignKey = await admin.keyFor('org_other');
  await insertSeedHistory(store.client, {
    organizationId: 'org_acme',
    backgroundClicks: 2_000,
    campaignOf: campaignOfSeed,
  });
  for (const [campaign_id, cost] of [
    [SEED_CAMPAIGN_ID, undefined],
    ['with_cost', { amount: '63920.25', currency: 'USD' }],
  ] as const) {
    await createCampaign(database.pool, {
      organization_id: 'org_acme',
      campaign_id,
      name: campaign_id,
      default_action: null,
      definition: cost === undefined ? {} : { cost },
    });
  }
  const dispose = async () => {
    await admin.app.close();
    await Promise.all([database.drop(), store.drop()]);
  };
  return { database, store, admin, key, foreignKey, dispose };
}
