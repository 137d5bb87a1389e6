const HOUR_MS = 3_600_000;
/** A botnet of a million addresses is one problem for the people who read alerts, not a million. */
export const ALERTS_PER_HOUR_MAX = 1_000;

/** How many alerts each organisation got from this node within the current hour of the clock. */
export class AlertBudget {
  #hour = 0;
  readonly #raised = new Map<string, number>();

  /** @returns whether the organisation can have another one */
  hasRoom(organizationId: string, nowMs: number): boolean {
    this.#turn(nowMs);
    return (this.#raised.get(organizationId) ?? 0) < ALERTS_PER_HOUR_MAX;
  }

  count(organizationId: string, nowMs: number): void {
    this.#turn(nowMs);
    this.#raised.set(organizationId, (this.#raised.get(organizationId) ?? 0) + 1);
  }

  #turn(nowMs: number): void {
    const hour = Math.floor(nowMs / HOUR_MS);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#raised.clear();
    }
  }
}
