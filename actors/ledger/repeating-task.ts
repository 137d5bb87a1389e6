/** When to run again: at once because there is more to do, or after the usual pause. */
export type TaskResult = 'more' | 'idle';

export type RepeatingTaskOptions = {
  run: () => Promise<TaskResult>;
  /** Told of each failure. */
  onError: (error: unknown) => void;
  /** Pause after a run that found nothing more to do. A wake cuts it short. */
  idleMs: number;
  /** Shortest time from the start of one run to the start of the next, woken or not. */
  intervalMsMin: number;
  /** After a failure: doubling, with jitter, and a wake does not cut it short. */
  retryMsMin: number;
  retryMsMax: number;
  /** The jitter's source, from 0 to below 1; Math.random unless told. */
  random?: () => number;
};

/**
 * Runs a task again and again, never twice at the same time. Starts with the first `wake`.
 * A wake during a run leads to another run.
 */
export class RepeatingTask {
  readonly #options: RepeatingTaskOptions;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  /** The newest run, ended or not. */
  #run: Promise<void> = Promise.resolve();
  #isWoken = false;
  #isStopped = false;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(options: RepeatingTaskOptions) {
    this.#options = options;
  }

  wake(): void {
    if (this.#isStopped || this.#isWoken) return;
    this.#isWoken = true;
    if (!this.#isRunning && this.#failures === 0) this.#schedule(0);
  }

  /** No new run starts; resolves when the current one has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#run;
  }

  #schedule(delayMs: number): void {
    const sinceStartMs = performance.now() - this.#startedAtMs;
    const earliestMs = this.#options.intervalMsMin - sinceStartMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), Math.max(delayMs, earliestMs, 0));
  }

  #start(): void {
    this.#isWoken = false;
    this.#startedAtMs = performance.now();
    this.#isRunning = true;
    this.#run = this.#runOnce().then((delayMs) => {
      this.#isRunning = false;
      if (this.#isStopped) return;
      this.#schedule(this.#isWoken && this.#failures === 0 ? 0 : delayMs);
    });
  }

  /** @returns the pause before the next run */
  async #runOnce(): Promise<number> {
    try {
      const result = await this.#options.run();
      this.#failures = 0;
      return result === 'more' ? 0 : this.#options.idleMs;
    } catch (error) {
      this.#options.onError(error);
      const { retryMsMin, retryMsMax } = this.#options;
      const delayMs = Math.min(retryMsMin * 2 ** this.#failures, retryMsMax);
      this.#failures = Math.min(this.#failures + 1, 30);
      return delayMs * (0.5 + (this.#options.random ?? Math.random)() / 2);
    }
  }
}
