import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import type { Detection } from '../../../core/fraud/detection.ts';
import { withTransaction } from '../../../stores/postgres/client.ts';
import { raiseAlert } from '../../../stores/postgres/fraud/alerts.ts';
import { saveScores } from '../../../stores/postgres/fraud/scores.ts';
import type { TestAdmin } from './app.ts';

/** Ids of `org_acme` that a stranger may know or guess. None of them is a secret. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

/** Stands in everything of `org_acme` that a stranger must never read. */
export const SECRET_TEXT = 'canarysecret';
const CLICKS = 4_321;
const REVENUE = 98_765.43;

/** How often things happened there: whoever learns such a number has read the rows. */
export const SECRET_NUMBERS: readonly number[] = [1, 2, 3, 4].flatMap((times) => [
  times * CLICKS,
  Math.round(times * REVENUE * 100) / 100,
]);

/**
 * Gives `org_acme` something of everything: campaigns, a domain, a key, a retroactive run, rates, clicks
 * and conversions, blocks, alerts and webhooks, all of which hold a canary.
 */
export async function plantCanaries(
  admin: TestAdmin,
  stores: { pool: pg.Pool; clickhouse: ClickHouseClient },
  key: string,
): Promise<KnownIds> {
  const campaign = await made(admin, key, 'POST /api/v1/campaigns', {
    campaign_id: 'known_campaign',
    name: SECRET_TEXT,
    retroactive: true,
    time_range: { start: '2024-01-01', end: '2024-02-01' },
    rules: [
      {
        rule_id: 'known_rule',
        conditions: [{ field: 'source', operator: 'equals', value: SECRET_TEXT }],
        action: {
          type: 'redirect',
          destination: `https://${SECRET_TEXT}.example/`,
          tags: [SECRET_TEXT],
        },
      },
    ],
    default_action: { type: 'redirect', destination: `https://${SECRET_TEXT}.example/` },
  });
  const apiKey = await made(admin, key, 'POST /api/v1/keys', {
    name: SECRET_TEXT,
    scopes: ['campaigns:read'],
  });
  await made(admin, key, 'POST /api/v1/domains', { hostname: `${SECRET_TEXT}.example` });
  await made(admin, key, 'POST /api/v1/domains', { hostname: 'known.example' });
  await made(admin, key, 'PATCH /api/v1/organizations/org_acme', {
    fallback_url: `https://${SECRET_TEXT}.example/`,
  });
  await plantEvents(stores);
  const fraudIds = await plantFraud(admin, stores.pool, key);
  const run = campaign.retroactive_run as { run_id: string };
  return {
    id: ['known_campaign'],
    campaign_id: ['known_campaign'],
    rule_id: ['known_rule'],
    key_id: [String(apiKey.key_id)],
    run: [run.run_id],
    run_id: [run.run_id],
    user_id: ['usr_known'],
    click_id: ['clk_known_1'],
    event_id: ['evt_known_1'],
    org_id: ['org_acme'],
    organization_id: ['org_acme'],
    hostname: ['known.example'],
    event_type: ['click'],
    event: ['sale'],
    ip: ['203.0.113.77'],
    since: [Buffer.from('arrivals:0').toString('base64url')],
    ...fraudIds,
  };
}

/** Entries of both lists, settings, a score, an alert, a webhook and what waits for it. */
async function plantFraud(admin: TestAdmin, pool: pg.Pool, key: string): Promise<KnownIds> {
  const entry = { network: '198.51.100.7', reason: SECRET_TEXT };
  const block = await made(admin, key, 'POST /api/v1/fraud/blocks', entry);
  const never = await made(admin, key, 'POST /api/v1/fraud/never-block', {
    ...{ network: '198.51.100.8', reason: SECRET_TEXT },
  });
  await made(admin, key, 'PUT /api/v1/fraud/settings', {
    safe_url: `https://${SECRET_TEXT}.example/`,
  });
  const webhook = await made(admin, key, 'POST /api/v1/webhooks', {
    ...{ url: `https://${SECRET_TEXT}.example/`, events: ['fraud_detection'] },
  });
  const detection: Detection = {
    ...{ organizationId: 'org_acme', address: '203.0.113.77', country: SECRET_TEXT },
    ...{ userAgent: SECRET_TEXT, confidence: 0.97, version: 1, detectedAtMs: Date.now() },
    patterns: [{ pattern: 'click_flood', confidence: 0.97 }],
    window: { clicks: 150, agents: 1, clickIds: 1, meanIntervalMs: 300, intervalVariation: 0 },
  };
  await saveScores(pool, [detection]);
  const alert = await withTransaction(pool, (client) =>
    raiseAlert(client, { pattern: 'click_flood', message: SECRET_TEXT, detection }),
  );
  const deliveries = await pool.query<{ delivery_id: string }>(
    `SELECT delivery_id FROM webhook_deliveries WHERE organization_id = 'org_acme'`,
  );
  return {
    block_id: [String(block.block_id), String(never.block_id)],
    alert_id: alert === undefined ? [] : [alert.alert_id],
    webhook_id: [String(webhook.webhook_id)],
    delivery_id: deliveries.rows.map(({ delivery_id }) => delivery_id),
    address: ['203.0.113.77'],
  };
}

async function made(
  admin: TestAdmin,
  key: string,
  request: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const answer = await admin.ask(key, request, body);
  if (answer.status >= 300) {
    throw new Error(`${request}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body as Record<string, unknown>;
}

/** Clicks and conversions of the last hours and of a time long ago, all with canaries. */
async function plantEvents({
  pool,
  clickhouse,
}: {
  pool: pg.Pool;
  clickhouse: ClickHouseClient;
}): Promise<void> {
  for (const time of ["toDateTime64('2024-01-15 12:00:00', 3, 'UTC')", "now64(3, 'UTC')"]) {
    for (const isAttributed of [true, false]) {
      const campaign = isAttributed ? "'known_campaign'" : 'NULL';
      await clickhouse.command({
        query: `INSERT INTO events (event_id, click_id, event_time, organization_id, event_type,
            user_id, url, campaign_id, source, medium, referer, country, device_type, tags,
            destination, ip, user_agent)
          SELECT concat('evt_known_', toString(number)), concat('clk_known_', toString(number)),
            ${time} - toIntervalSecond(number % 1800), 'org_acme', 'click',
            if(number % 2 = 0, 'usr_known', concat('usr_', toString(number))),
            '/in/known_campaign', ${campaign}, '${SECRET_TEXT}', '${SECRET_TEXT}',
            'https://${SECRET_TEXT}.example/', 'DE', 'mobile', ['${SECRET_TEXT}'],
            'https://${SECRET_TEXT}.example/', '203.0.113.77', '${SECRET_TEXT}'
          FROM numbers(${CLICKS})`,
      });
      await clickhouse.command({
        query: `INSERT INTO events (event_id, click_id, event_time, organization_id, event_type,
            user_id, campaign_id, source, medium, conversion_event, conversion_value,
            conversion_currency, conversion_time, order_id)
          SELECT 'evt_sale_${campaign.length}', 'clk_known_1', ${time}, 'org_acme', '${SECRET_TEXT}',
            'usr_known', ${campaign}, '${SECRET_TEXT}', '${SECRET_TEXT}', '${SECRET_TEXT}', ${REVENUE},
            'USD', ${time}, '${SECRET_TEXT}'`,
      });
    }
  }
  await pool.query(
    `INSERT INTO conversions (organization_id, click_id, event_id, conversion_event,
        conversion_value, currency, order_id, user_id, campaign_id, metadata)
      VALUES ('org_acme', 'clk_known_1', 'evt_sale', 'sale', 98765.43, 'USD', $1, 'usr_known',
        'known_campaign', $2)`,
    [SECRET_TEXT, JSON.stringify({ note: SECRET_TEXT })],
  );
}

/** Where an answer holds something that only `org_acme` may read. */
export function secretsIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string') {
    return value.toLowerCase().includes(SECRET_TEXT) ? [path] : [];
  }
  if (typeof value === 'number') {
    return SECRET_NUMBERS.includes(value) ? [path] : [];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, member]) => [
    ...secretsIn(name, `${path}/${name}`),
    ...secretsIn(member, `${path}/${name}`),
  ]);
}

/** What must be the same afterwards: everything that belongs to `org_acme`. */
export async function stateOfAcme(stores: {
  pool: pg.Pool;
  clickhouse: ClickHouseClient;
}): Promise<unknown> {
  const tables = await stores.pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
      WHERE column_name = 'organization_id' AND table_schema = 'public' ORDER BY 1`,
  );
  const rows: Record<string, unknown> = {};
  for (const { name } of tables.rows) {
    const found = await stores.pool.query(
      `SELECT to_jsonb(t) AS row FROM ${name} t WHERE organization_id = 'org_acme' ORDER BY 1::text`,
    );
    rows[name] = found.rows;
  }
  const events = await stores.clickhouse.query({
    query: `SELECT count() AS count, sum(cityHash64(event_id, campaign_id, rule_id, tags)) AS hash
      FROM events WHERE organization_id = 'org_acme'`,
    format: 'JSONEachRow',
  });
  return { rows, events: await events.json() };
}
