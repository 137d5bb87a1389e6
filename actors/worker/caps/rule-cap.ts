// HOT PATH: once per click that a capped rule matches. Budget: 30 ns. Guarded by
// bench/micro/matching.ts.
import type { Caps } from '../../../core/configuration.ts';
import type { CapCounters, CapState } from './cap-counters.ts';

/** What a rule may take in a day, and whether it still may. */
export class RuleCap {
  readonly #state: CapState;
  readonly #counters: CapCounters;
  readonly #timezone: string;
  readonly #clicksMax: number;
  readonly #conversionsMax: number;

  /** @param campaignTimezone decides the day when the caps name no time zone */
  constructor(caps: Caps, campaignTimezone: string, state: CapState, counters: CapCounters) {
    this.#state = state;
    this.#counters = counters;
    this.#timezone = caps.timezone ?? campaignTimezone;
    this.#clicksMax = caps.clicks_per_day ?? Number.POSITIVE_INFINITY;
    this.#conversionsMax = caps.conversions_per_day ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the rule may take a click at this time: neither count of its day has reached its cap. */
  admits(nowMs: number): boolean {
    const state = this.#state;
    if (nowMs >= state.dayEndMs) {
      this.#counters.beginDay(state, this.#timezone, nowMs);
    }
    return (
      state.clicks + state.clicksElsewhere < this.#clicksMax &&
      state.conversions < this.#conversionsMax
    );
  }

  /** Counts a click that the rule took, after `admits` for the same click. */
  count(): void {
    this.#counters.count(this.#state);
  }
}
