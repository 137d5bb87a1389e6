import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversionEventId } from '../../core/postback/conversion-key.ts';
import { createOrganization } from '../../stores/postgres/configuration/organizations.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../test/stores.ts';
import { ensureDemoCampaigns } from './demo-campaigns.ts';
import { type HistoryPlan, planHistory } from './plan.ts';
import { storedRuns } from './stored-history.ts';
import { type IfExists, removeHistory, type WriteOutcome, writeHistory } from './write-history.ts';

const ORGANIZATION = 'org_acmecorp';
const EVENTS = 20_000;
const END_MS = Date.UTC(2026, 10, 24);

let clickhouse: TestClickHouse;
let database: TestDatabase;

beforeAll(async () => {
  [clickhouse, database] = await Promise.all([createTestClickHouse(), createTestDatabase()]);
  await createOrganization(database.pool, { organization_id: ORGANIZATION, name: 'Acme Corp' });
});
afterAll(() => Promise.all([clickhouse.drop(), database.drop()]));

function plan(changes: Partial<HistoryPlan> = {}): HistoryPlan {
  return planHistory({
    organizationId: ORGANIZATION,
    events: EVENTS,
    months: 4,
    seed: 1,
    endMs: END_MS,
    timezone: 'America/New_York',
    ...changes,
  });
}

/** @param chunksMax how many chunks to write before the run is stopped */
function write(
  history: HistoryPlan,
  { ifExists = 'refuse', chunksMax = 1_000 }: { ifExists?: IfExists; chunksMax?: number } = {},
): Promise<WriteOutcome> {
  let chunks = 0;
  return writeHistory({ client: clickhouse.client, pool: database.pool }, history, {
    ifExists,
    isStopRequested: () => chunks++ >= chunksMax,
    onProgress: () => undefined,
  });
}

async function rows<T>(query: string): Promise<T[]> {
  const result = await clickhouse.client.query({ query, format: 'JSONEachRow' });
  return result.json<T>();
}

async function row<T>(query: string): Promise<T> {
  const [first] = await rows<T>(query);
  if (first === undefined) {
    throw new Error('no row');
  }
  return first;
}

/** Of the whole table, rows in any order. */
async function checksum(): Promise<string> {
  const { sum } = await row<{ sum: string }>(
    `SELECT toString(sum(cityHash64(* EXCEPT run_id))) AS sum FROM events`,
  );
  return sum;
}

async function ledger(): Promise<{ rows: number; batches: number; value: string }> {
  const { rows: found } = await database.pool.query(
    `SELECT count(*)::int AS rows, count(DISTINCT batch_id)::int AS batches,
      coalesce(sum(conversion_value), 0)::text AS value FROM conversions`,
  );
  return found[0];
}

describe('a demo history', () => {
  beforeAll(async () => {
    await ensureDemoCampaigns(database.pool, ORGANIZATION);
    expect((await write(plan())).kind).toBe('written');
  }, 60_000);

  it('has as many clicks and visits as asked for, within its months, and some conversions', async () => {
    const history = plan();
    const { events, conversions, inside } = await row<Record<string, number>>(`
      SELECT toUInt32(countIf(conversion_event = '')) AS events,
        toUInt32(countIf(conversion_event != '')) AS conversions,
        toUInt32(countIf(event_time >= fromUnixTimestamp64Milli(${history.startMs})
          AND event_time < fromUnixTimestamp64Milli(${history.endMs}))) AS inside
      FROM events`);
    expect(events).toBe(EVENTS);
    expect(inside).toBe(EVENTS + (conversions ?? 0));
    expect((conversions ?? 0) / EVENTS).toBeGreaterThan(0.015);
    expect((conversions ?? 0) / EVENTS).toBeLessThan(0.045);
  });

  it('gives every event an id of its own, in the form of all ids', async () => {
    const found = await row<Record<string, number>>(`
      SELECT toUInt32(count() - uniqExact(event_id)) AS twice,
        toUInt32(countIf(NOT match(event_id, '^evt_[0-9a-f]{16}$'))) AS odd_events,
        toUInt32(countIf(NOT match(user_id, '^usr_[0-9a-f]{16}$'))) AS odd_users,
        toUInt32(countIf(event_type = 'click' AND click_id = '')) AS without_click_id
      FROM events`);
    expect(found).toEqual({ twice: 0, odd_events: 0, odd_users: 0, without_click_id: 0 });
  });

  it('has believable shares of devices, countries, sources and bots', async () => {
    const shares = await row<Record<string, number>>(`
      SELECT countIf(device_type = 'mobile') / count() AS mobile,
        countIf(device_type = 'desktop') / count() AS desktop,
        countIf(device_type = 'tablet') / count() AS tablet,
        countIf(is_bot) / count() AS bots,
        countIf(is_bot != (device_type = 'bot')) AS contradicting,
        countIf(country = 'US') / count() AS us,
        countIf(campaign_id IS NULL AND event_type = 'click') / count() AS stray,
        countIf(event_type = 'pageview') / count() AS visits,
        toUInt32(uniqExact(country)) AS countries, toUInt32(uniqExact(source)) AS sources,
        toUInt32(uniqExact(campaign_id)) AS campaigns,
        countIf(country = '' OR city = '' OR os = '' OR browser = '') AS unknown
      FROM events WHERE conversion_event = ''`);
    expect(shares.mobile).toBeGreaterThan(0.45);
    expect(shares.mobile).toBeLessThan(0.75);
    expect(shares.desktop).toBeGreaterThan(0.15);
    expect(shares.tablet).toBeGreaterThan(0.01);
    expect(shares.bots).toBeCloseTo(0.04, 1);
    expect(shares.us).toBeGreaterThan(0.35);
    expect(shares.stray).toBeGreaterThan(0.15);
    expect(shares.visits).toBeCloseTo(0.12, 1);
    expect(shares).toMatchObject({ contradicting: 0, unknown: 0, campaigns: 36 });
    expect(shares.countries).toBeGreaterThan(20);
    expect(shares.sources).toBeGreaterThan(100);
  });

  it('has some attacks: blocked and suspicious clicks that bring nothing', async () => {
    const found = await row<Record<string, number>>(`
      SELECT countIf(is_blocked) / count() AS blocked,
        countIf(fraud_score > toFloat32(0.8) AND NOT is_blocked) / count() AS suspicious,
        countIf(is_blocked AND (event_type != 'click' OR is_bot OR destination != ''
          OR fraud_score <= 0.95 OR NOT has(fraud_reasons, 'blocked'))) AS odd,
        countIf(is_bot AND (is_blocked OR fraud_reasons != ['bot'])) AS odd_bots,
        toUInt32(uniqExactIf(ip, is_blocked)) AS addresses,
        (SELECT countIf(is_blocked OR fraud_score != 0) FROM events WHERE conversion_event != '')
          AS converted
      FROM events WHERE conversion_event = ''`);
    expect(found.blocked).toBeGreaterThan(0.001);
    expect(found.blocked).toBeLessThan(0.02);
    expect(found.suspicious).toBeGreaterThan(0.0003);
    expect(found.suspicious).toBeLessThan(0.01);
    expect(found).toMatchObject({ odd: 0, odd_bots: 0, converted: 0 });
    expect(found.addresses).toBeGreaterThan(3);
  });

  it('lets referring sites follow Zipf: few send much, many send little', async () => {
    const counts = await rows<{ clicks: number }>(`
      SELECT toUInt32(count()) AS clicks FROM events
      WHERE medium = 'referral' AND campaign_id IS NULL AND conversion_event = ''
      GROUP BY source ORDER BY clicks DESC`);
    const total = counts.reduce((sum, { clicks }) => sum + clicks, 0);
    const top = counts.slice(0, 10).reduce((sum, { clicks }) => sum + clicks, 0);
    expect(counts.length).toBeGreaterThan(150);
    expect(top / total).toBeGreaterThan(0.2);
    expect(top / total).toBeLessThan(0.5);
  });

  it('rises in the evening and falls at night, by the clock of its time zone, and grows', async () => {
    const { night, evening, early, late } = await row<Record<string, number>>(`
      SELECT countIf(toHour(event_time, 'America/New_York') IN (2, 3, 4)) AS night,
        countIf(toHour(event_time, 'America/New_York') IN (19, 20, 21)) AS evening,
        countIf(event_time < '2026-08-24') AS early, countIf(event_time >= '2026-10-24') AS late
      FROM events WHERE conversion_event = ''`);
    expect(Number(evening) / Number(night)).toBeGreaterThan(4);
    expect(Number(late) / Number(early)).toBeGreaterThan(1.1);
  });

  it('brings visitors back, with the same device and place', async () => {
    const found = await row<Record<string, number>>(`
      SELECT avg(touches) AS mean, toUInt32(max(touches)) AS most,
        countIf(touches > 1) / count() AS returning, countIf(agents > 1 OR cities > 1) AS changed
      FROM (
        SELECT count() AS touches, uniqExact(user_agent) AS agents, uniqExact(city) AS cities
        FROM events WHERE conversion_event = '' AND NOT is_bot GROUP BY user_id
      )`);
    expect(found.mean).toBeGreaterThan(1.2);
    expect(found.most).toBeGreaterThanOrEqual(5);
    expect(found.returning).toBeGreaterThan(0.12);
    expect(found.changed).toBe(0);
  });

  it('has no conversion before its click, and copies the click into each', async () => {
    const found = await row<Record<string, number>>(`
      SELECT toUInt32(count()) AS joined,
        toUInt32((SELECT count() FROM events WHERE conversion_event != '')) AS conversions,
        countIf(conversion.event_time <= click.event_time) AS early,
        countIf(conversion.event_time > click.event_time + INTERVAL 1 DAY) AS days_later,
        countIf((click.user_id, click.click_id, click.campaign_id, click.source, click.headers)
          != (conversion.user_id, conversion.click_id, conversion.campaign_id, conversion.source,
            conversion.headers)) AS different,
        countIf(click.is_bot OR click.event_type != 'click') AS of_no_click
      FROM events AS conversion
      INNER JOIN events AS click ON click.event_id = conversion.click_event_id
      WHERE conversion.conversion_event != ''`);
    expect(found).toMatchObject({ early: 0, different: 0, of_no_click: 0 });
    expect(found.joined).toBe(found.conversions);
    expect(found.days_later).toBeGreaterThan(0);
  });

  it('has the same conversions in the ledger, as published, and nothing left to be done', async () => {
    type Conversion = Record<string, string | null>;
    const events = await rows<Conversion>(`
      SELECT event_id, click_id, conversion_event, toString(conversion_value) AS value,
        conversion_currency AS currency, order_id, user_id, campaign_id, click_event_id,
        toString(toUnixTimestamp64Milli(event_time)) AS at
      FROM events WHERE conversion_event != '' ORDER BY event_id`);
    const { rows: recorded } = await database.pool.query<Conversion>(`
      SELECT event_id, click_id, conversion_event, trim_scale(conversion_value)::text AS value,
        currency, order_id, user_id, campaign_id, click_event_id,
        round(extract(epoch FROM created_at) * 1000)::text AS at
      FROM conversions ORDER BY event_id`);
    expect(recorded).toEqual(events);
    const first = events[0];
    expect(first?.event_id).toBe(
      conversionEventId(
        ORGANIZATION,
        String(first?.click_id),
        String(first?.conversion_event),
        String(first?.order_id),
      ),
    );
    const { rows: open } = await database.pool.query(`
      SELECT count(*)::int AS open FROM conversions LEFT JOIN conversion_batches AS batch
        ON batch.id = batch_id
      WHERE batch_id IS NULL OR acknowledged_at IS NULL OR next_match_at IS NOT NULL
        OR correction_pending OR matched_at IS NULL`);
    expect(open).toEqual([{ open: 0 }]);
  });

  it('is not written twice', async () => {
    const before = await checksum();
    expect(await write(plan())).toEqual({ kind: 'already_there', events: 0, conversions: 0 });
    await expect(write(plan({ seed: 2 }))).rejects.toMatchObject({ code: 'demo_data_exists' });
    expect(await checksum()).toBe(before);
  });

  it('is the same when it is stopped, and the piece that was being written is lost half', async () => {
    const before = { sum: await checksum(), ledger: await ledger() };
    await removeHistory({ client: clickhouse.client, pool: database.pool }, ORGANIZATION);
    expect(await ledger()).toEqual({ rows: 0, batches: 0, value: '0' });
    expect(await write(plan(), { chunksMax: 3 })).toMatchObject({ kind: 'stopped' });
    const half = plan().chunks[2];
    await clickhouse.client.command({
      query: `DELETE FROM events WHERE event_time >= fromUnixTimestamp64Milli(${half?.startMs})
        AND event_time < fromUnixTimestamp64Milli(${half?.endMs}) AND cityHash64(event_id) % 2 = 0`,
    });
    expect(await write(plan())).toMatchObject({ kind: 'written' });
    expect({ sum: await checksum(), ledger: await ledger() }).toEqual(before);
  }, 60_000);

  it('can be replaced by another, or get another beside it', async () => {
    const other = plan({ seed: 2, months: 1 });
    expect(await write(other, { ifExists: 'append' })).toMatchObject({ kind: 'written' });
    const both = await storedRuns(clickhouse.client, ORGANIZATION);
    expect(both.map(({ tag, events }) => [tag, events])).toEqual(
      [plan().tag, other.tag].sort().map((tag) => [tag, EVENTS]),
    );
    const third = plan({ seed: 3, months: 1 });
    const { conversions } = await write(third, { ifExists: 'replace' });
    const left = await storedRuns(clickhouse.client, ORGANIZATION);
    expect(left).toMatchObject([{ tag: third.tag, events: EVENTS }]);
    expect((await ledger()).rows).toBe(conversions);
    const twice = await row<{ twice: number }>(
      'SELECT toUInt32(count() - uniqExact(event_id)) AS twice FROM events',
    );
    expect(twice).toEqual({ twice: 0 });
  }, 60_000);
});
