import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  conversionRow,
  exampleJourney,
  insertEvents,
  touchRow,
} from '../../../analytics/queries/attribution/test-journeys.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

const PATH = '/api/v1/analytics/attribution';
/** Everything of the example's answer; there may be more. */
const EXAMPLE_FIELDS = [
  'timestamp',
  'source',
  'campaign',
  'days_before_conversion',
  'attributed_value',
  'attribution_percent',
];

let database: TestDatabase;
let clickhouse: TestClickHouse;
let admin: TestAdmin;
let acme: string;
let other: string;

beforeAll(async () => {
  [database, clickhouse] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  admin = await createTestAdmin({ pool: database.pool, clickhouse: clickhouse.client });
  acme = await admin.keyFor('org_acme');
  other = await admin.keyFor('org_other');
  const user = { user_id: 'usr_second', organization_id: 'org_acme' };
  await insertEvents(clickhouse.client, [
    ...exampleJourney().map((row) => ({ ...row, organization_id: 'org_acme' })),
    touchRow('2024-06-10T08:00:00Z', { ...user, source: 'tiktok', campaign_id: null }),
    { ...conversionRow('2024-06-10T09:00:00Z', '10.0001', user), conversion_currency: 'JPY' },
    conversionRow('2024-06-10T10:00:00Z', '0.05', user),
  ]);
});
afterAll(async () => {
  await admin.app.close();
  await Promise.all([database.drop(), clickhouse.drop()]);
});

const ask = (key: string, query: string) => admin.ask(key, `GET ${PATH}?${query}`);

describe('attribution of one user', () => {
  it('answers the practical example with each of its fields', async () => {
    const { status, body } = await ask(
      acme,
      'user_id=usr_customer123&model=time_decay&half_life_days=3.6&direct_weight=0.714',
    );
    expect(status).toBe(200);
    const answer = body as Record<string, unknown> & { touchpoints: Record<string, unknown>[] };
    expect(answer).toMatchObject({
      user_id: 'usr_customer123',
      total_value: 149.99,
      currency: 'USD',
      attribution_model: 'time_decay',
      insights: [
        'Email was the final major touchpoint before conversion',
        'Customer journey spanned 4.4 days with 4 touchpoints',
        'Facebook initiated awareness, email drove conversion',
      ],
      conversions: [{ event: 'purchase', value: 149.99, touchpoints: 4 }],
    });
    expect(answer.touchpoints).toMatchObject([
      {
        timestamp: '2024-06-01T10:15:00Z',
        campaign: 'summer_awareness',
        days_before_conversion: 4.4,
      },
      { timestamp: '2024-06-03T14:22:00Z', campaign: null, days_before_conversion: 2.2 },
      { timestamp: '2024-06-05T19:45:00Z', source: 'email', campaign: 'june_promo' },
      { timestamp: '2024-06-05T19:52:00Z', source: 'direct', campaign: null },
    ]);
    for (const [index, percent] of [15, 25, 35, 25].entries()) {
      const touchpoint = answer.touchpoints[index] ?? {};
      expect(Object.keys(touchpoint)).toEqual(expect.arrayContaining(EXAMPLE_FIELDS));
      expect(Math.abs(Number(touchpoint.attribution_percent) - percent)).toBeLessThanOrEqual(2);
    }
    const cents = answer.touchpoints.map((touch) =>
      Math.round(Number(touch.attributed_value) * 100),
    );
    expect(cents.reduce((sum, part) => sum + part, 0)).toBe(14_999);
  });

  it('says what is in a currency without a rate, and adds it to nothing', async () => {
    const { body } = await ask(acme, 'user_id=usr_second&model=last_touch');
    expect(body).toMatchObject({
      total_value: 0.05,
      unconverted: [{ currency: 'JPY', value: 10.0001 }],
      touchpoints: [{ source: 'tiktok', attributed_value: 0.05, attribution_percent: 100 }],
    });
  });

  it("shows nothing of another organisation's user, nor of one that there is not", async () => {
    for (const userId of ['usr_customer123', 'nobody']) {
      const { status, body } = await ask(other, `user_id=${userId}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        user_id: userId,
        touchpoints: [],
        conversions: [],
        total_value: 0,
      });
    }
  });
});

describe('attribution of all users', () => {
  it.each(['linear', 'time_decay', 'markov', 'shapley'])('answers %s by source', async (model) => {
    const { status, body } = await ask(acme, `model=${model}&start=2024-06-01&end=2024-07-01`);
    expect(status).toBe(200);
    const answer = body as {
      groups: { group: string; attributed_value: number; percent: number }[];
    };
    expect(answer).toMatchObject({
      model,
      group_by: 'source',
      start: '2024-06-01T00:00:00Z',
      end: '2024-07-01T00:00:00Z',
      currency: 'USD',
      total_value: 150.04,
      conversions: 3,
      unattributed_value: 0,
      unconverted: [{ currency: 'JPY', value: 10.0001 }],
    });
    expect(answer.groups.map(({ group }) => group).sort()).toEqual([
      'direct',
      'email',
      'facebook',
      'google',
      'tiktok',
    ]);
    const cents = answer.groups.map((group) => Math.round(group.attributed_value * 100));
    expect(cents.reduce((sum, part) => sum + part, 0)).toBe(15_004);
  });

  it('takes bare dates as midnights of the time zone', async () => {
    const { body } = await ask(
      acme,
      'start=2024-06-10&end=2024-06-11&timezone=America/Los_Angeles',
    );
    expect(body).toMatchObject({ start: '2024-06-10T07:00:00Z', conversions: 2 });
  });

  it("has nothing of another organisation's", async () => {
    const { body } = await ask(other, 'start=2024-06-01&end=2024-07-01');
    expect(body).toMatchObject({ conversions: 0, total_value: 0, groups: [] });
  });
});

it.each([
  ['user_id=a&model=markov', 'model'],
  ['model=shapley&direct_weight=0.5', 'direct_weight'],
  ['model=best', 'model'],
  ['half_life_days=0', 'half_life_days'],
  ['lookback_days=-1', 'lookback_days'],
  ['lookback_days=NaN', 'lookback_days'],
  ['direct_weight=-1', 'direct_weight'],
  ['start=2024-02-30', 'start'],
  ['user_id=a&end=yesterday', 'end'],
  ['timezone=Mars', 'timezone'],
  ['group_by=user_id', 'group_by'],
])('refuses %s and says which value is at fault', async (query, field) => {
  expect(await ask(acme, query)).toMatchObject({
    status: 400,
    body: { errors: [{ path: `/querystring/${field}` }] },
  });
});
