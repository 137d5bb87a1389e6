import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import pino from 'pino';
import type { Rule } from '../../core/rules/definition.ts';
import { createCampaign } from '../../stores/postgres/configuration/campaigns.ts';
import { createOrganization } from '../../stores/postgres/configuration/organizations.ts';
import type { RetroactiveRun, RunStatus, Span } from './run.ts';
import { RetroactiveRunner, type RunnerOptions } from './runner.ts';
import { getRun } from './runs.ts';

export const MARCH_TO_MAY: Span = {
  startMs: Date.UTC(2024, 2, 1),
  endMs: Date.UTC(2024, 5, 1),
};

/** A rule that takes whoever comes from a site. */
export function refererRule(site: string, rule: Partial<Rule> & { tags?: string[] } = {}): Rule {
  const { tags = ['organic'], ...others } = rule;
  return {
    rule_id: `from_${site.replaceAll('.', '_')}`,
    type: 'custom',
    priority: 0,
    conditions: [{ field: 'referer', operator: 'contains', value: site }],
    action: {
      type: 'redirect',
      destination: 'https://shop.acmecorp.com/landing',
      passthrough: [],
      tags,
    },
    ...others,
  };
}

export async function makeCampaign(
  pool: pg.Pool,
  campaign: { organizationId?: string; campaignId: string; rules: Rule[]; timezone?: string },
): Promise<void> {
  const organization_id = campaign.organizationId ?? 'org_acmecorp';
  const known = await pool.query('SELECT 1 FROM organizations WHERE organization_id = $1', [
    organization_id,
  ]);
  if (known.rowCount === 0) {
    await createOrganization(pool, { organization_id, name: organization_id });
  }
  await createCampaign(pool, {
    organization_id,
    campaign_id: campaign.campaignId,
    name: campaign.campaignId,
    default_action: null,
    definition: { timezone: campaign.timezone ?? 'UTC', rules: campaign.rules },
  });
}

export type TestEvent = Record<string, unknown> & { event_id: string };

/** A click from TikTok without a campaign, unless the changes say otherwise. */
export function unattributedClick(
  number: number,
  changes: Record<string, unknown> = {},
): TestEvent {
  return {
    event_id: `evt_${number.toString(16).padStart(16, '0')}`,
    click_id: `click-${number}`,
    event_time: new Date(Date.UTC(2024, 2, 1) + (number % 90) * 86_400_000 + number)
      .toISOString()
      .replace('T', ' ')
      .replace('Z', ''),
    organization_id: 'org_acmecorp',
    event_type: 'click',
    user_id: `usr_${number % 50}`,
    url: '/in/unknown',
    campaign_id: null,
    rule_id: '',
    source: 'tiktok.com',
    referer: 'https://www.tiktok.com/@someone',
    country: 'US',
    device_type: 'mobile',
    ...changes,
  };
}

/** A conversion of a click, with the click's columns as the ledger copies them. */
export function conversionOf(
  click: TestEvent,
  number: number,
  changes: Record<string, unknown> = {},
): TestEvent {
  return {
    ...click,
    event_id: `evt_c${number.toString(16).padStart(15, '0')}`,
    event_type: 'purchase',
    conversion_event: 'purchase',
    conversion_value: '9.99',
    conversion_currency: 'USD',
    order_id: `order-${number}`,
    click_event_id: click.event_id,
    ...changes,
  };
}

export async function insertEvents(client: ClickHouseClient, rows: TestEvent[]): Promise<void> {
  await client.insert({ table: 'events', values: rows, format: 'JSONEachRow' });
}

/** Changes with any change of any column of any row, and only then. */
export async function checksum(client: ClickHouseClient): Promise<string> {
  const result = await client.query({
    query: `SELECT count() AS n, sum(sipHash64(toString(tuple(*)))) AS s,
      groupBitXor(cityHash64(toString(tuple(*)))) AS x FROM events`,
    format: 'JSONCompactEachRow',
  });
  return JSON.stringify(await result.json());
}

/** Number of rows for which a condition holds. */
export async function countWhere(client: ClickHouseClient, condition: string): Promise<number> {
  const query = `SELECT count() AS n FROM events WHERE ${condition}`;
  const [row] = await (await client.query({ query, format: 'JSONEachRow' })).json<{ n: string }>();
  return Number(row?.n);
}

export function makeRunner(
  options: Pick<RunnerOptions, 'pool' | 'clickhouse'> & Partial<RunnerOptions>,
): RetroactiveRunner {
  return new RetroactiveRunner({
    logger: pino({ level: 'silent' }),
    limits: { pollMs: 20, retryMsMin: 20, retryMsMax: 100 },
    ...options,
  });
}

/** Looks again until the run has one of the statuses. */
export async function untilStatus(
  pool: pg.Pool,
  run: RetroactiveRun,
  ...statuses: RunStatus[]
): Promise<RetroactiveRun> {
  const deadlineMs = performance.now() + 45_000;
  for (;;) {
    const now = await getRun(pool, run);
    if (statuses.includes(now.status)) return now;
    if (performance.now() > deadlineMs) {
      throw new Error(`The run is ${now.status} (${now.error ?? 'no error'}), not ${statuses}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
