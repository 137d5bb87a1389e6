import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import {
  campaignOfSeed,
  insertSeedHistory,
  SEED_ANSWER,
  SEED_CAMPAIGN_ID,
} from '../../testing/seed-history.ts';
import { reportCampaigns } from './campaign-report.ts';

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse();
  await insertSeedHistory(store.client, {
    organizationId: 'org_acmecorp',
    backgroundClicks: 5_000,
    campaignOf: campaignOfSeed,
  });
  // Another customer's traffic of the same campaign name.
  await insertSeedHistory(store.client, {
    organizationId: 'org_other',
    campaignOf: () => SEED_CAMPAIGN_ID,
  });
});
afterAll(async () => {
  await store.drop();
});

describe('the campaign report on the history of the example', () => {
  it('says exactly what the example says', async () => {
    const [report] = await reportCampaigns(store.client, {
      organizationId: 'org_acmecorp',
      campaignIds: [SEED_CAMPAIGN_ID],
      timezone: 'UTC',
      rates: { reportingCurrency: 'USD', rates: new Map() },
    });
    expect(report?.metrics).toEqual({
      ...SEED_ANSWER.metrics,
      clean_clicks: SEED_ANSWER.metrics.clicks,
      suspicious_clicks: 0,
      blocked_clicks: 0,
    });
    expect(report?.unconverted).toEqual([]);
    expect(new Date(report?.firstMs ?? 0).toISOString().slice(0, 10)).toBe('2024-03-01');
    expect(new Date(report?.lastMs ?? 0).toISOString().slice(0, 10)).toBe('2024-05-31');
  });
});
