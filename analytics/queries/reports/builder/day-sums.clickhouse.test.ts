import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../../test/stores.ts';
import type { Dimension } from './dimensions.ts';
import { findDimension } from './dimensions.ts';
import type { ReportFilter } from './filters.ts';
import type { MetricName } from './metrics.ts';
import { readReport } from './report.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 4, 1);
const METRICS: MetricName[] = [
  ...(['clicks', 'clean_clicks', 'suspicious_clicks', 'blocked_clicks', 'visits', 'bots'] as const),
  ...(['events', 'conversions', 'conversion_rate', 'revenue', 'epc'] as const),
];
/** True of every event, and nothing that the sums know. */
const ROW_BY_ROW: ReportFilter = { field: 'url', operator: 'not_equals', value: '/nowhere' };

let store: TestClickHouse;

beforeAll(async () => {
  store = await createTestClickHouse();
  await store.client.command({
    query: `INSERT INTO events (organization_id, event_id, event_time, event_type, user_id, url, campaign_id,
        source, medium, country, device_type, is_bot, is_blocked, fraud_score,
        conversion_event, conversion_value, conversion_currency)
      SELECT 'org_acme', toString(number), toDateTime64('2024-05-01 00:00:00', 3, 'UTC') + number * 11,
        ['click', 'click', 'click', 'visit', 'purchase'][1 + number % 5] AS type, toString(number % 500), '/',
        [NULL, 'spring', '0', '1'][1 + cityHash64(number, 1) % 4],
        ['', 'google', 'Ünïcode "x"', '\\\\'][1 + cityHash64(number, 2) % 4],
        [NULL, '', '0', 'cpc'][1 + cityHash64(number, 3) % 4],
        ['US', 'DE', ''][1 + cityHash64(number, 4) % 3], ['mobile', 'desktop'][1 + cityHash64(number, 5) % 2],
        cityHash64(number, 6) % 7 = 0, cityHash64(number, 7) % 9 = 0, [0, 0.8, 0.81][1 + cityHash64(number, 8) % 3],
        if(type = 'purchase', type, ''), if(type = 'purchase', toDecimal64(number % 1000, 4) / 7, 0),
        if(type = 'purchase', ['USD', 'EUR', 'GBP'][1 + cityHash64(number, 9) % 3], '')
      FROM numbers(40000)`,
  });
  await store.client.command({ query: 'OPTIMIZE TABLE events FINAL' });
});
afterAll(async () => {
  await store.drop();
});

const QUESTIONS: ReadonlyArray<{
  name: string;
  grouping: string[];
  filters?: ReportFilter[];
  hours?: [from: number, to: number];
  timezone?: string;
  sums: boolean;
}> = [
  { name: 'everything', grouping: [], sums: true },
  { name: 'three dimensions', grouping: ['country', 'device_type', 'source'], sums: true },
  { name: 'values that may be missing', grouping: ['campaign_id', 'medium'], sums: true },
  { name: 'flags', grouping: ['is_bot', 'is_blocked', 'is_suspicious'], sums: true },
  { name: 'days of UTC', grouping: ['day', 'conversion_event'], sums: true },
  { name: 'weeks', grouping: ['week', 'event_type'], sums: true },
  { name: 'days of a zone', grouping: ['day'], timezone: 'Asia/Kolkata', sums: false },
  { name: 'dimensions in a zone', grouping: ['source'], timezone: 'Asia/Kolkata', sums: true },
  { name: 'no whole day', grouping: ['source'], hours: [30, 47], sums: false },
  { name: 'one whole day and no more', grouping: ['source'], hours: [24, 48], sums: true },
  {
    ...{ name: 'filters of every kind', grouping: ['source', 'country'], sums: true },
    filters: [
      { field: 'country', operator: 'not_equals', value: 'de' },
      { field: 'campaign_id', operator: 'in', value: ['spring', '0'] },
      { field: 'is_blocked', operator: 'equals', value: false },
    ],
  },
  { name: 'a dimension that has no sums', grouping: ['browser'], sums: false },
];

function dimensionsOf(names: readonly string[]): Dimension[] {
  return names.flatMap((name, index) => findDimension(name, index) ?? []);
}

/** A client that remembers what it was asked. */
function listening(asked: string[]): ClickHouseClient {
  return {
    query: (options: Parameters<ClickHouseClient['query']>[0]) => {
      asked.push(options.query);
      return store.client.query(options);
    },
  } as unknown as ClickHouseClient;
}

/** The question of the report itself among those that were asked. */
function reportIn(asked: readonly string[]): string {
  return asked.find((sql) => sql.includes(' AS m0')) ?? '';
}

it.each(QUESTIONS)('sums by day and the events themselves agree on $name', async (question) => {
  const [from, to] = question.hours ?? [7.0001, 118.001];
  const asked: string[] = [];
  const ask = (client: ClickHouseClient, filters: ReportFilter[]) =>
    readReport(client, {
      organizationId: 'org_acme',
      range: {
        startMs: START_MS + Math.round(from * HOUR_MS),
        endMs: START_MS + Math.round(to * HOUR_MS),
        timezone: question.timezone ?? 'UTC',
      },
      ...{ grouping: dimensionsOf(question.grouping), metrics: METRICS, filters, sort: [] },
      limit: 1_000,
      rates: { reportingCurrency: 'USD', rates: new Map([['EUR', '1.0834']]) },
    });
  const filters = question.filters ?? [];
  const summed = await ask(listening(asked), filters);
  expect(reportIn(asked).includes('sum_key')).toBe(question.sums);
  expect(summed.rows.length).toBeGreaterThan(0);
  expect(summed).toEqual(await ask(store.client, [...filters, ROW_BY_ROW]));
});

it('merged days are answered from the projection', async () => {
  const asked: string[] = [];
  await readReport(listening(asked), {
    organizationId: 'org_acme',
    range: { startMs: START_MS, endMs: START_MS + 72 * HOUR_MS, timezone: 'UTC' },
    grouping: dimensionsOf(['country', 'campaign_id', 'medium']),
    ...{ metrics: METRICS, filters: [], sort: [], limit: 10 },
    rates: { reportingCurrency: 'USD', rates: new Map() },
  });
  const result = await store.client.query({
    query: `EXPLAIN ${reportIn(asked)}`,
    query_params: {
      ...{ organization_id: 'org_acme', row_limit: 10, range_timezone: 'UTC' },
      ...{ whole_from_ms: START_MS, whole_to_ms: START_MS + 72 * HOUR_MS },
    },
    format: 'TabSeparated',
  });
  expect(await result.text()).toContain('report_days');
});
