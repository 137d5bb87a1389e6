import type { BlockConfig } from '../../../core/fraud/block.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import type { FraudStore } from '../../../stores/redis/fraud-store.ts';
import { RepeatingTask } from '../../ledger/repeating-task.ts';

/** News of each kind that wait at most. */
const WAITING_MAX = 10_000;
/** Commands at a time: far below what the client refuses. */
const COMMANDS_AT_ONCE = 64;
const RETRY_MS_MIN = 200;
const RETRY_MS_MAX = 2_000;
const IDLE_MS = 60_000;

export type RedisOutboxOptions = {
  store: FraudStore;
  /** Whether the block should still be told to other nodes. */
  isWanted(block: BlockConfig): boolean;
};

/**
 * Scores and blocks on their way to Redis: the newest score of each address, and blocks first. While
 * Redis does not take them they wait; what finds no room is left out, since PostgreSQL has it too.
 */
export class RedisOutbox {
  /** What found no room. */
  dropped = 0;
  readonly #options: RedisOutboxOptions;
  readonly #blocks = new Map<string, BlockConfig>();
  readonly #scores = new Map<string, Detection>();
  readonly #task: RepeatingTask;

  constructor(options: RedisOutboxOptions) {
    this.#options = options;
    this.#task = new RepeatingTask({
      run: async () => ((await this.#send()) ? 'more' : 'idle'),
      // The client counts and logs what is wrong with Redis.
      onError: () => undefined,
      idleMs: IDLE_MS,
      intervalMsMin: 0,
      retryMsMin: RETRY_MS_MIN,
      retryMsMax: RETRY_MS_MAX,
    });
  }

  addBlocks(blocks: readonly BlockConfig[]): void {
    for (const block of blocks) {
      this.#add(this.#blocks, block.block_id, block);
    }
    this.#task.wake();
  }

  addScore(detection: Detection): void {
    this.#add(this.#scores, `${detection.organizationId}\n${detection.address}`, detection);
    this.#task.wake();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  #add<T>(waiting: Map<string, T>, key: string, value: T): void {
    if (waiting.size < WAITING_MAX || waiting.has(key)) {
      waiting.set(key, value);
    } else {
      this.dropped++;
    }
  }

  /**
   * @returns whether something still waits
   * @throws when Redis did not take all: a pause is due
   */
  async #send(): Promise<boolean> {
    const { store, isWanted } = this.#options;
    const blocks = firstOf(this.#blocks, COMMANDS_AT_ONCE);
    const scores = firstOf(this.#scores, COMMANDS_AT_ONCE - blocks.length);
    const outcomes = await Promise.all([
      ...blocks.map(async ([key, block]) => {
        const isDone = !isWanted(block) || (await store.publishBlock(block)).ok;
        return this.#settle(this.#blocks, key, block, isDone);
      }),
      ...scores.map(async ([key, detection]) => {
        const { organizationId, address } = detection;
        const { ok } = await store.setScore(organizationId, address, detection);
        return this.#settle(this.#scores, key, detection, ok);
      }),
    ]);
    if (outcomes.includes(false)) {
      throw new Error('Redis did not take everything');
    }
    return this.#blocks.size + this.#scores.size > 0;
  }

  /** Something newer may have come in the meantime; that waits on. */
  #settle<T>(waiting: Map<string, T>, key: string, value: T, isDone: boolean): boolean {
    if (isDone && waiting.get(key) === value) {
      waiting.delete(key);
    }
    return isDone;
  }
}

function firstOf<T>(waiting: Map<string, T>, count: number): [string, T][] {
  const first: [string, T][] = [];
  for (const entry of waiting) {
    if (first.length >= count) {
      break;
    }
    first.push(entry);
  }
  return first;
}
