import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertSeedHistory } from '../../../analytics/testing/seed-history.ts';
import {
  createTestClickHouse,
  createTestDatabase,
  type TestClickHouse,
  type TestDatabase,
} from '../../../test/stores.ts';
import { createTestAdmin, type TestAdmin } from '../testing/app.ts';

let database: TestDatabase;
let store: TestClickHouse;
let admin: TestAdmin;
let key: string;

const PATH = 'POST /api/v1/patterns/discover';
const QUESTION = {
  time_range: { start: '2024-03-01', end: '2024-06-01' },
  min_traffic: 100,
  min_confidence: 0.8,
};

beforeAll(async () => {
  [database, store] = await Promise.all([createTestDatabase(), createTestClickHouse()]);
  admin = await createTestAdmin({ pool: database.pool, clickhouse: store.client });
  key = await admin.keyFor('org_acme', ['analytics:read', 'campaigns:write', 'campaigns:read']);
  await insertSeedHistory(store.client, { organizationId: 'org_acme', backgroundClicks: 2_000 });
});
afterAll(async () => {
  await admin.app.close();
  await Promise.all([database.drop(), store.drop()]);
});

describe('POST /api/v1/patterns/discover', () => {
  it('answers the question of the example with every field of the example', async () => {
    const { status, body } = await admin.ask(key, PATH, QUESTION);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      patterns: expect.arrayContaining([
        {
          pattern_id: expect.stringMatching(/^pat_tiktok_com_[0-9a-f]{8}$/),
          confidence: expect.any(Number),
          sample_size: expect.any(Number),
          characteristics: {
            source: expect.arrayContaining(['tiktok.com']),
            device_types: expect.any(Array),
            countries: expect.any(Array),
            time_patterns: { peak_hours: expect.any(Array), peak_days: expect.any(Array) },
          },
          suggested_campaign: {
            name: expect.any(String),
            estimated_value: expect.any(Number),
            estimated_conversions: expect.any(Number),
            confidence: expect.any(Number),
            rules: expect.any(Array),
            campaign: expect.any(Object),
          },
        },
      ]),
    });
  });

  it('suggests a campaign that can be created as it is', async () => {
    const { body } = await admin.ask(key, PATH, QUESTION);
    const { patterns } = body as { patterns: { suggested_campaign: { campaign: object } }[] };
    const campaign = patterns[0]?.suggested_campaign.campaign;
    expect(await admin.ask(key, 'POST /api/v1/campaigns', campaign)).toMatchObject({ status: 201 });
  });

  it('shows another organisation nothing of it', async () => {
    const foreignKey = await admin.keyFor('org_other', ['analytics:read']);
    expect(await admin.ask(foreignKey, PATH, QUESTION)).toMatchObject({
      status: 200,
      body: { patterns: [], searched: { events: 0 } },
    });
  });

  it.each([
    [{}, '/body/time_range'],
    [{ ...QUESTION, min_traffic: 0 }, '/body/min_traffic'],
    [{ ...QUESTION, min_confidence: 1.1 }, '/body/min_confidence'],
    [{ ...QUESTION, limit: 1_000 }, '/body/limit'],
    [{ ...QUESTION, timezone: "UTC'" }, '/body/timezone'],
    [{ ...QUESTION, organization_id: 'org_other' }, '/body/organization_id'],
    [
      { ...QUESTION, time_range: { start: '2024-03-01', end: '2024-03-01' } },
      '/body/time_range/end',
    ],
  ])('refuses %j, naming %s', async (body, path) => {
    expect(await admin.ask(key, PATH, body)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ path })]) },
    });
  });

  it('needs a key that may read analytics', async () => {
    const other = await admin.keyFor('org_acme', ['campaigns:read']);
    expect(await admin.ask(other, PATH, QUESTION)).toMatchObject({ status: 403 });
  });
});
