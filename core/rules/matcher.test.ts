import { expect, test } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import type { Condition } from './condition.ts';
import { EventReader } from './event-reader.ts';
import { compileRules, inOrder } from './matcher.ts';
import { Random } from './testing/random.ts';
import { randomCondition } from './testing/random-conditions.ts';
import { blankEvent, randomEvent } from './testing/random-events.ts';
import { zoneClock } from './timezone.ts';

const UTC = { timezone: 'UTC' };

function holds(condition: Condition, changes: Partial<typeof blankEvent>): boolean {
  return (
    compileRules([{ conditions: [condition] }], UTC).match({ ...blankEvent, ...changes }) === 0
  );
}

test('the first rule by priority and place matches, whatever rules and events there are', () => {
  const random = new Random(7);
  const events = Array.from({ length: 40 }, () => randomEvent(random));
  let matched = 0;
  for (let round = 0; round < 60; round++) {
    // Many rules about few conditions: then they share keys, which is where an index can go wrong.
    const timezone = random.pick(['UTC', 'Asia/Kolkata']);
    const reader = new EventReader(zoneClock(timezone));
    const pool = random.some(20, () => {
      const condition = randomCondition(random);
      return { condition, holds: compileCondition(condition, reader) };
    });
    const rules = random
      .some(60, () => ({
        priority: random.below(3),
        pool: Array.from({ length: random.below(4) }, () => random.pick(pool)),
      }))
      .filter((rule) => rule.pool.length > 0 || random.chance(0.05))
      .map((rule) => ({ ...rule, conditions: rule.pool.map(({ condition }) => condition) }));
    const matcher = compileRules(rules, { timezone });
    const tried = inOrder(rules);
    for (const event of events) {
      reader.begin(event);
      const decided = tried.map((rule) => rule.pool.every((one) => one.holds()));
      for (const from of [0, random.below(rules.length + 2)]) {
        const expected = decided.findIndex((held, rule) => held && rule >= from);
        expect(matcher.match(event, from)).toBe(expected);
        matched += expected < 0 ? 0 : 1;
      }
    }
  }
  expect(matched).toBeGreaterThan(1_000);
});

test('rules are tried by descending priority, equal ones as they are listed', () => {
  const rules = [{ priority: 1 }, { priority: 5 }, { priority: 1 }, {}].map((rule, place) => ({
    ...rule,
    place,
  }));
  expect(inOrder(rules).map((rule) => rule.place)).toEqual([1, 0, 2, 3]);
});

test('a rule without conditions matches every event, and a campaign without rules none', () => {
  expect(compileRules([{ conditions: [] }], UTC).match(blankEvent)).toBe(0);
  expect(compileRules([], UTC).match(blankEvent)).toBe(-1);
});

test('a value is found by each of the ways in which a rule can demand it', () => {
  const demands: Condition[] = [
    { field: 'source', operator: 'equals', value: 'TikTok' },
    { field: 'source', operator: 'in', value: ['a', 'TIKTOK'] },
    {
      any: [
        { field: 'source', operator: 'equals', value: 'tiktok' },
        { field: 'source', operator: 'equals', value: 'b' },
      ],
    },
    { all: [{ all: [{ field: 'source', operator: 'equals', value: 'tiktok' }] }] },
    { field: 'source', operator: 'contains', value: 'IKTO' },
    {
      any: [
        { field: 'source', operator: 'starts_with', value: 'tik' },
        { field: 'source', operator: 'contains', value: 'xyz' },
      ],
    },
    { field: 'source', operator: 'ends_with', value: 'ok' },
    {
      any: [
        { field: 'medium', operator: 'equals', value: 'cpc' },
        { field: 'source', operator: 'equals', value: 'tiktok' },
      ],
    },
    {
      any: [
        { field: 'source', operator: 'contains', value: 'kto' },
        { field: 'medium', operator: 'contains', value: 'cpc' },
      ],
    },
  ];
  for (const demand of demands) {
    expect([demand, holds(demand, { source: 'tiktok' })]).toEqual([demand, true]);
    expect([demand, holds(demand, { source: 'tictoc' })]).toEqual([demand, false]);
  }
});

test('a comparison with a missing value does not hold, and its opposite does', () => {
  const positive = ['equals', 'in', 'contains', 'starts_with', 'ends_with', 'matches', 'gt', 'lte'];
  for (const operator of positive) {
    const value = operator === 'in' ? ['1'] : '1';
    expect([operator, holds({ field: 'medium', operator, value }, { medium: null })]).toEqual([
      operator,
      false,
    ]);
  }
  for (const operator of ['not_equals', 'not_in', 'not_contains']) {
    const value = operator === 'not_in' ? ['1'] : '1';
    expect([operator, holds({ field: 'medium', operator, value }, { medium: '' })]).toEqual([
      operator,
      true,
    ]);
  }
  expect(holds({ field: 'medium', operator: 'exists' }, { medium: null })).toBe(false);
  expect(holds({ field: 'medium', operator: 'not_exists' }, { medium: '' })).toBe(true);
  expect(holds({ field: 'ip', operator: 'in_cidr', value: '0.0.0.0/0' }, { ip: '' })).toBe(false);
});

test('versions are ordered part by part, and other texts as decimal numbers', () => {
  const version = (value: string) => ({ field: 'os_version', operator: 'gte', value });
  expect(holds(version('17.9'), { osVersion: '17.10' })).toBe(true);
  expect(holds(version('17.10.1'), { osVersion: '17.10' })).toBe(false);
  expect(holds(version('17'), { osVersion: '17.0.0' })).toBe(true);
  const bid = { field: 'param.bid', operator: 'between', value: [0.1, 1.5] };
  const withBid = (text: string) => ({ param: (name: string) => (name === 'bid' ? text : null) });
  expect(holds(bid, withBid('1.10'))).toBe(true);
  expect(holds(bid, withBid('1.500001'))).toBe(false);
  expect(holds(bid, withBid('1,2'))).toBe(false);
});

test('the hour and the day are those of the time zone, also on the day the clocks change', () => {
  const at = (timezone: string, ms: number, field: string, value: string | number) =>
    compileRules([{ conditions: [{ field, operator: 'equals', value }] }], { timezone }).match({
      ...blankEvent,
      occurredAtMs: ms,
    }) === 0;
  const beforeChange = Date.UTC(2024, 2, 31, 0, 59);
  const afterChange = Date.UTC(2024, 2, 31, 1, 0);
  expect(at('Europe/Berlin', beforeChange, 'hour', 1)).toBe(true);
  expect(at('Europe/Berlin', afterChange, 'hour', 3)).toBe(true);
  expect(at('Europe/Berlin', afterChange, 'weekday', 'Sunday')).toBe(true);
  expect(at('America/New_York', afterChange, 'date', '2024-03-30')).toBe(true);
  expect(at('Asia/Kolkata', Date.UTC(2024, 0, 1, 18, 30), 'hour', 0)).toBe(true);
  expect(at('Asia/Kolkata', Date.UTC(2024, 0, 1, 18, 30), 'date', '2024-01-02')).toBe(true);
});

test('addresses are found in networks of their own kind only', () => {
  const within = (value: string | string[], ip: string) =>
    holds({ field: 'ip', operator: 'in_cidr', value }, { ip });
  expect(within('10.0.0.0/8', '10.200.1.1')).toBe(true);
  expect(within('10.0.0.0/8', '::ffff:10.200.1.1')).toBe(true);
  expect(within('::ffff:10.0.0.0/104', '10.200.1.1')).toBe(true);
  expect(within('::/0', '10.200.1.1')).toBe(false);
  expect(within(['192.0.2.0/24', '2001:db8::/32'], '2001:DB8:1::1')).toBe(true);
  expect(within('0.0.0.0/0', 'unknown')).toBe(false);
  expect(
    holds({ field: 'ip', operator: 'equals', value: '2001:DB8:0::1' }, { ip: '2001:db8::1' }),
  ).toBe(true);
});

test('parts of addresses are read as a browser would', () => {
  const domain = (value: string, referer: string) =>
    holds({ field: 'referer_domain', operator: 'equals', value }, { referer });
  expect(domain('tiktok.com', 'https://www.TikTok.com/@x')).toBe(true);
  expect(domain('www.tiktok.com', 'https://tiktok.com:443?x')).toBe(true);
  expect(domain('tiktok.com', 'https://vm.tiktok.com/')).toBe(false);
  expect(domain('tiktok.com', 'https://evil.example/?https://tiktok.com/')).toBe(false);
  expect(
    holds(
      { field: 'path', operator: 'equals', value: '/A/b' },
      { url: 'https://x.example/a/b?c#d' },
    ),
  ).toBe(true);
  expect(
    holds(
      { field: 'campaign', operator: 'equals', value: 'summer_sale' },
      { url: '/in/summer_sale/' },
    ),
  ).toBe(true);
  expect(holds({ field: 'campaign', operator: 'exists' }, { url: 'https://x.example/in/y' })).toBe(
    false,
  );
});

test('conditions that were never checked are refused as such', () => {
  const wrong = { field: 'nothing', operator: 'equals', value: 'x' };
  expect(() => compileRules([{ conditions: [wrong] }], UTC)).toThrow('is no field');
  expect(() =>
    compileRules(
      [{ conditions: [{ not: { field: 'hour', operator: 'equals', value: 24 } }] }],
      UTC,
    ),
  ).toThrow('0 to 23');
});
