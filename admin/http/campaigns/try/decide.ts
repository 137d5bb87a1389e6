import type { z } from 'zod';
import { type RuleAction, ruleIdOf } from '../../../../core/configuration.ts';
import { compileDestination } from '../../../../core/destination/compile.ts';
import { explainRules } from '../../../../core/rules/explain.ts';
import { inOrder } from '../../../../core/rules/matcher.ts';
import type { Campaign } from '../../../../stores/postgres/configuration/campaigns.ts';
import type { VisitorReader } from '../../../visitor-reader.ts';
import type { SampleVisitor } from './sample-visitor.ts';
import type { outcomeSchema } from './schemas.ts';

type Outcome = z.input<typeof outcomeSchema>;
type Decision = Omit<Outcome, 'rules' | 'visitor'>;

/**
 * What the engine would answer to a visitor, and why. Changes nothing and counts nothing; every rule
 * with caps is taken to have room.
 *
 * @param fallbackUrl the organisation's
 */
export function decide(
  campaign: Campaign,
  visitor: SampleVisitor,
  reader: VisitorReader,
  fallbackUrl: string | null,
): Outcome {
  const { timezone = 'UTC', rules: saved = [] } = campaign.definition;
  const rules = saved.map((rule, place) => ({ ...rule, rule_id: ruleIdOf(rule, place) }));
  const explained = explainRules(rules, visitor, { timezone });
  const facts = { rules: explained.rules, visitor: factsOf(visitor) };
  const rule = inOrder(rules)[explained.firstMatch];
  if (campaign.status !== 'active') {
    const reason = `The campaign is ${campaign.status}: its link is not known to engines.`;
    return { ...fallback(visitor, fallbackUrl, reason), ...facts };
  }
  if (rule !== undefined) {
    const salt = `${campaign.campaign_id}\n${rule.rule_id}`;
    const reason = `Rule ${rule.rule_id} is the first whose conditions all hold.`;
    const acted = act(rule.action, salt, visitor, reader);
    const { rule_id } = rule;
    return {
      ...{ ...acted, reason, decided_by: 'rule', rule_id, caps: rule.caps ?? null },
      ...facts,
    };
  }
  const none = rules.length === 0 ? 'There are no rules' : 'No rule has all its conditions held';
  if (campaign.default_action !== null) {
    const acted = act(campaign.default_action, campaign.campaign_id, visitor, reader);
    const reason = `${none}: the default action decides.`;
    return {
      ...{ ...acted, reason, decided_by: 'default_action', rule_id: null, caps: null },
      ...facts,
    };
  }
  const reason = `${none}, and there is no default action.`;
  return { ...fallback(visitor, fallbackUrl, reason), ...facts };
}

type Acted = Pick<Decision, 'outcome' | 'destination' | 'destinations' | 'tags'>;

/** @param salt as in the engine: it makes the split of one rule independent of another's */
function act(
  action: RuleAction,
  salt: string,
  visitor: SampleVisitor,
  reader: VisitorReader,
): Acted {
  const tags = action.tags ?? [];
  if (action.type === 'block') {
    return { outcome: 'block', destination: null, destinations: [], tags };
  }
  const passthrough = action.passthrough ?? [];
  if (action.destination !== undefined) {
    const destination = render(action.destination, passthrough, visitor);
    return { outcome: 'redirect', destination, destinations: [], tags };
  }
  const split = action.destinations ?? [];
  const weights = split.map(({ weight }) => weight);
  const urls = split.map(({ url }) => url);
  const chosen = split.length > 1 ? reader.choose(urls, weights, salt, visitor.userId) : 0;
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const destinations = split.map(({ url, weight }, index) => ({
    url: render(url, passthrough, visitor),
    weight,
    share: Math.round((weight / sum) * 10_000) / 10_000,
    is_chosen: index === chosen,
  }));
  const destination = destinations[chosen]?.url ?? null;
  return { outcome: 'redirect', destination, destinations, tags };
}

function fallback(visitor: SampleVisitor, fallbackUrl: string | null, reason: string): Decision {
  const nowhere = { rule_id: null, destinations: [], tags: [], caps: null };
  return fallbackUrl === null
    ? {
        ...{ ...nowhere, outcome: 'not_found', decided_by: 'nothing', destination: null },
        reason: `${reason} The organisation has no fallback URL.`,
      }
    : {
        ...{ ...nowhere, outcome: 'redirect', decided_by: 'fallback_url' },
        destination: render(fallbackUrl, [], visitor),
        reason: `${reason} The organisation's fallback URL decides.`,
      };
}

function render(
  template: string,
  passthrough: readonly string[] | 'all',
  visitor: SampleVisitor,
): string {
  const outcome = compileDestination(template, passthrough);
  // Saved templates were compiled before; one that an older release saved may be refused by now.
  return outcome.kind === 'compiled' ? outcome.destination.render(visitor) : template;
}

function factsOf(visitor: SampleVisitor): Outcome['visitor'] {
  return {
    source: visitor.source,
    medium: visitor.medium,
    click_id: visitor.clickId,
    referer: visitor.referer,
    url: visitor.url,
    user_agent: visitor.userAgent,
    ip: visitor.ip,
    country: visitor.country,
    region: visitor.region,
    city: visitor.city,
    language: visitor.language,
    device_type: visitor.deviceType,
    os: visitor.os,
    os_version: visitor.osVersion,
    browser: visitor.browser,
    browser_version: visitor.browserVersion,
    is_bot: visitor.isBot,
    is_unique: visitor.isUnique,
    fraud_score: visitor.fraudScore,
    user_id: visitor.userId,
    at: new Date(visitor.occurredAtMs).toISOString(),
  };
}
