import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import type { Detection } from '../../core/fraud/detection.ts';
import type { Logger } from '../../core/logger.ts';
import { decodeBlockMessage, encodeBlockMessage } from './block-message.ts';
import { RedisClient, type RedisOutcome } from './client.ts';
import type { RedisErrorKind } from './error-kind.ts';
import { RedisErrors } from './redis-errors.ts';

/** How long a score lives after the detection that set it last. */
const SCORE_SECONDS = 86_400;
const BLOCK_CHANNEL = 'trellis:blocks';
const LOOK_MS = 2_000;
/** Written at every look, because a full server and a replica still answer PING. */
const ALIVE_KEY = 'trellis:alive';
const ALIVE_SECONDS = 60;

/** Whether Redis took what was last written to it, else what is in the way. */
export type RedisStatus = 'ok' | RedisErrorKind;

export type FraudStoreOptions = {
  /** REDIS_URL. */
  url: string;
  /** Of the process, for CLIENT LIST: `trellis-engine`. */
  name: string;
  clock: Clock;
  logger: Logger;
  /** How often to look whether Redis is there; 2 s by default. */
  lookMs?: number;
};

/** The store behind REDIS_URL; null where that is not set. The caller closes it. */
export function openFraudStore(
  options: Omit<FraudStoreOptions, 'url'> & { url: string | undefined },
): FraudStore | null {
  const { url } = options;
  return url === undefined ? null : new FraudStore({ ...options, url });
}

/**
 * What nodes share through Redis: scores of addresses, and news of blocks. PostgreSQL has everything
 * that must not be lost; so nothing here rejects, waits over 100 ms, or is tried again.
 */
export class FraudStore {
  readonly #options: FraudStoreOptions;
  readonly #errors = new RedisErrors();
  readonly #client: RedisClient;
  /** A second connection, only where somebody listens. */
  #subscriber: RedisClient | undefined;
  readonly #timer: NodeJS.Timeout;
  #status: RedisStatus = 'unreachable';

  constructor(options: FraudStoreOptions) {
    this.#options = options;
    this.#client = this.#connect(options.name);
    this.#client.onReady(() => this.#look());
    this.#timer = setInterval(
      () => Promise.all([this.#look(), this.#subscribe()]),
      options.lookMs ?? LOOK_MS,
    );
  }

  /** As of the last look. */
  get status(): RedisStatus {
    return this.#status;
  }

  /** Failures of a kind since the start, of both connections. */
  errorCount(kind: RedisErrorKind): number {
    return this.#errors.count(kind);
  }

  /**
   * Sets the score of an address for 24 hours: `fraud_score:<organization>:<address>`, whose value is
   * the confidence, 0 to 1, in decimal.
   */
  setScore(
    organizationId: string,
    address: string,
    detection: Pick<Detection, 'confidence'>,
  ): Promise<RedisOutcome<void>> {
    const key = scoreKey(organizationId, address);
    return this.#client.run(async (redis) => {
      await redis.set(key, String(detection.confidence), 'EX', SCORE_SECONDS);
    });
  }

  /** @returns the confidence, 0 to 1; null where there was no detection within 24 hours */
  getScore(organizationId: string, address: string): Promise<RedisOutcome<number | null>> {
    return this.#client.run(async (redis) => {
      const text = await redis.get(scoreKey(organizationId, address));
      const confidence = text === null ? Number.NaN : Number(text);
      return confidence >= 0 && confidence <= 1 ? confidence : null;
    });
  }

  /** Tells all nodes, this one too, of a new or removed entry. Nodes that are away do not hear of it. */
  publishBlock(block: BlockConfig): Promise<RedisOutcome<void>> {
    const message = encodeBlockMessage(block, this.#options.clock.nowMs());
    return this.#client.run(async (redis) => {
      await redis.publish(BLOCK_CHANNEL, message);
    });
  }

  /**
   * Calls `handler` for every entry that any node publishes from now on, while Redis is there. The same
   * entry may come again, and some seconds after the configuration feed has brought a newer state of it.
   */
  onBlock(handler: (block: BlockConfig) => void): void {
    if (this.#subscriber === undefined) {
      this.#subscriber = this.#connect(`${this.#options.name}-blocks`);
      this.#subscriber.onReady(() => this.#subscribe());
    }
    this.#subscriber.onMessage((text) => this.#receive(text, handler));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#client.close();
    this.#subscriber?.close();
  }

  #connect(name: string): RedisClient {
    const { url, logger } = this.#options;
    return new RedisClient({ url, name, logger, errors: this.#errors });
  }

  async #look(): Promise<void> {
    const outcome = await this.#client.run((redis) =>
      redis.set(ALIVE_KEY, this.#options.name, 'EX', ALIVE_SECONDS),
    );
    this.#status = outcome.ok ? 'ok' : outcome.kind;
  }

  /**
   * Subscribing again changes nothing; but it repairs a subscription that failed, and a connection whose
   * server hangs is noticed, which would otherwise wait for messages for ever.
   */
  async #subscribe(): Promise<void> {
    await this.#subscriber?.run((redis) => redis.subscribe(BLOCK_CHANNEL));
  }

  #receive(text: string, handler: (block: BlockConfig) => void): void {
    const block = decodeBlockMessage(text, this.#options.clock.nowMs());
    if (block === null) {
      this.#errors.add('bad_message');
      return;
    }
    try {
      handler(block);
    } catch (error) {
      this.#options.logger.error({ error: messageOf(error) }, 'a block could not be applied');
    }
  }
}

/** For `/ready`: to be spread among the states of the stores. Without Redis there is nothing to show. */
export function redisStatus(store: FraudStore | null): { redis?: RedisStatus } {
  return store === null ? {} : { redis: store.status };
}

function scoreKey(organizationId: string, address: string): string {
  return `fraud_score:${organizationId}:${address}`;
}
