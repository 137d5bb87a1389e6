import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { reportCampaigns } from './campaign-report.ts';

const QUESTION = {
  organizationId: 'org_acme',
  timezone: 'UTC',
  rates: { reportingCurrency: 'USD', rates: new Map() },
};

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse();
});
afterAll(async () => {
  await store.drop();
});

/**
 * 60,000 clicks of one month; every tenth belongs to `campaign_1`, every tenth to none. Of each campaign
 * a third is suspicious, a third has a score of exactly 0.8, and a fifth of both was blocked.
 */
function insertClicks(): Promise<unknown> {
  return store.client.command({
    query: `INSERT INTO events (organization_id, event_id, event_time, event_type, user_id, campaign_id,
        fraud_score, is_blocked)
      SELECT 'org_acme', toString(number), toDateTime64('2024-05-01 00:00:00', 3, 'UTC') + number,
        'click', toString(number % 1000),
        if(number % 10 = 0, NULL, concat('campaign_', toString(number % 10))),
        [0, 0.8, 0.81][1 + intDiv(number, 10) % 3], intDiv(number, 30) % 5 = 0
      FROM numbers(60000)`,
  });
}

/** Clicks that were not blocked. */
async function clicksOf(campaignId: string): Promise<number | undefined> {
  const [report] = await reportCampaigns(store.client, {
    ...QUESTION,
    campaignIds: [campaignId],
  });
  expect(report?.metrics.suspicious_clicks).toBe((report?.metrics.clicks ?? 0) / 3);
  expect(report?.metrics.blocked_clicks).toBe((report?.metrics.clicks ?? 0) / 4);
  return report?.metrics.clicks;
}

type Statement = {
  query: string;
  query_params?: Record<string, unknown>;
  clickhouse_settings?: ClickHouseSettings;
};

/** What a report asks of `events`, in all its forms. */
async function statementsOfReports(): Promise<Statement[]> {
  const statements: Statement[] = [];
  const listening = {
    query: async (options: Statement) => {
      if (options.query.includes('FROM events')) statements.push(options);
      return store.client.query({ ...options, format: 'JSONEachRow' });
    },
  } as unknown as ClickHouseClient;
  const range = { startMs: Date.UTC(2024, 4, 1), endMs: Date.UTC(2024, 5, 1), timezone: 'UTC' };
  for (const options of [{}, { range }, { includeBots: true }]) {
    await reportCampaigns(listening, { ...QUESTION, campaignIds: ['campaign_1'], ...options });
  }
  return statements;
}

/** Those that ClickHouse does not answer from the sums. */
async function readRowByRow(): Promise<string[]> {
  const statements = await statementsOfReports();
  expect(statements.length).toBeGreaterThanOrEqual(3);
  const queries = await Promise.all(
    statements.map(async ({ query, query_params = {}, clickhouse_settings = {} }) => {
      const result = await store.client.query({
        query: `EXPLAIN ${query}`,
        ...{ query_params, clickhouse_settings },
        format: 'TabSeparated',
      });
      return (await result.text()).includes('campaign_hours') ? [] : [query];
    }),
  );
  return queries.flat();
}

it('the sums by campaign and hour are built by merges, and answers are right whatever it lacks', async () => {
  await insertClicks();
  await insertClicks();
  expect(await readRowByRow()).toHaveLength(3);
  expect(await clicksOf('campaign_1')).toBe(9_600);
  await store.client.command({ query: 'OPTIMIZE TABLE events FINAL' });
  expect(await readRowByRow()).toEqual([]);
  expect(await clicksOf('campaign_1')).toBe(9_600);

  // New parts do not have it.
  await insertClicks();
  expect(await clicksOf('campaign_1')).toBe(14_400);

  // Changes that wait beside the rows are not in it.
  await store.client.command({
    query: `UPDATE events SET campaign_id = 'claimed'
      WHERE organization_id = 'org_acme' AND campaign_id IS NULL`,
  });
  expect(await clicksOf('claimed')).toBe(14_400);
  expect(await clicksOf('campaign_1')).toBe(14_400);
}, 60_000);

it('corrections of conversions that wait cost no sums but those of conversions, and are counted', async () => {
  const conversions = async (campaignId: string) => {
    const [report] = await reportCampaigns(store.client, {
      ...QUESTION,
      campaignIds: [campaignId],
    });
    return [report?.metrics.conversions, report?.metrics.revenue, report?.unconverted];
  };
  // Everything waits no longer; ClickHouse keeps it beside the rows for some minutes nevertheless.
  await store.client.command({
    query: 'ALTER TABLE events APPLY PATCHES',
    clickhouse_settings: { mutations_sync: '1' },
  });
  await store.client.command({
    query: `INSERT INTO events (organization_id, event_id, event_time, event_type, conversion_event,
        conversion_value, conversion_currency)
      SELECT 'org_acme', concat('sale', toString(number)), toDateTime64('2024-05-02 00:00:00', 3, 'UTC'),
        ['sale', 'click'][1 + intDiv(number, 8)], 'sale', 1.25, ['USD', 'CHF'][1 + number % 2]
      FROM numbers(10)`,
  });
  await store.client.command({
    query: `UPDATE events SET campaign_id = 'sold'
      WHERE organization_id = 'org_acme' AND event_id = 'sale8'`,
  });
  await store.client.command({
    query: 'ALTER TABLE events MATERIALIZE PROJECTION campaign_hours, APPLY PATCHES',
    clickhouse_settings: { mutations_sync: '1' },
  });
  expect(await readRowByRow()).toEqual([]);
  expect(await clicksOf('claimed')).toBe(14_400);
  expect(await conversions('sold')).toEqual([1, 1.25, []]);

  await store.client.command({
    query: `UPDATE events SET campaign_id = 'sold', click_event_id = 'evt_1'
      WHERE organization_id = 'org_acme' AND event_id IN ('sale0', 'sale1', 'sale2')`,
  });
  expect((await readRowByRow()).map((query) => query.includes("event_type != 'click'"))).toEqual([
    true,
    true,
    true,
  ]);
  expect(await conversions('sold')).toEqual([4, 3.75, [{ currency: 'CHF', value: 1.25 }]]);

  // Other changes may be about clicks.
  await store.client.command({
    query: `UPDATE events SET campaign_id = 'taken'
      WHERE organization_id = 'org_acme' AND campaign_id = 'claimed'`,
  });
  expect(await readRowByRow()).toHaveLength(3);
  expect(await clicksOf('taken')).toBe(14_400);
}, 60_000);

it.each([
  { fromSecond: 630, toSecond: 40_011, clicks: 3_939 },
  { fromSecond: 630, toSecond: 7_200, clicks: 657 },
  { fromSecond: 3_600, toSecond: 7_201, clicks: 361 },
  { fromSecond: 630, toSecond: 3_000, clicks: 237 },
])('a range from second $fromSecond to $toSecond counts each click once', async (span) => {
  const startMs = Date.UTC(2024, 6, 1);
  await store.client.command({
    query: `INSERT INTO events (organization_id, event_id, event_time, event_type, user_id, campaign_id)
      SELECT 'org_odd', toString(number), fromUnixTimestamp64Milli(toInt64(${startMs} + number * 10000)),
        'click', toString(number), {campaign:String} FROM numbers(5000)`,
    query_params: { campaign: `from_${span.fromSecond}_to_${span.toSecond}` },
  });
  const [report] = await reportCampaigns(store.client, {
    ...{ ...QUESTION, organizationId: 'org_odd' },
    campaignIds: [`from_${span.fromSecond}_to_${span.toSecond}`],
    range: {
      startMs: startMs + span.fromSecond * 1_000,
      endMs: startMs + span.toSecond * 1_000,
      timezone: 'UTC',
    },
  });
  expect(report?.metrics).toMatchObject({ clicks: span.clicks, unique_users: span.clicks });
});
