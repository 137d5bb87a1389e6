// HOT PATH: `submitted` runs once per request. Budget: 20 ns, no allocation. Guarded by bench/load.
import type { ActorPool } from '../../actors/pool/actor-pool.ts';

/**
 * Requests after which an actor is woken although more may follow at once. Small enough that it
 * works while this thread reads the rest, large enough that most of its sleeps end once per poll.
 */
const REQUESTS_PER_WAKE = 32;

/**
 * Wakes the actors whose mailboxes were given requests: after so many of them, and when all sockets
 * that were readable have been read, which is when immediates run.
 */
export class ActorWakes {
  readonly #pool: ActorPool;
  /** Requests per shard since its last wake. */
  readonly #pending: Int32Array;
  readonly #wakeAll: () => void;
  #isScheduled = false;

  constructor(pool: ActorPool) {
    this.#pool = pool;
    this.#pending = new Int32Array(pool.shardCount);
    this.#wakeAll = () => {
      this.#isScheduled = false;
      for (let shard = 0; shard < this.#pending.length; shard++) {
        if ((this.#pending[shard] as number) > 0) {
          this.#wake(shard);
        }
      }
    };
  }

  /** A request was submitted to this shard's mailbox. */
  submitted(shard: number): void {
    const pending = (this.#pending[shard] as number) + 1;
    this.#pending[shard] = pending;
    if (pending >= REQUESTS_PER_WAKE) {
      this.#wake(shard);
    } else if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#wakeAll);
    }
  }

  #wake(shard: number): void {
    this.#pending[shard] = 0;
    this.#pool.mailbox(shard).wakeSleeping();
  }
}
