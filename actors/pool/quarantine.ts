import type { Clock } from '../../core/clock.ts';

const DEATHS_MAX = 3;
const DEATHS_WITHIN_MS = 60_000;
const QUARANTINE_MS = 600_000;

/**
 * Which organisations are served with the least possible code, because their requests kept killing
 * their actor thread: three deaths within a minute, for ten minutes.
 */
export class Quarantine {
  readonly #deathsAtMs = new Map<number, number[]>();
  readonly #untilMs = new Map<number, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Lays the death of a thread to an organisation.
   * @returns whether the organisation is quarantined by that
   */
  recordDeath(organization: number): boolean {
    const nowMs = this.#clock.nowMs();
    const recent = (this.#deathsAtMs.get(organization) ?? []).filter(
      (atMs) => atMs > nowMs - DEATHS_WITHIN_MS,
    );
    recent.push(nowMs);
    this.#deathsAtMs.set(organization, recent);
    if (recent.length < DEATHS_MAX) {
      return false;
    }
    this.#deathsAtMs.delete(organization);
    this.#untilMs.set(organization, nowMs + QUARANTINE_MS);
    return true;
  }

  /** The organisations in quarantine, and until when. */
  active(): Array<{ number: number; untilMs: number }> {
    const nowMs = this.#clock.nowMs();
    for (const [number, untilMs] of this.#untilMs) {
      if (untilMs <= nowMs) {
        this.#untilMs.delete(number);
      }
    }
    return [...this.#untilMs].map(([number, untilMs]) => ({ number, untilMs }));
  }
}
