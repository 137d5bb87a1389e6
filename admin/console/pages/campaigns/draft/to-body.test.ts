import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../../api/problem.ts';
import type { Campaign, RuleBody, RuleSchema } from '../types.ts';
import { type CampaignDraft, draftOf, type RuleDraft } from './draft.ts';
import { Faults } from './faults.ts';
import { moveRule, replaceRule } from './move-rule.ts';
import { changesBetween, toBody } from './to-body.ts';

const takes = { equals: 'one', in: 'list', between: 'range', exists: 'none' } as const;
const types = { source: 'text', hour: 'number', is_bot: 'boolean', 'param.': 'text' } as const;
const SCHEMA = {
  fields: Object.entries(types).map(([field, type]) => ({ field, type, operators: [], hint: '' })),
  operators: Object.entries(takes).map(([operator, what]) => ({ operator, takes: what })),
} as unknown as RuleSchema;

const source = (value: string) => ({ field: 'source', operator: 'equals', value });
const RULE: RuleBody = {
  rule_id: 'one',
  type: 'custom',
  priority: 5,
  conditions: [
    { field: 'hour', operator: 'between', value: [6, 17] },
    { any: [source('tiktok'), { not: { all: [source('a'), { not: source('b') }] } }] },
    { field: 'is_bot', operator: 'equals', value: false },
    { field: 'param.sub', operator: 'exists' },
  ],
  action: {
    type: 'redirect',
    destinations: [
      { url: 'https://a.example/', weight: 70 },
      { url: 'https://b.example/', weight: 30 },
    ],
    passthrough: 'all',
    tags: ['night'],
  },
  caps: { clicks_per_day: 5, overflow: { url: 'https://c.example/' } },
};
const CAMPAIGN = {
  campaign_id: 'sale',
  name: 'Sale',
  timezone: 'Europe/Berlin',
  rules: [{ ...RULE, rule_id: 'low', priority: 0 }, RULE],
  default_action: {
    type: 'redirect',
    destination: 'https://d.example/',
    passthrough: [],
    tags: [],
  },
  cost: { amount: '12.5', currency: 'EUR' },
} as unknown as Campaign;

function draft(rules: RuleBody[] = [RULE]): CampaignDraft {
  return draftOf({ ...CAMPAIGN, rules } as Campaign, 'USD');
}

function first({ rules }: CampaignDraft): RuleDraft {
  const [rule] = rules;
  if (rule === undefined) {
    throw new Error('There is no rule');
  }
  return rule;
}

describe('a draft of a saved campaign', () => {
  it('comes back as it was saved, its rules in the order in which they are tried', () => {
    const { campaign_id, name, timezone, default_action, cost } = CAMPAIGN;
    expect(toBody(draftOf(CAMPAIGN, 'USD'), SCHEMA).body).toEqual({
      ...{ campaign_id, name, timezone, default_action, cost },
      rules: [RULE, { ...RULE, rule_id: 'low', priority: 0 }],
    });
  });

  it('says which members have changed, and null for what was taken away', () => {
    const before = toBody(draft(), SCHEMA).body;
    const after = toBody({ ...draft(), name: 'Other', costAmount: ' ' }, SCHEMA).body;
    expect(changesBetween(before, before)).toEqual({});
    expect(changesBetween(before, after)).toEqual({ name: 'Other', cost: null });
  });

  it('sends what is half written as it is, for the API to refuse', () => {
    const comparison = { field: 'hour', operator: 'between', value: ['x'] };
    const { body } = toBody(draft([{ ...RULE, conditions: [comparison] }]), SCHEMA);
    expect(body.rules?.[0]?.conditions).toEqual([{ ...comparison, value: ['x', ''] }]);
  });
});

describe('a fault', () => {
  const path = '/body/rules/0/conditions/0/any/1/not/value';
  const problem = new ApiProblem(400, { errors: [{ path, message: 'is wrong' }] });
  const negated = { any: [source('a'), { not: source('b') }] };

  it('stands at the comparison that it is about, until that is changed or moved', () => {
    const wrong = draft([{ ...RULE, conditions: [negated] }]);
    const faults = Faults.of(problem, toBody(wrong, SCHEMA).places);
    const [good, bad] = first(wrong).conditions.members;
    if (good?.form !== 'comparison' || bad?.form !== 'comparison') {
      throw new Error('Both are comparisons');
    }
    expect(faults.at(bad, 'values')).toBe('is wrong');
    expect(faults.at({ ...bad, operator: 'in' }, 'values')).toBe('is wrong');
    expect(faults.at({ ...bad, values: ['c'] }, 'values')).toBeUndefined();
    expect(faults.at(good, 'values')).toBeUndefined();
  });

  it('without a place of its own stands at what is around it', () => {
    const wrong = draft();
    const about = new ApiProblem(400, {
      errors: [{ path: '/body/rules/0/action/destinations/1/url/3', message: 'no' }],
    });
    const faults = Faults.of(about, toBody(wrong, SCHEMA).places);
    const second = first(wrong).action.destinations[1];
    expect(second && faults.at(second, 'url')).toBe('no');
  });
});

describe('the order of rules', () => {
  const ids = (rules: readonly RuleDraft[]) => rules.map(({ ruleId }) => ruleId).join(' ');
  const rules = draft([
    { ...RULE, rule_id: 'a', priority: 10 },
    { ...RULE, rule_id: 'b', priority: 5 },
    { ...RULE, rule_id: 'c', priority: 0 },
  ]).rules;

  it('is what the API tries after any move', () => {
    for (let from = 0; from < 3; from++) {
      for (let to = 0; to < 3; to++) {
        const moved = moveRule(rules, from, to);
        expect(ids(moved)).toBe(ids(moved.toSorted((x, y) => y.priority - x.priority)));
        expect(moved[to]?.ruleId).toBe(rules[from]?.ruleId);
      }
    }
  });

  it('follows a priority that is typed', () => {
    const [, , last] = rules;
    expect(last && ids(replaceRule(rules, { ...last, priority: 7 }))).toBe('a c b');
  });
});
