import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { RepeatingTask } from '../../ledger/repeating-task.ts';
import type { StoredWindow } from '../../pool/messages.ts';

/** What a dead process or thread left in the log is in ClickHouse after about this long. */
const SHIPPED_MS = 2_000;
/** Later the windows have filled by themselves, and what is stored says less. */
const TRIED_MS_MAX = 60_000;
const ROWS_PER_MESSAGE = 5_000;

export type WindowRebuildOptions = {
  /** @param beforeMs ms since epoch, exclusive */
  read(beforeMs: number): Promise<StoredWindow[]>;
  onWindows(shard: number | null, rows: StoredWindow[]): void;
  clock: Clock;
  logger: Logger;
};

type Wish = { shard: number | null; beforeMs: number };

/**
 * Gives actor threads that have just started what is stored of their addresses' last hour. Tries for a
 * minute while ClickHouse is away, then leaves it.
 */
export class WindowRebuild {
  readonly #options: WindowRebuildOptions;
  readonly #wishes = new Map<number | null, Wish>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #task: RepeatingTask;

  constructor(options: WindowRebuildOptions) {
    this.#options = options;
    this.#task = new RepeatingTask({
      run: () => this.#run(),
      onError: (error) => {
        options.logger.warn({ error: messageOf(error) }, 'the last hour cannot be read');
      },
      idleMs: TRIED_MS_MAX,
      // A thread that dies again and again must not keep ClickHouse busy.
      intervalMsMin: SHIPPED_MS,
      retryMsMin: 1_000,
      retryMsMax: 5_000,
    });
  }

  /**
   * @param shard whose thread is new; null: all
   * @param beforeMs when it started, ms since epoch: later clicks it has seen itself
   */
  want(shard: number | null, beforeMs: number): void {
    this.#wishes.set(shard, { shard, beforeMs });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#task.wake();
    }, SHIPPED_MS);
    this.#timers.add(timer);
  }

  async stop(): Promise<void> {
    this.#timers.forEach(clearTimeout);
    await this.#task.stop();
  }

  async #run(): Promise<'idle'> {
    for (const wish of [...this.#wishes.values()]) {
      const ageMs = this.#options.clock.nowMs() - wish.beforeMs;
      if (ageMs > TRIED_MS_MAX) {
        this.#wishes.delete(wish.shard);
        this.#options.logger.warn(wish, 'windows begin empty');
      } else if (ageMs >= SHIPPED_MS) {
        await this.#grant(wish);
      }
    }
    return 'idle';
  }

  async #grant(wish: Wish): Promise<void> {
    const rows = await this.#options.read(wish.beforeMs);
    if (this.#wishes.get(wish.shard) === wish) {
      this.#wishes.delete(wish.shard);
      for (let at = 0; at < rows.length; at += ROWS_PER_MESSAGE) {
        this.#options.onWindows(wish.shard, rows.slice(at, at + ROWS_PER_MESSAGE));
      }
    }
  }
}
