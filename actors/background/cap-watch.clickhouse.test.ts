import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  type CampaignConfig,
  type CampaignText,
  campaignText,
  type Rule,
} from '../../core/configuration.ts';
import { createLogger } from '../../core/logger.ts';
import { createClickHouse } from '../../stores/clickhouse/client.ts';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import type { CapCount } from '../pool/messages.ts';
import { CapWatch } from './cap-watch.ts';

const EVENTUALLY = { timeout: 25_000, interval: 50 };
const NOW_MS = Date.parse('2024-10-27T12:00:00Z');
const NODE = 5;

let store: TestClickHouse;
let client: ClickHouseClient;
let watch: CapWatch | undefined;
let events = 0;

beforeAll(async () => {
  store = await createTestClickHouse();
  client = createClickHouse({ url: store.url, database: store.database });
});
afterEach(() => watch?.stop());
afterAll(async () => {
  await client.close();
  await store.drop();
});

/** An event id as the node's actor thread 3 makes it. */
function eventId(node: number): string {
  events += 1;
  const low = ((events & 0x1ff) << 22) | (node << 16) | (3 << 10) | (events % 1024);
  return `evt_0123abcd${low.toString(16).padStart(8, '0')}`;
}

function event(ruleId: string, time: string, node: number, changes: Record<string, unknown> = {}) {
  return {
    event_id: eventId(node),
    event_time: time,
    organization_id: 'org_acmecorp',
    event_type: 'click',
    campaign_id: 'summer_sale',
    rule_id: ruleId,
    ...changes,
  };
}

function campaign(rules: Rule[], changes: Partial<CampaignConfig> = {}): CampaignText {
  return campaignText({
    organization_id: 'org_acmecorp',
    campaign_id: 'summer_sale',
    name: '',
    status: 'active',
    timezone: 'Europe/Berlin',
    rules,
    default_action: null,
    ...changes,
  });
}

function capped(ruleId: string, caps: Partial<NonNullable<Rule['caps']>>): Rule {
  const action = { type: 'block' as const, tags: [] };
  const shared = { type: 'custom', priority: 0, conditions: [], action };
  return { ...shared, rule_id: ruleId, caps: { overflow: 'next', ...caps } };
}

function start(hasOtherNodes: boolean): CapCount[][] {
  const told: CapCount[][] = [];
  watch = new CapWatch({
    client,
    node: NODE,
    hasOtherNodes: () => Promise.resolve(hasOtherNodes),
    onCounts: (counts) => told.push(structuredClone(counts)),
    clock: { nowMs: () => NOW_MS },
    logger: createLogger('test', 'silent'),
  });
  return told;
}

it('clicks of this node and of others are counted apart, by the day of the cap', async () => {
  await client.insert({
    table: 'events',
    format: 'JSONEachRow',
    values: [
      // The 27th in Berlin goes from 22:00 to 23:00 UTC, for 25 hours.
      event('daily', '2024-10-26 21:59:59.999', NODE),
      event('daily', '2024-10-26 22:00:00.000', NODE),
      event('daily', '2024-10-27 22:59:59.999', 63),
      event('daily', '2024-10-27 23:00:00.000', 63),
      event('daily', '2024-10-27 10:00:00.000', 0),
      event('daily', '2024-10-27 10:00:00.000', NODE, { is_bot: true }),
      event('daily', '2024-10-27 10:00:00.000', NODE, { event_type: 'visit' }),
      event('daily', '2024-10-27 10:00:00.000', NODE, { organization_id: 'org_other' }),
      event('utc', '2024-10-27 23:30:00.000', NODE),
    ],
  });
  const told = start(true);
  watch?.apply([
    campaign([
      capped('daily', { clicks_per_day: 10 }),
      capped('utc', { clicks_per_day: 10, timezone: 'UTC' }),
    ]),
  ]);
  await expect.poll(() => told.length, EVENTUALLY).toBeGreaterThan(0);
  expect(told[0]).toEqual([
    {
      ...{ organizationId: 'org_acmecorp', campaignId: 'summer_sale', ruleId: 'daily' },
      ...{ timezone: 'Europe/Berlin', dayStartMs: Date.parse('2024-10-26T22:00:00Z') },
      ...{ clicksHere: 1, clicksElsewhere: 2, conversions: 0 },
    },
    {
      ...{ organizationId: 'org_acmecorp', campaignId: 'summer_sale', ruleId: 'utc' },
      ...{ timezone: 'UTC', dayStartMs: Date.parse('2024-10-27T00:00:00Z') },
      ...{ clicksHere: 1, clicksElsewhere: 0, conversions: 0 },
    },
  ]);
});

it('conversions are counted on the day on which they happen, again and again', async () => {
  const conversion = (time: string) =>
    event('selling', time, NODE, { event_type: 'purchase', conversion_event: 'purchase' });
  await client.insert({
    table: 'events',
    format: 'JSONEachRow',
    values: [conversion('2024-10-26 12:00:00'), conversion('2024-10-27 11:00:00')],
  });
  const told = start(false);
  watch?.apply([campaign([capped('selling', { conversions_per_day: 10 })])]);
  await expect.poll(() => told.at(-1)?.[0]?.conversions, EVENTUALLY).toBe(1);
  const values = [conversion('2024-10-27 11:30:00')];
  await client.insert({ table: 'events', format: 'JSONEachRow', values });
  await expect.poll(() => told.at(-1)?.[0]?.conversions, EVENTUALLY).toBe(2);
});

it('campaigns that are paused or lose their caps are looked at no more', async () => {
  const told = start(true);
  const rules = [capped('daily', { clicks_per_day: 10 })];
  watch?.apply([campaign(rules), campaign(rules, { campaign_id: 'other' })]);
  await expect.poll(() => told.at(-1)?.length, EVENTUALLY).toBe(2);
  watch?.apply([campaign(rules, { status: 'paused' })]);
  await expect.poll(() => told.at(-1)?.length, EVENTUALLY).toBe(1);
  expect(told.at(-1)?.[0]?.campaignId).toBe('other');
});
