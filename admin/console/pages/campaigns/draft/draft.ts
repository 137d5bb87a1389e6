import type { ActionBody, Campaign, ConditionBody, ConditionValue, RuleBody } from '../types.ts';

/**
 * A campaign as it is being written. Everything is text as it was typed, so that half-written values
 * can stand; `to-body.ts` makes what is sent. Parts have keys of their own, by which they keep their place
 * and their faults when they are moved. Drafts are never changed, only replaced.
 */
export type CampaignDraft = {
  key: string;
  name: string;
  campaignId: string;
  timezone: string;
  /** In the order in which they are tried: by priority, of equal ones as they stand. */
  rules: readonly RuleDraft[];
  /** Null: the organisation's fallback URL. */
  defaultAction: ActionDraft | null;
  /** '' without any. */
  costAmount: string;
  costCurrency: string;
  isRetroactive: boolean;
  /** Days, `2026-03-01`, the last one included. '' when not chosen. */
  firstDay: string;
  lastDay: string;
};

export type RuleDraft = {
  key: string;
  /** '' until the server has given one. */
  ruleId: string;
  type: string;
  priority: number;
  /** Its members must `all` hold, or `any`. Without members the rule always matches. */
  conditions: GroupDraft;
  action: ActionDraft;
  caps: CapsDraft;
};

export type ConditionDraft = ComparisonDraft | GroupDraft;

export type GroupDraft = {
  key: string;
  form: 'any' | 'all';
  isNegated: boolean;
  members: readonly ConditionDraft[];
};

export type ComparisonDraft = {
  key: string;
  form: 'comparison';
  isNegated: boolean;
  /** `param.` and `header.` with the name behind them. */
  field: string;
  operator: string;
  /** One value, a list, or from and to; which, the operator decides. */
  values: readonly string[];
};

export type ActionDraft = {
  key: string;
  kind: 'redirect' | 'block';
  /** At least one, even where a block does not need it: it comes back with the next choice. */
  destinations: readonly DestinationDraft[];
  passesAll: boolean;
  passthrough: readonly string[];
  tags: readonly string[];
};

export type DestinationDraft = { key: string; url: string; weight: string };

export type CapsDraft = {
  key: string;
  clicks: string;
  conversions: string;
  timezone: string;
  overflow: 'next' | 'default' | 'url';
  url: string;
};

let keys = 0;
export function newKey(): string {
  keys += 1;
  return `k${keys}`;
}

export function emptyCampaign(timezone: string, currency: string): CampaignDraft {
  return {
    key: newKey(),
    name: '',
    campaignId: '',
    timezone,
    rules: [],
    defaultAction: emptyAction(),
    costAmount: '',
    costCurrency: currency,
    isRetroactive: false,
    firstDay: '',
    lastDay: '',
  };
}

export function emptyRule(priority = 0): RuleDraft {
  return {
    key: newKey(),
    ruleId: '',
    type: 'custom',
    priority,
    conditions: emptyGroup('all'),
    action: emptyAction(),
    caps: emptyCaps(),
  };
}

export function emptyAction(): ActionDraft {
  return {
    key: newKey(),
    kind: 'redirect',
    destinations: [emptyDestination()],
    passesAll: false,
    passthrough: [],
    tags: [],
  };
}

export function emptyDestination(): DestinationDraft {
  return { key: newKey(), url: '', weight: '1' };
}

export function emptyGroup(
  form: GroupDraft['form'],
  members: readonly ConditionDraft[] = [emptyComparison()],
): GroupDraft {
  return { key: newKey(), form, isNegated: false, members };
}

export function emptyComparison(): ComparisonDraft {
  return {
    key: newKey(),
    form: 'comparison',
    isNegated: false,
    field: 'source',
    operator: 'equals',
    values: [],
  };
}

function emptyCaps(): CapsDraft {
  return { key: newKey(), clicks: '', conversions: '', timezone: '', overflow: 'next', url: '' };
}

/** @param currency of the organisation, for a cost that is added */
export function draftOf(campaign: Campaign, currency: string): CampaignDraft {
  const { cost, default_action, rules, timezone } = campaign;
  return {
    ...emptyCampaign(timezone, cost?.currency ?? currency),
    name: campaign.name,
    campaignId: campaign.campaign_id,
    rules: inOrder((rules ?? []).map(ruleDraftOf)),
    defaultAction: default_action === null ? null : actionDraftOf(default_action),
    costAmount: cost?.amount ?? '',
  };
}

/** As they are tried. */
export function inOrder(rules: readonly RuleDraft[]): readonly RuleDraft[] {
  return rules.toSorted((one, other) => other.priority - one.priority);
}

/** A rule like another, with keys and an id of its own. */
export function copyOf(rule: RuleDraft): RuleDraft {
  return {
    ...rule,
    key: newKey(),
    ruleId: '',
    conditions: copyGroup(rule.conditions),
    action: {
      ...rule.action,
      key: newKey(),
      destinations: rule.action.destinations.map((entry) => ({ ...entry, key: newKey() })),
    },
    caps: { ...rule.caps, key: newKey() },
  };
}

function copyGroup(group: GroupDraft): GroupDraft {
  return {
    ...group,
    key: newKey(),
    members: group.members.map((member) =>
      member.form === 'comparison' ? { ...member, key: newKey() } : copyGroup(member),
    ),
  };
}

function ruleDraftOf(rule: RuleBody): RuleDraft {
  const { caps } = rule;
  const overflow = caps?.overflow ?? 'next';
  return {
    key: newKey(),
    ruleId: rule.rule_id ?? '',
    type: rule.type ?? 'custom',
    priority: rule.priority ?? 0,
    conditions: rootOf(rule.conditions),
    action: actionDraftOf(rule.action),
    caps: {
      key: newKey(),
      clicks: textOf(caps?.clicks_per_day),
      conversions: textOf(caps?.conversions_per_day),
      timezone: caps?.timezone ?? '',
      overflow: typeof overflow === 'string' ? overflow : 'url',
      url: typeof overflow === 'string' ? '' : overflow.url,
    },
  };
}

/** A single `any` is shown as the rule's own way of joining. */
function rootOf(conditions: readonly ConditionBody[]): GroupDraft {
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined && 'any' in only
    ? emptyGroup('any', only.any.map(conditionDraftOf))
    : emptyGroup('all', conditions.map(conditionDraftOf));
}

function conditionDraftOf(condition: ConditionBody): ConditionDraft {
  if ('not' in condition) {
    const inner = conditionDraftOf(condition.not);
    return { ...inner, isNegated: !inner.isNegated };
  }
  if ('any' in condition) {
    return emptyGroup('any', condition.any.map(conditionDraftOf));
  }
  if ('all' in condition) {
    return emptyGroup('all', condition.all.map(conditionDraftOf));
  }
  const { field, operator, value } = condition;
  return { ...emptyComparison(), field, operator, values: valuesOf(value) };
}

function valuesOf(value: ConditionValue): string[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function actionDraftOf(action: ActionBody): ActionDraft {
  const tags = action.tags ?? [];
  if (action.type === 'block') {
    return { ...emptyAction(), kind: 'block', tags };
  }
  const { destination, destinations, passthrough = [] } = action;
  const listed = destinations ?? [{ url: destination ?? '', weight: 1 }];
  return {
    key: newKey(),
    kind: 'redirect',
    destinations: listed.map(({ url, weight }) => ({ key: newKey(), url, weight: String(weight) })),
    passesAll: passthrough === 'all',
    passthrough: passthrough === 'all' ? [] : passthrough,
    tags,
  };
}

function textOf(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
