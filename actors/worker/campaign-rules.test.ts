import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CampaignConfig, Rule } from '../../core/configuration.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { readSegment } from '../log/segment-reader.ts';
import { REQUEST_KIND } from '../mailbox/layout.ts';
import { type DecodedRow, decodeRow } from '../ship/row-decoder.ts';
import { ACME, SUMMER_SALE, type TestReply, TestThread } from './test-thread.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36';

let actor: TestThread;
beforeEach(() => {
  actor = new TestThread();
  // Visitors here are cookies of one address, which in earnest would be a flood.
  const fraud = { ...DEFAULT_FRAUD_SETTINGS, enabled: false };
  actor.configureOrganization({ ...ACME, fraud }, SUMMER_SALE);
});
afterEach(() => actor.dispose());

function rule(changes: Partial<Rule>): Rule {
  return {
    rule_id: 'rule',
    type: 'custom',
    priority: 0,
    conditions: [],
    action: redirect('https://shop.example/rule'),
    ...changes,
  };
}

function redirect(destination: string, tags: string[] = []) {
  return { type: 'redirect' as const, destination, passthrough: [], tags };
}

const facebook = [{ field: 'source', operator: 'equals', value: 'facebook' }];

function configure(rules: Rule[], changes: Partial<CampaignConfig> = {}): void {
  actor.configure({ ...SUMMER_SALE, rules, ...changes });
}

function click(query = 'source=facebook', headers: Record<string, string> = {}): TestReply {
  return actor.answer({
    kind: REQUEST_KIND.click,
    path: '/in/summer_sale',
    query,
    headers: { 'user-agent': CHROME, ...headers },
  });
}

const location = (reply: TestReply) => reply.head.split('\r\n')[0];
const cookieOf = (visitor: number) => ({
  cookie: `trl_uid=usr_${visitor.toString(16).padStart(16, '0')}`,
});

function rows(): DecodedRow[] {
  const directory = join(actor.folder, 'clicks');
  return readdirSync(directory)
    .sort()
    .flatMap((file) =>
      [...readSegment(join(directory, file)).payloads].map((payload) => decodeRow(payload)),
    );
}

describe('a click of a campaign with rules', () => {
  it('goes where the matching rule of the highest priority says, and is recorded with it', () => {
    configure([
      rule({ rule_id: 'low', priority: 1 }),
      rule({
        rule_id: 'high',
        priority: 2,
        conditions: facebook,
        action: redirect('https://shop.example/fb?c={click_id}', ['paid', 'social']),
      }),
    ]);
    expect(location(click('source=facebook&click_id=abc'))).toBe('https://shop.example/fb?c=abc');
    expect(location(click('source=google'))).toBe('https://shop.example/rule');
    expect(rows()).toMatchObject([
      { rule_id: 'high', tags: ['paid', 'social'], campaign_id: 'summer_sale' },
      { rule_id: 'low', tags: [] },
    ]);
  });

  it('that no rule takes goes to the default action, then the fallback, then nowhere', () => {
    configure([rule({ conditions: facebook })]);
    expect(location(click('source=news'))).toMatch(/^https:\/\/shop\.acmecorp\.com\/summer-sale/);
    configure([rule({ conditions: facebook })], { default_action: null });
    expect(click('source=news')).toMatchObject({ status: 404, outcome: 'no_destination' });
    const organization = { ...ACME, fallback_url: 'https://acme.example/?of={campaign_id}' };
    actor.configureOrganization(organization);
    const reply = click('source=news');
    expect(reply.outcome).toBe('redirected');
    expect(location(reply)).toBe('https://acme.example/?of=summer_sale');
    for (const row of rows()) {
      expect(row).toMatchObject({ campaign_id: 'summer_sale', rule_id: '' });
    }
  });

  it('that a rule or the default action blocks is answered 403 and recorded', () => {
    configure([
      rule({
        rule_id: 'no_ads',
        conditions: facebook,
        action: { type: 'block', tags: ['unwanted'] },
      }),
    ]);
    const reply = click();
    expect(reply).toMatchObject({ status: 403, outcome: 'blocked' });
    expect(JSON.parse(reply.body)).toMatchObject({ error: 'blocked' });
    configure([], { default_action: { type: 'block', tags: [] } });
    expect(click()).toMatchObject({ status: 403, outcome: 'blocked' });
    expect(rows()).toMatchObject([
      { rule_id: 'no_ads', destination: '', tags: ['unwanted'], campaign_id: 'summer_sale' },
      { rule_id: '', destination: '', tags: [] },
    ]);
  });

  it('is matched by its headers and parameters, but never by cookies', () => {
    const where = (field: string) => [{ field, operator: 'equals', value: 'yes' }];
    configure([
      rule({ rule_id: 'header', conditions: where('header.x-test') }),
      rule({ rule_id: 'param', conditions: where('param.sub1') }),
      rule({ rule_id: 'cookie', conditions: where('header.cookie') }),
    ]);
    click('', { 'x-test': 'YES' });
    click('sub1=yes&sub1=no');
    click('', { cookie: 'yes' });
    expect(rows().map((row) => row.rule_id)).toEqual(['header', 'param', '']);
  });

  it('is not kept from its campaign by a rule that cannot be used', () => {
    configure([
      rule({
        rule_id: 'newer',
        conditions: [{ field: 'moon', operator: 'equals', value: 'full' }],
      }),
      rule({ rule_id: 'broken', priority: 2, action: redirect('ftp://shop.example/') }),
      rule({ rule_id: 'good', conditions: facebook }),
    ]);
    expect(click()).toMatchObject({ status: 302 });
    expect(rows()[0]).toMatchObject({ rule_id: 'good' });
  });

  it('follows a change of the rules at once', () => {
    configure([rule({ rule_id: 'before' })]);
    click();
    configure([rule({ rule_id: 'after' })]);
    click();
    expect(rows().map((row) => row.rule_id)).toEqual(['before', 'after']);
  });
});

describe('a split', () => {
  const split = (a: number, b: number) =>
    rule({
      action: {
        type: 'redirect',
        destinations: [
          { url: 'https://a.example/', weight: a },
          { url: 'https://b.example/', weight: b },
        ],
        passthrough: [],
        tags: [],
      },
    });
  const visitors = Array.from({ length: 1_000 }, (_, number) => number + 1);
  const places = () => visitors.map((number) => location(click('', cookieOf(number))));

  it('sends a visitor to the same place each time, and as few as possible elsewhere by new weights', () => {
    configure([split(50, 50)]);
    const first = places();
    expect(places()).toEqual(first);
    configure([split(60, 40)]);
    const second = places();
    const moved = first.filter((place, index) => place !== second[index]);
    expect(new Set(moved)).toEqual(new Set(['https://b.example/']));
    // A tenth of 1,000, give or take four standard deviations.
    expect(moved.length).toBeGreaterThan(60);
    expect(moved.length).toBeLessThan(140);
  });
});

describe('is_unique', () => {
  it('is true for the first click of a visitor without cookie, and again after a day', () => {
    const hourMs = 3_600_000;
    click();
    click();
    click('', { 'user-agent': `${CHROME} Edg/125` });
    click('', cookieOf(1));
    actor.nowMs += 25 * hourMs;
    click();
    expect(rows().map((row) => row.is_unique)).toEqual([true, false, true, false, true]);
  });

  it('can be asked for by a rule', () => {
    configure([
      rule({
        rule_id: 'new',
        conditions: [{ field: 'is_unique', operator: 'equals', value: true }],
      }),
    ]);
    click();
    click();
    expect(rows().map((row) => row.rule_id)).toEqual(['new', '']);
  });
});
