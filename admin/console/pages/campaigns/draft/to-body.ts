import type {
  ActionBody,
  CampaignBody,
  CampaignPatch,
  CapsBody,
  ConditionBody,
  ConditionValue,
  DefaultActionBody,
  RuleBody,
  RuleSchema,
} from '../types.ts';
import type {
  ActionDraft,
  CampaignDraft,
  CapsDraft,
  ComparisonDraft,
  ConditionDraft,
  GroupDraft,
  RuleDraft,
} from './draft.ts';
import { Places } from './faults.ts';
import { takesOf } from './vocabulary.ts';

/**
 * What is sent for a draft, and where each part of the draft stands in it.
 *
 * @param schema which values are numbers or truths, and which operators take lists
 */
export function toBody(
  draft: CampaignDraft,
  schema: RuleSchema,
): { body: CampaignBody; places: Places } {
  const places = new Places();
  const writer = new BodyWriter(schema, places);
  return { body: writer.campaign(draft), places };
}

/** Members of a campaign that can be changed after it has been created. */
const CHANGEABLE = ['name', 'timezone', 'rules', 'default_action', 'cost'] as const;

/** The members in which a body differs from another one; what is no longer there is null. */
export function changesBetween(before: CampaignBody, after: CampaignBody): CampaignPatch {
  const changes: Record<string, unknown> = {};
  for (const member of CHANGEABLE) {
    if (JSON.stringify(before[member]) !== JSON.stringify(after[member])) {
      changes[member] = after[member] ?? null;
    }
  }
  return changes as CampaignPatch;
}

class BodyWriter {
  readonly #schema: RuleSchema;
  readonly #places: Places;

  constructor(schema: RuleSchema, places: Places) {
    this.#schema = schema;
    this.#places = places;
  }

  campaign(draft: CampaignDraft): CampaignBody {
    const at = this.#at('/body', draft);
    at('name', 'name');
    at('campaign_id', 'campaignId');
    at('timezone', 'timezone');
    at('cost/amount', 'costAmount');
    at('cost/currency', 'costCurrency');
    at('cost', 'costAmount');
    at('time_range/start', 'firstDay');
    at('time_range/end', 'lastDay');
    at('time_range', 'firstDay');
    at('rules', 'rules');
    at('default_action', 'defaultAction');
    const { campaignId, costAmount, costCurrency, defaultAction, isRetroactive } = draft;
    return {
      name: draft.name,
      ...(campaignId === '' ? {} : { campaign_id: campaignId }),
      timezone: draft.timezone,
      rules: draft.rules.map((rule, index) => this.#rule(rule, `/body/rules/${index}`)),
      ...(defaultAction === null
        ? {}
        : {
            default_action: this.#action(
              defaultAction,
              '/body/default_action',
            ) as DefaultActionBody,
          }),
      ...(costAmount.trim() === ''
        ? {}
        : { cost: { amount: costAmount.trim(), currency: costCurrency } }),
      ...(isRetroactive
        ? {
            retroactive: true,
            time_range: { start: draft.firstDay, end: dayAfter(draft.lastDay) },
          }
        : {}),
    };
  }

  #rule(rule: RuleDraft, path: string): RuleBody {
    const at = this.#at(path, rule);
    at('', 'conditions');
    at('rule_id', 'ruleId');
    at('type', 'type');
    at('priority', 'priority');
    at('action', 'action');
    const { ruleId, type, priority } = rule;
    const caps = this.#caps(rule.caps, `${path}/caps`);
    return {
      ...(ruleId === '' ? {} : { rule_id: ruleId }),
      type,
      priority,
      conditions: this.#root(rule.conditions, `${path}/conditions`),
      action: this.#action(rule.action, `${path}/action`),
      ...(caps === undefined ? {} : { caps }),
    };
  }

  #root(root: GroupDraft, path: string): ConditionBody[] {
    this.#places.put(path, root, 'members');
    if (root.form === 'any' && root.members.length > 0) {
      return [this.#condition(root, `${path}/0`)];
    }
    return root.members.map((member, index) => this.#condition(member, `${path}/${index}`));
  }

  #condition(condition: ConditionDraft, path: string): ConditionBody {
    if (condition.isNegated) {
      return { not: this.#bare(condition, `${path}/not`, path) };
    }
    return this.#bare(condition, path, path);
  }

  /** @param outer where the condition stands with its negation */
  #bare(condition: ConditionDraft, path: string, outer: string): ConditionBody {
    if (condition.form === 'comparison') {
      return this.#comparison(condition, path, outer);
    }
    const { form } = condition;
    this.#places.put(outer, condition, 'members');
    this.#places.put(`${path}/${form}`, condition, 'members');
    const members = condition.members.map((member, index) =>
      this.#condition(member, `${path}/${form}/${index}`),
    );
    return form === 'any' ? { any: members } : { all: members };
  }

  #comparison(comparison: ComparisonDraft, path: string, outer: string): ConditionBody {
    this.#places.put(outer, comparison, 'values');
    const at = this.#at(path, comparison);
    at('field', 'field');
    at('operator', 'operator');
    at('value', 'values');
    const { field, operator } = comparison;
    const value = this.#value(comparison);
    return value === undefined ? { field, operator } : { field, operator, value };
  }

  #value({ field, operator, values }: ComparisonDraft): ConditionValue {
    const type = this.#schema.fields.find((known) => known.field === field)?.type ?? 'text';
    const typed = values.map((value) => typedValue(value, type));
    const takes = takesOf(this.#schema, operator);
    switch (takes) {
      case 'none':
        return undefined;
      case 'one':
        return typed[0] ?? '';
      case 'range':
        return [typed[0] ?? '', typed[1] ?? ''].filter((value) => typeof value !== 'boolean');
      default:
        // Truths are in no list.
        return typed.filter((value) => typeof value !== 'boolean');
    }
  }

  #action(action: ActionDraft, path: string): ActionBody {
    const { kind, destinations, passesAll, passthrough, tags } = action;
    const at = this.#at(path, action);
    at('tags', 'tags');
    if (kind === 'block') {
      return { type: 'block', tags: [...tags] };
    }
    at('passthrough', 'passthrough');
    at('destinations', 'destinations');
    const rest = { passthrough: passesAll ? ('all' as const) : [...passthrough], tags: [...tags] };
    const [first] = destinations;
    if (destinations.length === 1 && first !== undefined) {
      this.#places.put(`${path}/destination`, first, 'url');
      return { type: 'redirect', destination: first.url.trim(), ...rest };
    }
    const split = destinations.map((entry, index) => {
      const atEntry = this.#at(`${path}/destinations/${index}`, entry);
      atEntry('url', 'url');
      atEntry('weight', 'weight');
      return { url: entry.url.trim(), weight: Number(entry.weight) };
    });
    return { type: 'redirect', destinations: split, ...rest };
  }

  #caps(caps: CapsDraft, path: string): CapsBody | undefined {
    const at = this.#at(path, caps);
    at('', 'clicks');
    at('clicks_per_day', 'clicks');
    at('conversions_per_day', 'conversions');
    at('timezone', 'timezone');
    at('overflow', 'overflow');
    at('overflow/url', 'url');
    if (caps.clicks === '' && caps.conversions === '') {
      return undefined;
    }
    return {
      ...(caps.clicks === '' ? {} : { clicks_per_day: Number(caps.clicks) }),
      ...(caps.conversions === '' ? {} : { conversions_per_day: Number(caps.conversions) }),
      ...(caps.timezone === '' ? {} : { timezone: caps.timezone }),
      overflow: caps.overflow === 'url' ? { url: caps.url.trim() } : caps.overflow,
    };
  }

  #at<Part extends { key: string }>(path: string, part: Part) {
    return (below: string, member: keyof Part & string) =>
      this.#places.put(below === '' ? path : `${path}/${below}`, part, member);
  }
}

/** What is no number or truth goes as it is, for the API to say so. */
function typedValue(value: string, type: string): string | number | boolean {
  if (type === 'boolean' && (value === 'true' || value === 'false')) {
    return value === 'true';
  }
  if (type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return Number(value);
  }
  return value;
}

/** Ends are exclusive: the last day is still in it. '' stays. */
export function dayAfter(day: string): string {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(startMs) ? '' : new Date(startMs + 86_400_000).toISOString().slice(0, 10);
}
