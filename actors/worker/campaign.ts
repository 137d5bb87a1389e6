// HOT PATH: `route` runs once per click. Budget: 100 ns besides matching and rendering. Guarded by
// bench/micro/click.ts and bench/micro/matching.ts.
import { type CampaignConfig, type Rule, ruleIdOf } from '../../core/configuration.ts';
import type { CompiledDestination } from '../../core/destination/render.ts';
import { TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { compileRules, inOrder, type RuleMatcher } from '../../core/rules/matcher.ts';
import type { CapCounters } from './caps/cap-counters.ts';
import { RouteAction } from './route/route-action.ts';
import { RouteRule } from './route/route-rule.ts';
import type { RoutedEvent } from './route/routed-event.ts';

const NO_TAGS: readonly string[] = [];
/** A rule that cannot be used: it got into the database past the checks. */
const UNUSABLE = null;

/**
 * A campaign, ready to route clicks. Immutable but for its rules' counts; a changed campaign is compiled
 * anew. What its rules do is compiled when the first click matches them.
 */
export class Campaign {
  readonly id: string;
  readonly #config: CampaignConfig;
  readonly #counters: CapCounters;
  readonly #logger: Logger;
  readonly #default: RouteAction | null;
  /** null: there are no rules. */
  readonly #matcher: RuleMatcher | null;
  /** In the order in which they are tried. */
  readonly #rules: ReadonlyArray<{ rule: Rule; id: string }>;
  readonly #compiled: Array<RouteRule | null | undefined>;

  /**
   * @throws TrellisError `invalid_campaign` for a default destination that cannot be compiled; the admin
   *   service refuses to save such a one
   */
  constructor(config: CampaignConfig, counters: CapCounters, logger: Logger) {
    this.id = config.campaign_id;
    this.#config = config;
    this.#counters = counters;
    this.#logger = logger;
    this.#default =
      config.default_action === null ? null : new RouteAction(config.default_action, this.id);
    const { rules, matcher } = compileUsable(config, logger);
    this.#rules = rules;
    this.#compiled = new Array<RouteRule | null | undefined>(rules.length).fill(undefined);
    this.#matcher = matcher;
  }

  /**
   * Decides where a click goes, and fills in rule, tags and destination: '' when it goes nowhere.
   *
   * @param fallback the organisation's, for when the campaign has no destination
   * @param isCounted whether it counts against caps: not when a dead thread counted it already
   * @param plain look at no rule
   * @returns whether it is blocked
   */
  route(
    event: RoutedEvent,
    fallback: CompiledDestination | null,
    isCounted: boolean,
    plain: boolean,
  ): boolean {
    event.campaignId = this.id;
    event.ruleId = '';
    const matcher = this.#matcher;
    let index = matcher === null || plain ? -1 : matcher.match(event);
    while (index >= 0 && matcher !== null) {
      const rule = this.#rule(index);
      if (rule !== UNUSABLE) {
        if (rule.cap === null || this.#admits(rule, event, isCounted)) {
          event.ruleId = rule.id;
          return act(rule.action, event);
        }
        if (rule.overflow === 'default') {
          break;
        }
        if (rule.overflow !== 'next') {
          event.tags = rule.action.tags;
          event.destination = rule.overflow.render(event);
          return false;
        }
      }
      index = matcher.match(event, index + 1);
    }
    if (this.#default === null) {
      event.tags = NO_TAGS;
      event.destination = fallback?.render(event) ?? '';
      return false;
    }
    return act(this.#default, event);
  }

  /** Bots are led by the rule for as long as there is room, and take none of it. */
  #admits(rule: RouteRule, event: RoutedEvent, isCounted: boolean): boolean {
    if (rule.cap?.admits(event.occurredAtMs) !== true) {
      return false;
    }
    if (isCounted && !event.isBot) {
      rule.cap.count();
    }
    return true;
  }

  #rule(index: number): RouteRule | null {
    const known = this.#compiled[index];
    if (known !== undefined) {
      return known;
    }
    const compiled = this.#compile(index);
    this.#compiled[index] = compiled;
    return compiled;
  }

  #compile(index: number): RouteRule | null {
    const { rule, id } = this.#rules[index] as { rule: Rule; id: string };
    try {
      return new RouteRule(rule, id, this.#config, this.#counters);
    } catch (error) {
      if (!(error instanceof TrellisError)) {
        throw error;
      }
      const { organization_id: organization } = this.#config;
      const details = { organization, campaign: this.id, rule: id, error: error.message };
      this.#logger.error(details, 'a rule cannot be used');
      return UNUSABLE;
    }
  }
}

/** @returns whether it is blocked */
function act(action: RouteAction, event: RoutedEvent): boolean {
  event.tags = action.tags;
  const destination = action.destination(event.userId);
  event.destination = destination === undefined ? '' : destination.render(event);
  return destination === undefined;
}

type NamedRule = { rule: Rule; id: string; priority: number };

/** The matcher of a campaign and its rules in the order in which it numbers them. */
function compileUsable(
  config: CampaignConfig,
  logger: Logger,
): { rules: NamedRule[]; matcher: RuleMatcher | null } {
  const all = config.rules.map((rule, place) => ({
    rule,
    id: ruleIdOf(rule, place),
    priority: rule.priority ?? 0,
  }));
  if (all.length === 0) {
    return { rules: [], matcher: null };
  }
  try {
    return { rules: inOrder(all), matcher: compileMatcher(all, config) };
  } catch (error) {
    if (!(error instanceof TrellisError)) {
      throw error;
    }
    const { organization_id: organization, campaign_id: campaign } = config;
    logger.error({ organization, campaign, error: error.message }, 'some rules cannot be used');
  }
  // They got into the database past the checks, or come from a newer release. The others still hold.
  const usable = all.filter((rule) => isUsable(rule, config));
  return { rules: inOrder(usable), matcher: compileMatcher(usable, config) };
}

function compileMatcher(rules: readonly NamedRule[], { timezone }: CampaignConfig): RuleMatcher {
  return compileRules(
    rules.map(({ rule }) => rule),
    { timezone },
  );
}

function isUsable(rule: NamedRule, config: CampaignConfig): boolean {
  try {
    compileMatcher([rule], config);
    return true;
  } catch (error) {
    if (!(error instanceof TrellisError)) {
      throw error;
    }
    return false;
  }
}
