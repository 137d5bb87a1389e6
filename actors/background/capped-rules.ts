import {
  type CampaignConfig,
  type CampaignText,
  type Rule,
  ruleIdOf,
} from '../../core/configuration.ts';

/** A rule with a cap, as far as its counts concern the stores. */
export type CappedRule = {
  organizationId: string;
  campaignId: string;
  ruleId: string;
  /** Decides the cap's day. */
  timezone: string;
  countsClicks: boolean;
  countsConversions: boolean;
};

/** Rules that are looked after; what is beyond is capped by each node's own counts alone. */
export const CAPPED_RULES_MAX = 4_096;

/** Which rules of all active campaigns have caps. */
export class CappedRules {
  readonly #byCampaign = new Map<string, CappedRule[]>();
  #count = 0;
  /** Rules that were too many. */
  leftOut = 0;

  /** Takes campaigns that are new or changed. */
  apply(campaigns: readonly CampaignText[]): void {
    for (const campaign of campaigns) {
      const key = `${campaign.organization_id}\n${campaign.campaign_id}`;
      const before = this.#byCampaign.get(key);
      if (before !== undefined) {
        this.#count -= before.length;
        this.#byCampaign.delete(key);
      }
      const capped = cappedRulesOf(campaign.text);
      if (this.#count + capped.length > CAPPED_RULES_MAX) {
        this.leftOut += capped.length;
      } else if (capped.length > 0) {
        this.#count += capped.length;
        this.#byCampaign.set(key, capped);
      }
    }
  }

  get size(): number {
    return this.#count;
  }

  all(): CappedRule[] {
    return [...this.#byCampaign.values()].flat();
  }
}

function cappedRulesOf(text: string): CappedRule[] {
  // Few campaigns have caps, and parsing all of them takes seconds.
  if (!text.includes('"caps":')) {
    return [];
  }
  const campaign = JSON.parse(text) as CampaignConfig;
  if (campaign.status !== 'active') {
    return [];
  }
  return campaign.rules.flatMap((rule: Rule, place) => {
    const { caps } = rule;
    return caps === undefined
      ? []
      : [
          {
            organizationId: campaign.organization_id,
            campaignId: campaign.campaign_id,
            ruleId: ruleIdOf(rule, place),
            timezone: caps.timezone ?? campaign.timezone,
            countsClicks: caps.clicks_per_day !== undefined,
            countsConversions: caps.conversions_per_day !== undefined,
          },
        ];
  });
}
