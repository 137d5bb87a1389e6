/** Where "now" comes from. Tests pass a clock of their own instead of sleeping. */
export interface Clock {
  /** Milliseconds since the Unix epoch. May step backwards when the machine's clock is corrected. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
