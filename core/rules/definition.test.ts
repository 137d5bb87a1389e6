import { expect, test } from 'vitest';
import { checkConditions } from './check-condition.ts';
import { campaignBodySchema, campaignPatchSchema, ruleSchema } from './definition.ts';

/** The body of the second example in the documentation's first tour, as it is sent there. */
const TIKTOK = {
  campaign_id: 'tiktok_organic_q2_2024',
  name: 'TikTok Organic Q2 2024',
  status: 'active',
  retroactive: true,
  time_range: { start: '2024-03-01', end: '2024-06-01' },
  rules: [
    {
      type: 'custom',
      priority: 100,
      conditions: [{ field: 'referer', operator: 'contains', value: 'tiktok.com' }],
      action: {
        type: 'redirect',
        destination: 'https://shop.acmecorp.com/tiktok-landing',
        tags: ['tiktok', 'organic', 'social'],
      },
    },
  ],
};

const REDIRECT = { type: 'redirect', destination: 'https://shop.example/' };

/** The faults of a campaign with these rules, as `path: message`. */
function faultsOf(body: Record<string, unknown>): string[] {
  const outcome = campaignBodySchema.safeParse({ name: 'x', ...body });
  return (outcome.error?.issues ?? []).map((issue) => `${issue.path.join('/')}: ${issue.message}`);
}

function conditionFaults(...conditions: unknown[]): string[] {
  return faultsOf({ rules: [{ conditions, action: REDIRECT }] });
}

test('a retroactive campaign as customers send it is accepted, and defaults are filled in', () => {
  const body = campaignBodySchema.parse(TIKTOK);
  expect(body.timezone).toBe('UTC');
  expect(body.rules[0]?.action).toEqual({ ...TIKTOK.rules[0]?.action, passthrough: [] });
  expect(ruleSchema.parse({ conditions: [], action: { type: 'block' } })).toEqual({
    type: 'custom',
    priority: 0,
    conditions: [],
    action: { type: 'block', tags: [] },
  });
});

test('members that nobody knows are refused at their place', () => {
  expect(faultsOf({ nmae: 'x' })).toEqual([': Unrecognized key: "nmae"']);
  expect(faultsOf({ rules: [{ conditions: [], action: { ...REDIRECT, url: 'x' } }] })).toEqual([
    'rules/0/action: Unrecognized key: "url"',
  ]);
  expect(conditionFaults({ field: 'source', operator: 'exists', values: 1 })[0]).toMatch(
    /^rules\/0\/conditions\/0\/values: is no member of a condition/,
  );
});

test.each([
  [{ field: 'sorce', operator: 'equals', value: 'x' }, 'field: is no field; fields are source,'],
  [{ field: 'header.cookie', operator: 'exists' }, 'field: names a header that is not kept'],
  [{ field: 'param.', operator: 'exists' }, "field: needs a parameter's name"],
  [{ field: 7, operator: 'exists' }, 'field: must be the name of a field'],
  [
    { field: 'source', operator: 'eq', value: 'x' },
    'operator: is no operator; operators are equals',
  ],
  [{ field: 'source', operator: 'constructor' }, 'operator: is no operator'],
  [{ field: 'hour', operator: 'contains', value: '1' }, 'operator: contains does not go with hour'],
  [{ field: 'source', operator: 'in_cidr', value: '::/0' }, 'operator: in_cidr does not go with'],
  [{ field: 'is_bot', operator: 'gt', value: true }, 'operator: gt does not go with is_bot'],
  [{ field: 'source', operator: 'equals' }, 'value: is missing'],
  [{ field: 'source', operator: 'exists', value: 'x' }, 'value: must be left out'],
  [{ field: 'source', operator: 'equals', value: 5 }, 'value: must be a text'],
  [{ field: 'source', operator: 'equals', value: '' }, 'value: is empty'],
  [{ field: 'source', operator: 'in', value: 'x' }, 'value: must be a list'],
  [{ field: 'source', operator: 'in', value: [] }, 'value: is an empty list'],
  [{ field: 'source', operator: 'in', value: ['a', null] }, 'value/1: must be a text'],
  [{ field: 'hour', operator: 'equals', value: 24 }, 'value: must be a whole number from 0 to 23'],
  [{ field: 'hour', operator: 'in', value: [1, 2.5] }, 'value/1: must be a whole number'],
  [{ field: 'hour', operator: 'between', value: [18, 6] }, 'value: has a first value above'],
  [{ field: 'hour', operator: 'between', value: 6 }, 'value: must be a list of two values'],
  [
    { field: 'param.bid', operator: 'between', value: [2, '1.5'] },
    'value: has a first value above',
  ],
  [{ field: 'param.bid', operator: 'gt', value: 'much' }, 'value: must be a number of at most'],
  [{ field: 'param.bid', operator: 'gt', value: 1e-9 }, 'value: must be a number of at most'],
  [{ field: 'os_version', operator: 'lt', value: 17.5 }, 'value: must be a version in quotes'],
  [{ field: 'os_version', operator: 'between', value: ['17.10', '17.9'] }, 'value: has a first'],
  [{ field: 'country', operator: 'equals', value: 'Germany' }, 'value: must be a country code'],
  [{ field: 'country', operator: 'gt', value: 1 }, 'value: country has no order'],
  [{ field: 'device_type', operator: 'in', value: ['phone'] }, 'value/0: must be one of mobile,'],
  [{ field: 'weekday', operator: 'equals', value: 'mon' }, 'value: must be one of monday,'],
  [{ field: 'date', operator: 'gte', value: '2023-02-29' }, 'value: must be a date'],
  [{ field: 'is_bot', operator: 'equals', value: 'true' }, 'value: must be true or false'],
  [{ field: 'fraud_score', operator: 'gt', value: 80 }, 'value: must be a number from 0 to 1'],
  [{ field: 'ip', operator: 'in_cidr', value: '10.0.0.0/33' }, 'value: must be a network'],
  [{ field: 'ip', operator: 'in_cidr', value: ['::/0', 'x'] }, 'value/1: must be a network'],
  [{ field: 'ip', operator: 'equals', value: '10.0.0.0/8' }, 'value: must be an IPv4 or IPv6'],
  [{ field: 'url', operator: 'matches', value: '(a' }, 'value: is no regular expression of RE2'],
  [{ field: 'url', operator: 'matches', value: '(?=a)' }, 'value: is no regular expression'],
  [{ field: 'url', operator: 'matches', value: '(ab){300}' }, 'value: is too large'],
  [{ field: 'url', operator: 'matches', value: '((x*){999}y){1000}' }, 'value: is too large'],
])('%j is refused with its place and a reason', (condition, fault) => {
  const [first, ...others] = conditionFaults(
    { field: 'source', operator: 'exists' },
    { any: [{ not: condition }] },
  );
  expect(first).toContain(`rules/0/conditions/1/any/0/not/${fault}`);
  expect(others).toEqual([]);
});

test('conditions of no known form are refused', () => {
  const forms = 'must be {field, operator, value}, {any: […]}, {all: […]} or {not: {…}}';
  for (const odd of [null, 'x', 5, [], {}]) {
    expect(conditionFaults(odd)).toEqual([`rules/0/conditions/0: ${forms}`]);
  }
  expect(conditionFaults({ any: [] })).toEqual([
    'rules/0/conditions/0/any: must have at least one condition',
  ]);
  expect(conditionFaults({ any: [{ field: 'ip', operator: 'exists' }], all: [] })[0]).toMatch(
    /^rules\/0\/conditions\/0\/all: cannot stand beside any/,
  );
  expect(faultsOf({ rules: [{ action: REDIRECT }] })).toEqual([
    'rules/0/conditions: must be a list of conditions',
  ]);
});

test('nesting and number of conditions have limits', () => {
  const exists = { field: 'source', operator: 'exists' };
  const nested = (depth: number): unknown => (depth === 0 ? exists : { not: nested(depth - 1) });
  expect(checkConditions([nested(5)])).toEqual([]);
  expect(checkConditions([nested(6)]).map((fault) => fault.message)).toEqual([
    'is nested more than 5 deep',
  ]);
  let abyss: unknown = exists;
  for (let depth = 0; depth < 100_000; depth++) abyss = { any: [abyss] };
  expect(conditionFaults(abyss)).toEqual([
    `rules/0/conditions/0${'/any/0'.repeat(5)}: is nested more than 5 deep`,
  ]);
  const ten = { all: Array.from({ length: 10 }, () => exists) };
  expect(checkConditions(Array.from({ length: 10 }, () => ten))).toEqual([]);
  expect(checkConditions([...Array.from({ length: 10 }, () => ten), exists])).toEqual([
    { path: [], message: 'has 101 comparisons in all; at most 100' },
  ]);
});

test('a campaign may have only so many regular expressions', () => {
  const rule = (count: number) => ({
    conditions: Array.from({ length: count }, (_, n) => ({
      not: { field: 'url', operator: 'matches', value: `x${n}` },
    })),
    action: REDIRECT,
  });
  expect(faultsOf({ rules: [rule(25), rule(25)] })).toEqual([]);
  expect(faultsOf({ rules: [rule(25), rule(26)] })).toEqual([
    'rules: have 51 conditions with matches; at most 50 per campaign',
  ]);
});

test('an action names one destination or several with weights, not both', () => {
  const weighted = [
    { url: 'https://a.example/', weight: 70 },
    { url: 'https://b.example/', weight: 30 },
  ];
  const withAction = (action: unknown) => faultsOf({ rules: [{ conditions: [], action }] });
  expect(withAction({ type: 'redirect', destinations: weighted })).toEqual([]);
  const either = 'rules/0/action/destination: needs exactly one of destination and destinations';
  expect(withAction({ type: 'redirect' })).toEqual([either]);
  expect(withAction({ ...REDIRECT, destinations: weighted })).toEqual([either]);
  expect(
    withAction({ type: 'redirect', destinations: [{ url: 'https://a.example/', weight: 0 }] })[0],
  ).toMatch(/^rules\/0\/action\/destinations\/0\/weight: /);
  expect(withAction({ type: 'block', destination: 'x' })).toEqual([
    'rules/0/action: Unrecognized key: "destination"',
  ]);
});

test('caps need a number of clicks or conversions and a known overflow', () => {
  const withCaps = (caps: unknown) =>
    faultsOf({ rules: [{ conditions: [], action: REDIRECT, caps }] });
  expect(withCaps({ clicks_per_day: 5, overflow: { url: 'https://full.example/' } })).toEqual([]);
  expect(withCaps({ overflow: 'next' })).toEqual([
    'rules/0/caps: needs clicks_per_day or conversions_per_day',
  ]);
  expect(withCaps({ clicks_per_day: 0 })).toHaveLength(1);
  expect(withCaps({ clicks_per_day: 1, timezone: 'Mars/Olympus' })[0]).toContain(
    'caps/timezone: is no IANA',
  );
});

test('what belongs to the whole campaign is checked too', () => {
  expect(faultsOf({ retroactive: true })).toEqual([
    'time_range: is needed when retroactive is true',
  ]);
  expect(faultsOf({ timezone: 'europe/berlin' })[0]).toContain('timezone: is no IANA time zone');
  expect(faultsOf({ cost: { amount: 12.5, currency: 'EUR' } })).toEqual([]);
  expect(faultsOf({ cost: { amount: '-1', currency: 'eur' } })).toHaveLength(2);
  expect(faultsOf({ campaign_id: 'a/b' })[0]).toContain('campaign_id: must be 1 to 128');
  const rule = { rule_id: 'r', conditions: [], action: REDIRECT };
  expect(faultsOf({ rules: [rule, rule] })).toEqual([
    'rules/1/rule_id: is the rule_id of an earlier rule too',
  ]);
  expect(campaignPatchSchema.safeParse({ status: 'archived' }).success).toBe(false);
  expect(campaignPatchSchema.parse({ default_action: null })).toEqual({ default_action: null });
});
