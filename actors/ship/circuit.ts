/** Retry delays: full jitter over a doubling bound, so that several engines do not return at once. */
export type RetryDelays = { delayMsMin: number; delayMsMax: number };

export const RETRY_DELAYS: RetryDelays = { delayMsMin: 100, delayMsMax: 10_000 };

/**
 * How long to wait after the n-th failure in a row: between 0 and `delayMsMin · 2^(n−1)`, at most
 * `delayMsMax`. (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.)
 *
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, delays: RetryDelays, random: number): number {
  const bound = Math.min(delays.delayMsMax, delays.delayMsMin * 2 ** Math.min(failures - 1, 30));
  return Math.ceil(bound * random);
}

/**
 * Holds back all inserts while ClickHouse does not take them.
 *
 * | state     | entered when                     | inserts allowed at once |
 * |-----------|----------------------------------|-------------------------|
 * | `closed`  | an insert was answered           | as many as there are lanes |
 * | `open`    | an insert failed                 | none, until a delay has passed |
 * | `probing` | the delay has passed             | one                     |
 */
export class Circuit {
  #state: 'closed' | 'open' | 'probing' = 'closed';
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #delays: RetryDelays;
  readonly #onProbe: () => void;

  /** @param onProbe called when one insert may be tried */
  constructor(delays: RetryDelays, onProbe: () => void) {
    this.#delays = delays;
    this.#onProbe = onProbe;
  }

  get state(): 'closed' | 'open' | 'probing' {
    return this.#state;
  }

  /** How many inserts may be in flight. */
  insertsMax(lanes: number): number {
    return { closed: lanes, open: 0, probing: 1 }[this.#state];
  }

  succeeded(): void {
    this.#failures = 0;
    this.#state = 'closed';
    this.stop();
  }

  /** @param delayMsMin at least this long, for failures that need time to pass */
  failed(delayMsMin = 0): void {
    if (this.#state === 'open') {
      // An insert that was already in flight when another one opened the circuit.
      return;
    }
    this.#failures += 1;
    this.#state = 'open';
    const delayMs = retryDelayMs(this.#failures, this.#delays, Math.random());
    this.#timer = setTimeout(
      () => {
        this.#state = 'probing';
        this.#onProbe();
      },
      Math.max(delayMs, delayMsMin),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
