import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { reportCampaigns } from './campaign-report.ts';

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse();
});
afterAll(async () => {
  await store.drop();
});

/** 60,000 clicks of one month; every tenth belongs to `campaign_1`, every tenth to none. */
function insertClicks(): Promise<unknown> {
  return store.client.command({
    query: `INSERT INTO events (organization_id, event_id, event_time, event_type, user_id, campaign_id)
      SELECT 'org_acme', toString(number), toDateTime64('2024-05-01 00:00:00', 3, 'UTC') + number,
        'click', toString(number % 1000),
        if(number % 10 = 0, NULL, concat('campaign_', toString(number % 10)))
      FROM numbers(60000)`,
  });
}

async function clicksOf(campaignId: string): Promise<number | undefined> {
  const [report] = await reportCampaigns(store.client, {
    organizationId: 'org_acme',
    campaignIds: [campaignId],
    timezone: 'UTC',
    rates: { reportingCurrency: 'USD', rates: new Map() },
  });
  return report?.metrics.clicks;
}

/** Where ClickHouse would read a campaign's clicks. */
async function planOfClicks(): Promise<string> {
  const result = await store.client.query({
    query: `EXPLAIN SELECT count(), uniqCombined64(20)(user_id) FROM events
      WHERE organization_id = 'org_acme' AND campaign_id = 'campaign_1' AND event_type = 'click'`,
    format: 'TabSeparated',
  });
  return result.text();
}

it('the sums by campaign and hour are built by merges, and answers are right whatever it lacks', async () => {
  await insertClicks();
  await insertClicks();
  expect(await planOfClicks()).not.toContain('campaign_hours');
  expect(await clicksOf('campaign_1')).toBe(12_000);
  await store.client.command({ query: 'OPTIMIZE TABLE events FINAL' });
  expect(await planOfClicks()).toContain('campaign_hours');
  expect(await clicksOf('campaign_1')).toBe(12_000);

  // New parts do not have it.
  await insertClicks();
  expect(await clicksOf('campaign_1')).toBe(18_000);

  // Changes that wait beside the rows are not in it.
  await store.client.command({
    query: `UPDATE events SET campaign_id = 'claimed'
      WHERE organization_id = 'org_acme' AND campaign_id IS NULL`,
  });
  expect(await clicksOf('claimed')).toBe(18_000);
  expect(await clicksOf('campaign_1')).toBe(18_000);
});
