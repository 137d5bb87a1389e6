import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { ActorCounters } from '../pool/actor-counters.ts';
import type { OrganizationUpdate } from '../pool/messages.ts';
import type { CapCounters } from './caps/cap-counters.ts';
import { OrganizationActor, type OrganizationSettings } from './organization-actor.ts';

/** Actors in memory; when one more is needed, the tenth that was idle longest makes room. */
const RESIDENTS_MAX = 10_000;
const IDLE_MS_MAX = 600_000;

/**
 * The organisations of one actor thread: what is configured for all of them, and the actors of those
 * that have traffic. An actor is made at the first request of its organisation, made anew after a
 * change of configuration, and dropped when it has been idle for ten minutes.
 */
export class OrganizationRegistry {
  readonly #settings = new Map<number, OrganizationSettings>();
  readonly #residents = new Map<number, OrganizationActor>();
  readonly #quarantinedUntilMs = new Map<number, number>();
  readonly #clock: Clock;
  readonly #counters: ActorCounters;
  readonly #caps: CapCounters;
  readonly #logger: Logger;

  constructor(clock: Clock, counters: ActorCounters, caps: CapCounters, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#counters = counters;
    this.#caps = caps;
  }

  get residentCount(): number {
    return this.#residents.size;
  }

  /** Takes what changed. Actors in memory are replaced at their next request. */
  apply(updates: readonly OrganizationUpdate[]): void {
    for (const { number, organization, campaigns } of updates) {
      this.#settings.set(number, { number, organization, campaigns });
      this.#residents.delete(number);
    }
    this.#counters.set('actors_resident', this.#residents.size);
  }

  quarantine(number: number, untilMs: number): void {
    this.#quarantinedUntilMs.set(number, untilMs);
  }

  isQuarantined(number: number): boolean {
    if (this.#quarantinedUntilMs.size === 0) {
      return false;
    }
    const untilMs = this.#quarantinedUntilMs.get(number);
    if (untilMs !== undefined && untilMs <= this.#clock.nowMs()) {
      this.#quarantinedUntilMs.delete(number);
    }
    return this.#quarantinedUntilMs.has(number);
  }

  /**
   * The actor of an organisation, activated if it is not in memory.
   * @returns undefined when nothing is configured under that number (yet)
   */
  actor(number: number, nowMs: number): OrganizationActor | undefined {
    const resident = this.#residents.get(number);
    if (resident !== undefined) {
      resident.lastUsedMs = nowMs;
      return resident;
    }
    const settings = this.#settings.get(number);
    if (settings === undefined) {
      return undefined;
    }
    if (this.#residents.size >= RESIDENTS_MAX) {
      this.#passivateIdlest();
    }
    const actor = new OrganizationActor(settings, nowMs, this.#logger, this.#caps);
    this.#residents.set(number, actor);
    this.#counters.add('actors_activated', 1);
    this.#counters.set('actors_resident', this.#residents.size);
    return actor;
  }

  /** Drops the actors that have been idle for long. To be called every few seconds. */
  passivateIdle(): void {
    const nowMs = this.#clock.nowMs();
    for (const [number, actor] of this.#residents) {
      if (actor.lastUsedMs < nowMs - IDLE_MS_MAX) {
        this.#passivate(number);
      }
    }
  }

  #passivateIdlest(): void {
    const byIdleness = [...this.#residents].sort((a, b) => a[1].lastUsedMs - b[1].lastUsedMs);
    for (const [number] of byIdleness.slice(0, RESIDENTS_MAX / 10)) {
      this.#passivate(number);
    }
  }

  #passivate(number: number): void {
    this.#residents.delete(number);
    this.#counters.add('actors_passivated', 1);
    this.#counters.set('actors_resident', this.#residents.size);
  }
}
