import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FRAUD_SETTINGS, type FraudSettings } from '../../../core/fraud/settings.ts';
import { readSegment } from '../../log/segment-reader.ts';
import { REQUEST_KIND } from '../../mailbox/layout.ts';
import { type DecodedRow, decodeRow } from '../../ship/row-decoder.ts';
import { ACME, SUMMER_SALE, type TestReply, TestThread } from '../test-thread.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36';
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const FLOODER = '203.0.113.77';
const NEIGHBOUR = '203.0.113.78';
const SHOP = 'https://shop.acmecorp.com/summer-sale';

let actor: TestThread;
beforeEach(() => {
  actor = new TestThread();
});
afterEach(() => actor.dispose());

function configure(fraud: Partial<FraudSettings>, fallback: string | null = null): void {
  const settings = { ...DEFAULT_FRAUD_SETTINGS, ...fraud };
  actor.configureOrganization({ ...ACME, fallback_url: fallback, fraud: settings }, SUMMER_SALE);
}

function click(peer: string, userAgent = CHROME, path = '/in/summer_sale'): TestReply {
  return actor.answer({
    kind: REQUEST_KIND.click,
    path,
    peer,
    headers: { 'user-agent': userAgent },
  });
}

/** Clicks of one address and agent 0.3 s apart. */
function flood(count: number, userAgent = CHROME): TestReply[] {
  return Array.from({ length: count }, () => {
    actor.nowMs += 300;
    return click(FLOODER, userAgent);
  });
}

function rows(): DecodedRow[] {
  const directory = join(actor.folder, 'clicks');
  return readdirSync(directory)
    .sort()
    .flatMap((file) =>
      [...readSegment(join(directory, file)).payloads].map((payload) => decodeRow(payload)),
    );
}

const statuses = (replies: TestReply[]) => [...new Set(replies.map((reply) => reply.status))];
const block = (network: string, kind: 'block' | 'never_block' = 'block') =>
  actor.fraud.blocks.apply([
    {
      organization: 0,
      block_id: `${kind} ${network}`,
      organization_id: ACME.organization_id,
      kind,
      network,
      until_ms: null,
      removed: false,
    },
  ]);

describe('a flood', () => {
  it('is blocked from the click on that shows it, and its neighbour is not', () => {
    const replies = flood(150);
    const passed = replies.filter((reply) => reply.status === 302).length;
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThan(60);
    expect(statuses(replies.slice(passed))).toEqual([403]);
    expect(replies.at(-1)?.body).toContain('this address is blocked');
    expect(click(NEIGHBOUR).status).toBe(302);
  });

  it('is recorded whole: scores that grow, reasons, the campaign, blocked without a destination', () => {
    flood(150);
    const recorded = rows();
    expect(recorded).toHaveLength(150);
    const scores = recorded.map((row) => Number(row.fraud_score));
    expect(scores.every((score, at) => score >= (scores[at - 1] ?? 0))).toBe(true);
    expect(scores[0]).toBeLessThan(0.5);
    expect(recorded.at(-1)).toMatchObject({
      fraud_reasons: ['click_flood', 'single_agent', 'rapid_fire', 'blocked'],
      fraud_version: 1,
      is_blocked: true,
      destination: '',
      campaign_id: 'summer_sale',
      rule_id: '',
      tags: [],
    });
    expect(recorded[0]).toMatchObject({ is_blocked: false, fraud_version: 1, tags: ['summer'] });
    expect(scores.at(-1)).toBeGreaterThan(0.99);
  });

  it('is told of as confidence grows, not with every click', () => {
    flood(150);
    const told = actor.detections.map(({ confidence }) => confidence);
    expect(told.length).toBeGreaterThan(3);
    expect(told.length).toBeLessThan(15);
    expect(told[0]).toBeGreaterThan(0.5);
    expect(told.some((confidence) => confidence > 0.8)).toBe(true);
    expect(told.at(-1)).toBeGreaterThan(0.95);
    expect(actor.detections[0]).toMatchObject({
      organizationId: 'org_acmecorp',
      address: FLOODER,
      userAgent: CHROME,
      version: 1,
    });
    expect(actor.detections.at(-1)?.window.clicks).toBeGreaterThan(20);
  });

  it('is told of once a second at most while it only grows', () => {
    configure({ block_above: 1 });
    actor.nowMs = Math.ceil(actor.nowMs / 1_000) * 1_000;
    for (let index = 0; index < 100; index++) {
      actor.nowMs += 5;
      click(FLOODER);
    }
    expect(actor.detections).toHaveLength(1);
    actor.nowMs += 1_000;
    click(FLOODER);
    expect(actor.detections).toHaveLength(2);
  });

  it('is told of again after ten minutes', () => {
    flood(150);
    const before = actor.detections.length;
    actor.nowMs += 601_000;
    click(FLOODER);
    expect(actor.detections).toHaveLength(before + 1);
    actor.nowMs += 100_000;
    click(FLOODER);
    expect(actor.detections).toHaveLength(before + 1);
  });

  it('of a declared bot is scored up to 0.8 and never blocked nor alerted', () => {
    expect(statuses(flood(150, BOT))).toEqual([302]);
    expect(Number(rows().at(-1)?.fraud_score)).toBeCloseTo(0.8);
    expect(actor.detections.every(({ confidence }) => confidence <= 0.8)).toBe(true);
  });

  it('that is unblocked by hand is not blocked again at the next click', () => {
    flood(150);
    actor.fraud.blocks.apply([
      {
        organization: 0,
        block_id: 'automatic',
        organization_id: ACME.organization_id,
        kind: 'block',
        network: `${FLOODER}/32`,
        until_ms: actor.nowMs + 86_400_000,
        removed: true,
      },
    ]);
    expect(statuses(flood(10))).toEqual([302]);
  });
});

describe('what a blocked visitor gets', () => {
  it('is the organisation’s safe URL when it has one', () => {
    configure({ blocked_answer: 'safe_url', safe_url: 'https://acmecorp.com/busy' });
    block(`${FLOODER}/32`);
    const reply = click(FLOODER);
    expect(reply.status).toBe(302);
    expect(reply.head).toContain('https://acmecorp.com/busy');
    expect(reply.outcome).toBe('blocked');
    expect(rows()[0]).toMatchObject({
      is_blocked: true,
      destination: 'https://acmecorp.com/busy',
      campaign_id: 'summer_sale',
      fraud_reasons: ['blocked'],
    });
  });

  it('is the fallback URL when there is no safe one, and 403 with neither', () => {
    configure({ blocked_answer: 'safe_url' }, 'https://acmecorp.com/');
    block(`${FLOODER}/32`);
    expect(click(FLOODER).head).toContain('https://acmecorp.com/');
    configure({ blocked_answer: 'safe_url' });
    expect(click(FLOODER).status).toBe(403);
  });

  it('is the usual redirect when blocks are only flagged', () => {
    configure({ blocked_answer: 'flag' });
    block('203.0.113.0/24');
    expect(click(FLOODER).head).toContain(SHOP);
    expect(rows()[0]).toMatchObject({ is_blocked: true, fraud_reasons: ['blocked'] });
  });

  it('is 403 also for a slug that no campaign has', () => {
    configure({}, 'https://acmecorp.com/');
    block('203.0.113.0/24');
    expect(click(FLOODER, CHROME, '/in/nothing').status).toBe(403);
    expect(rows()[0]).toMatchObject({ campaign_id: null, is_blocked: true });
  });
});

describe('settings', () => {
  it('turned off leave windows and scores out, and blocks that exist hold', () => {
    configure({ enabled: false });
    expect(statuses(flood(150))).toEqual([302]);
    expect(rows().at(-1)).toMatchObject({ fraud_score: 0, fraud_reasons: [], fraud_version: 0 });
    expect(actor.fraud.windows.size).toBe(0);
    block(`${FLOODER}/32`);
    expect(click(FLOODER).status).toBe(403);
  });

  it('decide at which confidence an address is blocked', () => {
    configure({ block_above: 1 });
    expect(statuses(flood(150))).toEqual([302]);
    expect(Number(rows().at(-1)?.fraud_score)).toBeGreaterThan(0.99);
  });

  it('are looked at anew when they change', () => {
    flood(10);
    configure({ block_above: 0.3, rapid_fire_clicks: 5 });
    expect(statuses(flood(1))).toEqual([403]);
  });
});

it('a quarantined organisation’s clicks are only looked up among the blocks', () => {
  actor.organizations.quarantine(0, actor.nowMs + 1_000_000);
  expect(statuses(flood(150))).toEqual([302]);
  expect(actor.fraud.windows.size).toBe(0);
  block(`${FLOODER}/32`);
  expect(click(FLOODER).status).toBe(403);
  expect(rows().at(-1)).toMatchObject({ is_blocked: true, fraud_reasons: ['blocked'] });
});

it('an address that is never blocked is not scored either', () => {
  block(`${FLOODER}/32`, 'never_block');
  block(`${FLOODER}/32`);
  expect(statuses(flood(150))).toEqual([302]);
  expect(rows().at(-1)).toMatchObject({ fraud_score: 0, fraud_version: 0, is_blocked: false });
  expect(actor.detections).toEqual([]);
});

it('signals raise the score of a single click, and rules can read it', () => {
  const conditions = [{ field: 'fraud_score', operator: 'gt', value: 0.2 }];
  actor.configure({
    ...SUMMER_SALE,
    rules: [
      {
        rule_id: 'doubtful',
        type: 'custom',
        priority: 0,
        conditions,
        action: {
          type: 'redirect',
          destination: 'https://acme.example/',
          passthrough: [],
          tags: [],
        },
      },
    ],
  });
  expect(click(FLOODER, BOT).head).toContain('https://acme.example/');
  expect(rows()[0]).toMatchObject({ rule_id: 'doubtful', is_blocked: false });
  expect(rows()[0]?.fraud_reasons).toContain('bot');
  expect(click(NEIGHBOUR).head).toContain(SHOP);
});

it('a visit has no fraud columns of the click before it', () => {
  block(`${FLOODER}/32`);
  flood(1);
  actor.answer({
    kind: REQUEST_KIND.pixel,
    path: '/pixel.gif',
    peer: NEIGHBOUR,
    headers: { 'user-agent': CHROME },
  });
  expect(rows()[1]).toMatchObject({ fraud_score: 0, fraud_reasons: [], is_blocked: false });
});

it('a swarm of one agent is found where no single address stands out', () => {
  configure({ click_flood_clicks: 1_000, single_agent_clicks: 1_000 });
  for (let round = 0; round < 16; round++) {
    for (let address = 1; address <= 80; address++) {
      actor.nowMs += 500;
      click(`198.51.100.${address}`);
    }
  }
  const [first] = actor.detections;
  expect(first?.patterns.map(({ pattern }) => pattern)).toEqual(['agent_swarm']);
  expect(new Set(actor.detections.map(({ address }) => address)).size).toBeGreaterThan(70);
  expect(click(NEIGHBOUR).status).toBe(302);
  expect(Number(rows().at(-1)?.fraud_score)).toBeLessThan(0.5);
});

it('one batch tells of 64 addresses at most, and of the others later', () => {
  configure({ block_above: 1 });
  const addresses = Array.from({ length: 100 }, (_, index) => `198.51.100.${index + 1}`);
  const clickAll = () => {
    actor.nowMs += 100;
    for (const [index, peer] of addresses.entries()) {
      actor.submit({
        kind: REQUEST_KIND.click,
        path: '/in/summer_sale',
        peer,
        // No swarm: each has an agent of its own.
        headers: { 'user-agent': `${CHROME} OPR/${index}` },
      });
    }
    actor.thread.serveBatch();
    actor.replies();
  };
  for (let round = 0; actor.detections.length === 0 && round < 50; round++) {
    clickAll();
  }
  expect(actor.detections).toHaveLength(64);
  actor.fraud.tick();
  expect(actor.counters.get('fraud_detections_dropped')).toBe(36);
  clickAll();
  expect(new Set(actor.detections.map(({ address }) => address)).size).toBe(100);
  expect(actor.counters.get('fraud_detections_rapid_fire')).toBe(actor.detections.length);
  actor.fraud.tick();
  expect(actor.counters.get('fraud_addresses')).toBe(100);
});
