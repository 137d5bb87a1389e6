// HOT PATH: counted once per request. Budget: 50 ns a call, no allocation.
import { OUTCOME, OUTCOMES, type Outcome } from '../../actors/mailbox/layout.ts';

/** The routes by the number of the request kind (REQUEST_KIND); the last stands for the rest. */
export const ROUTES = [
  '/in',
  '/in',
  '/postback',
  '/postback',
  '/collect',
  '/pixel.gif',
  'other',
] as const;
export const OTHER_ROUTE = 6;

const STATUS_MAX = 600;

/** Upper bounds in seconds of `trellis_redirect_duration_seconds`: 50 µs to 1 s. */
export const DURATION_BUCKETS = [
  0.000_05, 0.000_1, 0.000_2, 0.000_3, 0.000_5, 0.000_75, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025,
  0.05, 0.1, 0.25, 0.5, 1,
] as const;

const EXTRA = [
  'clicks_mailbox_full',
  'clicks_unknown_organization',
  'postbacks_unauthorized',
] as const;
export type ExtraCounter = (typeof EXTRA)[number];

/** What the main thread counts, in plain arrays; read by the metrics endpoint. */
export class EngineCounters {
  readonly #answers = new Float64Array(ROUTES.length * STATUS_MAX);
  readonly #outcomes = new Float64Array(ROUTES.length * OUTCOMES.length);
  readonly #extra = new Float64Array(EXTRA.length);
  /** One more than buckets: the last counts what took longer than the largest bound. */
  readonly durationCounts = new Float64Array(DURATION_BUCKETS.length + 1);
  durationSumSeconds = 0;

  /** @param kind a REQUEST_KIND, or OTHER_ROUTE */
  countAnswer(kind: number, status: number): void {
    const index = kind * STATUS_MAX + status;
    this.#answers[index] = (this.#answers[index] as number) + 1;
  }

  /** An answer that was given before it was clear which organisation's actor is asked. */
  countRefusal(status: number): void {
    this.countAnswer(OTHER_ROUTE, status);
  }

  countOutcome(kind: number, outcome: Outcome): void {
    const index = kind * OUTCOMES.length + OUTCOME[outcome];
    this.#outcomes[index] = (this.#outcomes[index] as number) + 1;
  }

  add(name: ExtraCounter, amount: number): void {
    const index = EXTRA.indexOf(name);
    this.#extra[index] = (this.#extra[index] as number) + amount;
  }

  extra(name: ExtraCounter): number {
    return this.#extra[EXTRA.indexOf(name)] as number;
  }

  /** @param durationMs from the request's arrival at its handler to the call that sends the answer */
  observeRedirect(durationMs: number): void {
    const seconds = durationMs / 1000;
    let bucket = 0;
    while (bucket < DURATION_BUCKETS.length && seconds > (DURATION_BUCKETS[bucket] as number)) {
      bucket++;
    }
    this.durationCounts[bucket] = (this.durationCounts[bucket] as number) + 1;
    this.durationSumSeconds += seconds;
  }

  /** Answers by route and status, those that occurred. */
  *answers(): Generator<{ route: string; status: number; count: number }> {
    const totals = new Map<string, number>();
    for (let index = 0; index < this.#answers.length; index++) {
      const count = this.#answers[index] as number;
      if (count > 0) {
        const key = `${ROUTES[Math.floor(index / STATUS_MAX)]} ${index % STATUS_MAX}`;
        totals.set(key, (totals.get(key) ?? 0) + count);
      }
    }
    for (const [key, count] of totals) {
      const [route, status] = key.split(' ') as [string, string];
      yield { route, status: Number(status), count };
    }
  }

  /** How often an outcome occurred over some routes. */
  outcome(routes: readonly string[], outcome: Outcome): number {
    let sum = 0;
    for (let kind = 0; kind < ROUTES.length; kind++) {
      if (routes.includes(ROUTES[kind] as string)) {
        sum += this.#outcomes[kind * OUTCOMES.length + OUTCOME[outcome]] as number;
      }
    }
    return sum;
  }
}
