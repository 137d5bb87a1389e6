import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineVisitorReader } from '../../../../cli/visitor-reader.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../../testing/app.ts';

let database: TestDatabase;
let admin: TestAdmin;
let acme: string;

const SHOP = 'https://shop.example';
const CAMPAIGN = {
  campaign_id: 'sale',
  name: 'Sale',
  timezone: 'Europe/Berlin',
  rules: [
    {
      rule_id: 'low',
      priority: 1,
      conditions: [{ field: 'source', operator: 'in', value: ['tiktok', 'facebook'] }],
      action: {
        type: 'redirect',
        destination: `${SHOP}/low?c={click_id}`,
        passthrough: ['sub'],
        tags: ['social'],
      },
    },
    {
      rule_id: 'high',
      priority: 10,
      conditions: [
        { field: 'device_type', operator: 'equals', value: 'mobile' },
        {
          any: [
            { field: 'country', operator: 'equals', value: 'DE' },
            { field: 'hour', operator: 'equals', value: 3 },
          ],
        },
      ],
      action: {
        type: 'redirect',
        destinations: [
          { url: `${SHOP}/a`, weight: 30 },
          { url: `${SHOP}/b`, weight: 10 },
        ],
      },
      caps: { clicks_per_day: 5 },
    },
    {
      rule_id: 'bots',
      priority: 100,
      conditions: [{ field: 'is_bot', operator: 'equals', value: true }],
      action: { type: 'block', tags: ['bot'] },
    },
  ],
};
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createTestAdmin(database, { visitors: engineVisitorReader(undefined) });
  acme = await admin.keyFor('org_acme');
  const created = await admin.ask(acme, 'POST /api/v1/campaigns', CAMPAIGN);
  expect(created.status).toBe(201);
});
afterAll(async () => {
  await admin.app.close();
  await database.drop();
});

async function tried(sample?: object, id = 'sale') {
  const answer = await admin.ask(acme, `POST /api/v1/campaigns/${id}/test`, sample);
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('a campaign that is tried out', () => {
  it('says which rule takes a request, why, and where it leads', async () => {
    expect(
      await tried({
        url: 'https://track.acme.example/in/sale?source=TikTok&click_id=c%201&sub=7',
        user_agent: IPHONE,
        at: '2024-06-15T12:00:00Z',
      }),
    ).toMatchObject({
      outcome: 'redirect',
      decided_by: 'rule',
      rule_id: 'low',
      destination: `${SHOP}/low?c=c%201&sub=7`,
      tags: ['social'],
      rules: [
        { rule_id: 'bots', matched: false },
        {
          rule_id: 'high',
          matched: false,
          conditions: [
            { field: 'device_type', actual: 'mobile', held: true },
            {
              held: false,
              any: [
                { field: 'country', actual: null, held: false },
                { field: 'hour', actual: 14, held: false },
              ],
            },
          ],
        },
        { rule_id: 'low', matched: true, conditions: [{ actual: 'TikTok', held: true }] },
      ],
      visitor: { source: 'TikTok', os: 'iOS', browser: 'Safari', url: '/in/sale' },
    });
  });

  it('reads the clock of its time zone', async () => {
    const sample = { device_type: 'mobile', at: '2024-06-15T01:30:00Z' };
    expect(await tried(sample)).toMatchObject({ rule_id: 'high' });
    expect(await tried({ ...sample, at: '2024-01-15T01:30:00Z' })).toMatchObject({ rule_id: null });
  });

  it('knows where an address is, unless it is told', async () => {
    const sample = { ip: '194.25.0.60', device_type: 'mobile', at: '2024-06-15T12:00:00Z' };
    expect(await tried(sample)).toMatchObject({ rule_id: 'high', visitor: { country: 'DE' } });
    expect(await tried({ ...sample, country: 'FR' })).toMatchObject({ rule_id: null });
  });

  it('shows all destinations of a split, and gives a visitor always the same one', async () => {
    const chosen = new Set<string>();
    for (let visitor = 0; visitor < 20; visitor++) {
      const sample = { device_type: 'mobile', country: 'DE', user_id: `usr_${visitor}` };
      const [first, second] = [await tried(sample), await tried(sample)];
      expect(first).toMatchObject({
        destinations: [
          { url: `${SHOP}/a`, weight: 30, share: 0.75 },
          { url: `${SHOP}/b`, weight: 10, share: 0.25 },
        ],
        caps: { clicks_per_day: 5 },
        destination: (second as { destination: string }).destination,
      });
      chosen.add((first as { destination: string }).destination);
    }
    expect([...chosen].sort()).toEqual([`${SHOP}/a`, `${SHOP}/b`]);
  });

  it('blocks whom its rules block', async () => {
    const headers = { 'User-Agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' };
    expect(await tried({ headers })).toMatchObject({
      outcome: 'block',
      rule_id: 'bots',
      destination: null,
      tags: ['bot'],
    });
  });

  it('leads to the default action, else the fallback, else nowhere', async () => {
    expect(await tried()).toMatchObject({
      outcome: 'not_found',
      decided_by: 'nothing',
      destination: null,
      reason: expect.stringContaining('no fallback URL'),
    });
    await admin.ask(acme, 'PATCH /api/v1/organizations/org_acme', {
      fallback_url: 'https://acme.example/?lost={campaign_id}',
    });
    expect(await tried()).toMatchObject({
      outcome: 'redirect',
      decided_by: 'fallback_url',
      destination: 'https://acme.example/?lost=sale',
    });
    await admin.ask(acme, 'PATCH /api/v1/campaigns/sale', {
      default_action: { type: 'redirect', destination: `${SHOP}/{country}`, passthrough: 'all' },
    });
    expect(await tried({ country: 'AT', query: { a: '1', b: 'x y' } })).toMatchObject({
      decided_by: 'default_action',
      destination: `${SHOP}/AT?a=1&b=x%20y`,
    });
    await admin.ask(acme, 'POST /api/v1/campaigns/sale/clone', { campaign_id: 'paused' });
    expect(await tried({ source: 'tiktok' }, 'paused')).toMatchObject({
      decided_by: 'fallback_url',
      rules: [{}, {}, { rule_id: 'low', matched: true }],
    });
  });

  it.each([
    [{ ip: 'here' }, '/body/ip'],
    [{ at: 'noon' }, '/body/at'],
    [{ fraud_score: 2 }, '/body/fraud_score'],
    [{ sauce: 'x' }, '/body/sauce'],
  ])('refuses a sample that cannot be: %j', async (sample, path) => {
    expect(await admin.ask(acme, 'POST /api/v1/campaigns/sale/test', sample)).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    });
  });

  it('is only tried by those who may read it', async () => {
    const [other, weak] = [
      await admin.keyFor('org_other'),
      await admin.keyFor('org_acme', ['analytics:read']),
    ];
    const path = 'POST /api/v1/campaigns/sale/test';
    expect((await admin.ask(other, path, {})).status).toBe(404);
    expect((await admin.ask(weak, path, {})).status).toBe(403);
  });
});
