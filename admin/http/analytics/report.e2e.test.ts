import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEED_CAMPAIGN_ID } from '../../../analytics/testing/seed-history.ts';
import { createSeededAdmin, type SeededAdmin } from '../testing/seeded-admin.ts';

let seeded: SeededAdmin;
let store: SeededAdmin['store'];
let admin: SeededAdmin['admin'];
let key: SeededAdmin['key'];

beforeAll(async () => {
  seeded = await createSeededAdmin();
  ({ store, admin, key } = seeded);
});
afterAll(async () => {
  await seeded.dispose();
});

const report = (body: unknown) => admin.ask(key, 'POST /api/v1/analytics/report', body);
const RANGE = { start: '2024-03-01', end: '2024-06-01' };

describe('POST /api/v1/analytics/report', () => {
  it('groups by several dimensions, with totals', async () => {
    const answer = await report({
      range: RANGE,
      grouping: ['campaign_id', 'device_type'],
      metrics: ['clicks', 'conversions', 'revenue', 'unique_users', 'conversion_rate', 'epc'],
      filters: [{ field: 'campaign_id', operator: 'equals', value: SEED_CAMPAIGN_ID }],
    });
    expect(answer.status).toBe(200);
    const { rows } = answer.body as { rows: { device_type: string; clicks: number }[] };
    expect(rows.map(({ device_type, clicks }) => [device_type, clicks])).toEqual([
      ['mobile', 14_200],
      ['tablet', 1_100],
      ['desktop', 120],
    ]);
    expect(answer.body).toMatchObject({
      currency: 'USD',
      truncated: false,
      totals: {
        clicks: 15_420,
        conversions: 468,
        revenue: 127_840.5,
        conversion_rate: 3.04,
        epc: 8.2906,
      },
    });
  });

  it('filters with the operators of rules, sorts and limits', async () => {
    const answer = await report({
      range: RANGE,
      grouping: ['weekday', 'hour'],
      metrics: ['conversions'],
      filters: [
        { field: 'referer', operator: 'contains', value: 'TikTok.com' },
        { field: 'hour', operator: 'between', value: [19, 21] },
        { field: 'weekday', operator: 'in', value: ['friday', 'saturday'] },
      ],
      sort: [{ field: 'conversions', direction: 'desc' }],
      limit: 2,
    });
    const { rows, truncated } = answer.body as { rows: unknown[]; truncated: boolean };
    expect(rows).toHaveLength(2);
    expect(truncated).toBe(true);
  });

  it('counts a row under each of its tags, and once in the totals', async () => {
    await store.client.command({
      query: `INSERT INTO events (organization_id, event_id, event_time, event_type, tags) VALUES
        ('org_acme', 'evt_t1', '2023-01-01 10:00:00', 'click', ['a', 'b']),
        ('org_acme', 'evt_t2', '2023-01-01 10:00:00', 'click', ['a']),
        ('org_acme', 'evt_t3', '2023-01-01 10:00:00', 'click', [])`,
    });
    const body = { range: { start: '2023-01-01', end: '2023-01-02' }, metrics: ['clicks'] };
    for (const grouping of [['tag'], ['tag', 'source']]) {
      const answer = await report({ ...body, grouping });
      expect(answer.body).toMatchObject({
        rows: [
          { tag: 'a', clicks: 2 },
          { tag: '', clicks: 1 },
          { tag: 'b', clicks: 1 },
        ],
        totals: { clicks: 3 },
      });
    }
  });

  it('has blocked and suspicious clicks in columns, groups and filters of their own', async () => {
    const click = (index: number, columns: Record<string, unknown>) => ({
      organization_id: 'org_acme',
      event_id: `evt_b${index}`,
      event_time: '2019-01-01 10:00:00',
      event_type: 'click',
      user_id: `usr_b${index}`,
      campaign_id: 'attacked',
      device_type: 'mobile',
      ...columns,
    });
    await store.client.insert({
      table: 'events',
      format: 'JSONEachRow',
      values: [
        {},
        { fraud_score: 0.8, fraud_reasons: ['bot'] },
        { fraud_score: 0.9, fraud_reasons: ['click_flood', 'rapid_fire'] },
        { is_bot: true, fraud_score: 0.9 },
        { is_bot: true, is_blocked: true, fraud_score: 1, fraud_reasons: ['blocked'] },
        { is_blocked: true, fraud_score: 0 },
      ].map((columns, index) => click(index, columns)),
    });
    const metrics = ['clicks', 'clean_clicks', 'suspicious_clicks', 'blocked_clicks', 'bots'];
    const body = { range: { start: '2019-01-01', end: '2019-01-02' }, metrics };
    const row = { clicks: 3, clean_clicks: 2, suspicious_clicks: 1, blocked_clicks: 2, bots: 1 };
    expect((await report(body)).body).toMatchObject({ rows: [row], totals: row });
    expect((await report({ ...body, include_bots: true })).body).toMatchObject({
      rows: [{ ...row, clicks: 4, suspicious_clicks: 2 }],
    });
    expect(
      (await report({ ...body, grouping: ['is_blocked', 'is_suspicious'] })).body,
    ).toMatchObject({
      rows: [
        { is_blocked: false, is_suspicious: false, clicks: 2, blocked_clicks: 0 },
        { is_blocked: false, is_suspicious: true, clicks: 1, blocked_clicks: 0 },
        { is_blocked: true, is_suspicious: false, clicks: 0, blocked_clicks: 2 },
      ],
    });
    for (const [filter, clicks, blocked_clicks] of [
      [{ field: 'is_blocked', operator: 'equals', value: true }, 0, 2],
      [{ field: 'is_blocked', operator: 'not_equals', value: true }, 3, 0],
      [{ field: 'is_suspicious', operator: 'equals', value: true }, 1, 0],
      [{ field: 'fraud_reason', operator: 'in', value: ['rapid_fire', 'x'] }, 1, 0],
      [{ field: 'fraud_reason', operator: 'not_exists' }, 1, 1],
    ] as const) {
      const answer = await report({ ...body, filters: [filter] });
      expect(answer.body).toMatchObject({ totals: { clicks, blocked_clicks } });
    }
    const { bots: _, ...counts } = row;
    const campaign = await admin.ask(key, 'GET /api/v1/analytics/campaigns?campaign_id=attacked');
    expect(campaign.body).toMatchObject({
      metrics: { ...counts, unique_users: 3, device_breakdown: { mobile: 3 } },
    });
    const journey = await admin.ask(key, 'GET /api/v1/analytics/journey?user_id=usr_b2');
    expect(journey.body).toMatchObject({
      events: [
        { is_blocked: false, fraud_score: 0.9, fraud_reasons: ['click_flood', 'rapid_fire'] },
      ],
    });
  });

  it('knows days and hours of zones with daylight saving', async () => {
    const times = ['2022-10-29 22:30:00', '2022-10-30 00:30:00', '2022-10-30 01:30:00'];
    await store.client.command({
      query: `INSERT INTO events (organization_id, event_id, event_time, event_type) VALUES ${times
        .map((time, index) => `('org_acme', 'evt_d${index}', '${time}', 'click')`)
        .join(', ')}, ('org_acme', 'evt_d9', '2022-10-30 22:59:59.999', 'click')`,
    });
    // In Berlin 30 October has 25 hours: 02:00 to 03:00 comes twice.
    const range = { start: '2022-10-30', end: '2022-10-31', timezone: 'Europe/Berlin' };
    const sort = { field: 'clicks' };
    const body = { range, metrics: ['clicks'], sort };
    expect((await report({ ...body, grouping: ['day'] })).body).toMatchObject({
      rows: [{ day: '2022-10-30', clicks: 4 }],
    });
    expect((await report({ ...body, grouping: ['hour'] })).body).toMatchObject({
      rows: [
        { hour: 2, clicks: 2 },
        { hour: 0, clicks: 1 },
        { hour: 23, clicks: 1 },
      ],
    });
    const hourly = await report({ ...body, grouping: ['hourly', 'week', 'month'] });
    expect(hourly.body).toMatchObject({
      rows: [
        { hourly: '2022-10-29T22:00:00Z', week: '2022-10-24', month: '2022-10-01' },
        { hourly: '2022-10-30T00:00:00Z' },
        { hourly: '2022-10-30T01:00:00Z' },
        { hourly: '2022-10-30T22:00:00Z' },
      ],
    });
  });

  it('streams CSV that no spreadsheet takes for formulas', async () => {
    await store.client.insert({
      table: 'events',
      format: 'JSONEachRow',
      values: ['=1+1', 'a,"b"', '@x'].map((source, index) => ({
        organization_id: 'org_acme',
        event_id: `evt_f${index}`,
        event_time: '2021-01-01 10:00:00',
        event_type: 'click',
        source,
        query_params: { 'sub"1': `-${index}` },
      })),
    });
    const answer = await admin.app.inject({
      method: 'POST',
      url: '/api/v1/analytics/report',
      headers: { authorization: `Bearer ${key}`, accept: 'text/csv' },
      payload: {
        range: { start: '2021-01-01', end: '2021-01-02' },
        grouping: ['source', 'param.sub"1', 'campaign_id'],
        metrics: ['clicks', 'revenue', 'conversion_rate'],
        sort: { field: 'source', direction: 'asc' },
      },
    });
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.body.split('\r\n')).toEqual([
      'source,"param.sub""1",campaign_id,clicks,revenue,conversion_rate',
      `"'=1+1","'-0",,1,0.00,0.00`,
      `"'@x","'-2",,1,0.00,0.00`,
      `"a,""b""","'-1",,1,0.00,0.00`,
      '',
    ]);
  });

  it('refuses what it cannot do with the place of the fault', async () => {
    for (const [body, path] of [
      [{ grouping: ['1; DROP TABLE events'] }, '/body/grouping/0'],
      [{ metrics: ['profit'] }, '/body/metrics/0'],
      [{ filters: [{ field: 'ip', operator: 'in_cidr', value: 'x' }] }, '/body/filters/0/value'],
      [
        { filters: [{ field: 'campaign_id', operator: 'matches', value: 'x' }] },
        '/body/filters/0/operator',
      ],
      [
        { filters: [{ field: 'nothing', operator: 'equals', value: 'x' }] },
        '/body/filters/0/field',
      ],
      [{ sort: { field: 'city' } }, '/body/sort/0/field'],
      [
        { filters: [{ field: 'is_blocked', operator: 'equals', value: 'yes' }] },
        '/body/filters/0/value',
      ],
      [{ limit: 20_000 }, '/body/limit'],
      [{ range: { start: '2024-01-01', end: '2023-01-01' } }, '/body/range/end'],
    ] as const) {
      expect(await report(body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    }
  });
});
