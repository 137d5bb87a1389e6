import type { ClickHouseClient } from '@clickhouse/client';
import type { Clock } from '../../core/clock.ts';
import type { CampaignText } from '../../core/configuration.ts';
import { messageOf } from '../../core/errors.ts';
import { localDay } from '../../core/local-day.ts';
import type { Logger } from '../../core/logger.ts';
import { RepeatingTask } from '../ledger/repeating-task.ts';
import type { CapCount } from '../pool/messages.ts';
import { countClicks, countConversions, type RuleDay } from './cap-counts-query.ts';
import { CAPPED_RULES_MAX, CappedRules } from './capped-rules.ts';

const CLICKS_MS = 3_000;
const CONVERSIONS_MS = 2_000;
const RETRY_MS_MAX = 30_000;
/** A count that took t is not repeated before 10 t: counting never takes more than a tenth. */
const REST_FACTOR = 10;
/** How long the clicks of a rule that is new here may still be on their way to ClickHouse. */
const NEW_RULE_MS = 10_000;

export type CapWatchOptions = {
  client: ClickHouseClient;
  /** This node's number. */
  node: number;
  /** Whether other nodes may serve the same organisations. */
  hasOtherNodes(): Promise<boolean>;
  onCounts(counts: CapCount[]): void;
  clock: Clock;
  logger: Logger;
};

/**
 * Tells the actors what they cannot count themselves: what other nodes' clicks and all conversions add
 * to the counts of capped rules. Costs nothing while no rule has a cap. On a single node clicks are
 * counted only for rules that are new here: because they got their cap in the middle of a day.
 */
export class CapWatch {
  readonly #options: CapWatchOptions;
  readonly #rules = new CappedRules();
  /** What was told last, of the current days. */
  #counts = new Map<string, CapCount>();
  readonly #firstSeenMs = new Map<string, number>();
  readonly #clicks: RepeatingTask;
  readonly #conversions: RepeatingTask;
  #warned = false;

  constructor(options: CapWatchOptions) {
    this.#options = options;
    this.#clicks = this.#repeat(CLICKS_MS, () => this.#lookAtClicks());
    this.#conversions = this.#repeat(CONVERSIONS_MS, () => this.#lookAtConversions());
  }

  /** Takes campaigns that are new or changed. */
  apply(campaigns: readonly CampaignText[]): void {
    this.#rules.apply(campaigns);
    if (this.#rules.leftOut > 0 && !this.#warned) {
      this.#warned = true;
      this.#options.logger.warn(
        { max: CAPPED_RULES_MAX },
        'too many rules have caps; the caps of the rest hold per node only',
      );
    }
    if (this.#rules.size > 0) {
      this.#clicks.wake();
      this.#conversions.wake();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#clicks.stop(), this.#conversions.stop()]);
  }

  #repeat(idleMs: number, look: () => Promise<void>): RepeatingTask {
    let notBeforeMs = 0;
    return new RepeatingTask({
      run: async () => {
        const startedMs = performance.now();
        if (this.#rules.size > 0 && startedMs >= notBeforeMs) {
          await look();
          const endedMs = performance.now();
          notBeforeMs = endedMs + (endedMs - startedMs) * REST_FACTOR;
        }
        return 'idle';
      },
      onError: (error) => {
        this.#options.logger.warn({ error: messageOf(error) }, 'capped rules cannot be counted');
      },
      idleMs,
      intervalMsMin: 500,
      retryMsMin: 1_000,
      retryMsMax: RETRY_MS_MAX,
    });
  }

  async #lookAtClicks(): Promise<void> {
    const { client, node, clock } = this.#options;
    const rules = this.#ruleDays().filter(({ countsClicks }) => countsClicks);
    const nowMs = clock.nowMs();
    const wanted = (await this.#options.hasOtherNodes())
      ? rules
      : rules.filter((rule) => nowMs - this.#seenSinceMs(rule, nowMs) < NEW_RULE_MS);
    if (wanted.length === 0) {
      return;
    }
    const counts = await countClicks(client, wanted, node);
    this.#tell(wanted, (count, index) => {
      count.clicksHere = counts[index]?.here ?? 0;
      count.clicksElsewhere = counts[index]?.elsewhere ?? 0;
    });
  }

  async #lookAtConversions(): Promise<void> {
    const wanted = this.#ruleDays().filter(({ countsConversions }) => countsConversions);
    if (wanted.length === 0) {
      return;
    }
    const counts = await countConversions(this.#options.client, wanted);
    this.#tell(wanted, (count, index) => {
      count.conversions = counts[index] ?? 0;
    });
  }

  #tell(rules: readonly RuleDay[], change: (count: CapCount, index: number) => void): void {
    const told = rules.map((rule, index) => {
      const count = this.#countOf(rule);
      change(count, index);
      return count;
    });
    this.#options.onCounts(told);
  }

  /** The last count of a rule's day, or one of nothing. */
  #countOf(rule: RuleDay): CapCount {
    const { organizationId, campaignId, ruleId, timezone, dayStartMs } = rule;
    const key = keyOf(rule);
    const known = this.#counts.get(key);
    if (known?.dayStartMs === dayStartMs) {
      return known;
    }
    if (this.#counts.size > 2 * CAPPED_RULES_MAX) {
      // Rules that are gone; those that are not are told again within seconds.
      this.#counts = new Map();
    }
    const count: CapCount = {
      ...{ organizationId, campaignId, ruleId, timezone, dayStartMs },
      ...{ clicksHere: 0, clicksElsewhere: 0, conversions: 0 },
    };
    this.#counts.set(key, count);
    return count;
  }

  #ruleDays(): RuleDay[] {
    const days = new Map<string, { startMs: number; endMs: number }>();
    const nowMs = this.#options.clock.nowMs();
    return this.#rules.all().map((rule) => {
      const day = days.get(rule.timezone) ?? localDay(nowMs, rule.timezone);
      days.set(rule.timezone, day);
      return { ...rule, dayStartMs: day.startMs, dayEndMs: day.endMs };
    });
  }

  #seenSinceMs(rule: RuleDay, nowMs: number): number {
    const key = keyOf(rule);
    const sinceMs = this.#firstSeenMs.get(key) ?? nowMs;
    if (this.#firstSeenMs.size > 2 * CAPPED_RULES_MAX) {
      this.#firstSeenMs.clear();
    }
    this.#firstSeenMs.set(key, sinceMs);
    return sinceMs;
  }
}

function keyOf({ organizationId, campaignId, ruleId }: RuleDay): string {
  return `${organizationId}\n${campaignId}\n${ruleId}`;
}
