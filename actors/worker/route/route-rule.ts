import type { CampaignConfig, Rule } from '../../../core/configuration.ts';
import type { CompiledDestination } from '../../../core/destination/render.ts';
import type { CapCounters } from '../caps/cap-counters.ts';
import { RuleCap } from '../caps/rule-cap.ts';
import { compileOrThrow, RouteAction } from './route-action.ts';

/** What a rule does with the clicks that its conditions match. Immutable but for its counts. */
export class RouteRule {
  readonly id: string;
  readonly action: RouteAction;
  /** null: the rule takes every click that it matches. */
  readonly cap: RuleCap | null;
  /** Above the cap: the next rule that matches, the campaign's default, or this destination. */
  readonly overflow: 'next' | 'default' | CompiledDestination;

  /** @throws TrellisError `invalid_campaign` */
  constructor(rule: Rule, id: string, campaign: CampaignConfig, counters: CapCounters) {
    this.id = id;
    this.action = new RouteAction(rule.action, `${campaign.campaign_id}\n${id}`);
    const { caps } = rule;
    if (caps === undefined) {
      this.cap = null;
      this.overflow = 'next';
      return;
    }
    const state = counters.state(campaign.organization_id, campaign.campaign_id, id);
    this.cap = new RuleCap(caps, campaign.timezone, state, counters);
    this.overflow =
      typeof caps.overflow === 'object'
        ? compileOrThrow(
            caps.overflow.url,
            rule.action.type === 'block' ? [] : rule.action.passthrough,
          )
        : (caps.overflow ?? 'next');
  }
}
