import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';

/** A process that runs and is ready, as the embedded stores and `node-service.ts` return it. */
export type RunningProcess = {
  pid: number;
  /** Settles when it has ended, for whatever reason. Never rejects. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends it in order and resolves when it is gone. */
  stop(): Promise<void>;
};

export type ServiceOptions = {
  name: string;
  /** Starts the process and resolves when it is ready. */
  launch: () => Promise<RunningProcess>;
  logger: Logger;
  /** Called with each new process id, and with null when there is none any more. */
  onPid: (pid: number | null) => void;
  /** 0 to 1; fixed in tests. */
  random?: () => number;
};

const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5_000;
/** Whoever ran for this long was healthy; its end is not a repetition of the one before. */
const HEALTHY_MS = 10_000;

/**
 * Keeps one process running until it is told to stop.
 *
 * Invariants: at most one process at a time; after `stop` none is started again. The first start's
 * failure is the caller's; from then on the service starts it again for as long as it takes, at once
 * the first time, then with growing pauses.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #stopping = new AbortController();
  #running: RunningProcess | undefined;
  #started: Promise<RunningProcess> | undefined;
  #kept: Promise<void> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /**
   * Does nothing after `stop`.
   *
   * @throws what `launch` throws
   */
  async start(): Promise<void> {
    if (this.#stopping.signal.aborted) {
      return;
    }
    this.#started = this.#launch();
    this.#kept = this.#keep(await this.#started);
  }

  /** Ends the process and resolves when it is gone; a start under way is awaited first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([this.#started]);
    await this.#running?.stop();
    await this.#kept;
  }

  /** Ends the process at once, for a stop that takes too long. */
  kill(): void {
    this.#stopping.abort();
    if (this.#running !== undefined) {
      signalProcess(this.#running.pid, 'SIGKILL');
    }
  }

  async #launch(): Promise<RunningProcess> {
    const running = await this.#options.launch();
    this.#running = running;
    this.#options.onPid(running.pid);
    if (this.#stopping.signal.aborted) {
      await running.stop();
    }
    return running;
  }

  async #keep(first: RunningProcess): Promise<void> {
    const { name, logger } = this.#options;
    let running: RunningProcess | undefined = first;
    let failures = 0;
    while (running !== undefined) {
      const startedAtMs = performance.now();
      const { code, signal } = await running.exited;
      this.#running = undefined;
      this.#options.onPid(null);
      if (this.#stopping.signal.aborted) {
        return;
      }
      failures = performance.now() - startedAtMs >= HEALTHY_MS ? 0 : failures;
      logger.warn({ service: name, code, signal }, `${name} has ended and is started again`);
      running = await this.#relaunch(failures);
      failures += 1;
    }
  }

  /** @returns undefined when the service is being stopped */
  async #relaunch(failuresBefore: number): Promise<RunningProcess | undefined> {
    const { name, logger } = this.#options;
    const stopping = this.#stopping.signal;
    for (let failures = failuresBefore; !stopping.aborted; failures++) {
      await delay(this.#pauseMs(failures), undefined, { signal: stopping }).catch(() => undefined);
      if (stopping.aborted) {
        return undefined;
      }
      try {
        return await this.#launch();
      } catch (error) {
        logger.warn({ service: name, error: messageOf(error) }, `${name} could not be started`);
      }
    }
    return undefined;
  }

  /** Nothing the first time, then 100 ms, doubling to 5 s; half of it random. */
  #pauseMs(failures: number): number {
    if (failures === 0) {
      return 0;
    }
    const ceilingMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(failures - 1, 10));
    const random = this.#options.random ?? Math.random;
    return ceilingMs * (0.5 + random() / 2);
  }
}

/** Signals a process; one that is gone already is fine. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
      throw error;
    }
  }
}
