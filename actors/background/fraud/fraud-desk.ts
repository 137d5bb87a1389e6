import type pg from 'pg';
import type { Registry } from 'prom-client';
import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import { type BlockConfig, blockNetwork } from '../../../core/fraud/block.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import type { FraudSettings } from '../../../core/fraud/settings.ts';
import type { Logger } from '../../../core/logger.ts';
import { newRecordId } from '../../../stores/postgres/fraud/record-ids.ts';
import type { FraudStore } from '../../../stores/redis/fraud-store.ts';
import { RepeatingTask } from '../../ledger/repeating-task.ts';
import { DetectionLog } from './detection-log.ts';
import { DetectionQueue } from './detection-queue.ts';
import { DetectionStore } from './detection-store.ts';
import { FraudMetrics } from './fraud-metrics.ts';
import { KnownBlocks } from './known-blocks.ts';
import { RedisOutbox } from './redis-outbox.ts';

/** Addresses that wait for PostgreSQL at most. */
const QUEUE_MAX = 20_000;
const BATCH_MAX = 200;
const HOUR_MS = 3_600_000;
/** Waiting blocks that are told again whenever PostgreSQL cannot be reached: new nodes hear of them. */
const TOLD_AGAIN_MAX = 1_000;
const TOLD_AGAIN_MS = 5_000;

export type FraudDeskOptions = {
  pool: pg.Pool;
  /** Null without REDIS_URL. */
  redis: FraudStore | null;
  settingsOf(organizationId: string): FraudSettings;
  /** Blocks that actors of this node must know of before the configuration tells them. */
  onBlocks(blocks: BlockConfig[]): void;
  registry: Registry;
  clock: Clock;
  logger: Logger;
};

/**
 * What follows from a detection: a warning, a score, an alert, and a block on every node.
 *
 * Blocks travel by two ways. Redis tells other nodes at once, also while PostgreSQL is away. PostgreSQL
 * keeps them and tells nodes with the configuration; what it does not take waits here. Where PostgreSQL
 * refuses a block, nobody could see or remove it; so it is taken back from every node.
 */
export class FraudDesk {
  readonly #options: FraudDeskOptions;
  readonly #known: KnownBlocks;
  readonly #queue = new DetectionQueue(QUEUE_MAX);
  readonly #outbox: RedisOutbox | null;
  readonly #metrics: FraudMetrics;
  readonly #log: DetectionLog;
  readonly #store: DetectionStore;
  readonly #writer: RepeatingTask;
  #toldAgainAtMs = Number.NEGATIVE_INFINITY;
  #droppedSeen = 0;

  constructor(options: FraudDeskOptions) {
    const { redis, registry, clock, logger } = options;
    this.#options = options;
    this.#known = new KnownBlocks(clock);
    this.#metrics = new FraudMetrics(registry, () => this.#queue.size);
    this.#log = new DetectionLog(clock, logger);
    this.#store = new DetectionStore({
      ...{ ...options, metrics: this.#metrics },
      onRefused: (blocks) => this.#takeBack(blocks),
    });
    const isWanted = (block: BlockConfig) =>
      block.removed || !this.#known.isRemoved(block.block_id);
    this.#outbox = redis === null ? null : new RedisOutbox({ store: redis, isWanted });
    redis?.onBlock((block) => this.#hear(block));
    this.#writer = new RepeatingTask({
      run: () => this.#write(),
      onError: (error) => {
        const details = { error: messageOf(error), waiting: this.#queue.size };
        logger.warn(details, 'detections wait for PostgreSQL');
        this.#tellAgain();
      },
      idleMs: 60_000,
      // Those of a moment are written together: a version of the configuration for each would be many.
      intervalMsMin: 50,
      retryMsMin: 250,
      retryMsMax: 2_000,
    });
  }

  /** Takes blocks that the configuration has, in its order. */
  configure(blocks: readonly BlockConfig[]): void {
    this.#known.configure(blocks);
  }

  /** Takes what actors of this node have detected. */
  take(detections: readonly Detection[]): void {
    const blocks: BlockConfig[] = [];
    for (const detection of detections) {
      const block = this.#blockFor(detection);
      if (block !== null && !this.#known.wasRemoved(block)) {
        this.#known.hear(block);
        blocks.push(block);
      }
      this.#log.warn(detection, block !== null);
      this.#outbox?.addScore(detection);
      this.#queue.add({ detection, block });
    }
    if (blocks.length > 0) {
      this.#outbox?.addBlocks(blocks);
      this.#options.onBlocks(blocks);
    }
    this.#metrics.lost('queue_full', this.#queue.dropped - this.#droppedSeen);
    this.#droppedSeen = this.#queue.dropped;
    this.#writer.wake();
  }

  /** Ends after the batch that is being written; tries once to write what waits. */
  async stop(): Promise<void> {
    await Promise.all([this.#writer.stop(), this.#outbox?.stop()]);
    try {
      while ((await this.#write()) === 'more') {
        // One batch after the other.
      }
    } catch (error) {
      const details = { error: messageOf(error), waiting: this.#queue.size };
      this.#options.logger.warn(details, 'detections were not stored');
    }
  }

  /** The actor has blocked the address itself by the same rule; here it gets an id. */
  #blockFor(detection: Detection): BlockConfig | null {
    const { organizationId, address, confidence, detectedAtMs } = detection;
    const settings = this.#options.settingsOf(organizationId);
    const network = blockNetwork(address);
    if (
      network === null ||
      !settings.enabled ||
      confidence <= settings.block_above ||
      this.#known.isNeverBlocked(organizationId, address) ||
      this.#known.isBlocked(organizationId, address)
    ) {
      return null;
    }
    return {
      block_id: newRecordId('blk', this.#options.clock.nowMs()),
      organization_id: organizationId,
      kind: 'block',
      network,
      until_ms: detectedAtMs + settings.block_hours * HOUR_MS,
      removed: false,
    };
  }

  /** The actor has blocked these addresses by itself. */
  #takeBack(blocks: readonly BlockConfig[]): void {
    const removed = blocks.map((block) => ({ ...block, removed: true }));
    for (const block of blocks) {
      this.#known.takeBack(block);
    }
    this.#outbox?.addBlocks(removed);
    this.#options.onBlocks(removed);
  }

  #hear(block: BlockConfig): void {
    if (block.removed) {
      this.#known.takeBack(block);
      this.#options.onBlocks([block]);
    } else if (this.#known.hear(block)) {
      this.#options.onBlocks([block]);
    }
  }

  async #write(): Promise<'more' | 'idle'> {
    const batch = this.#queue.take(BATCH_MAX);
    if (batch.length === 0) {
      return 'idle';
    }
    try {
      await this.#store.store(batch);
    } catch (error) {
      for (const pending of batch) {
        this.#queue.add(pending);
      }
      throw error;
    }
    return this.#queue.size > 0 ? 'more' : 'idle';
  }

  #tellAgain(): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#toldAgainAtMs >= TOLD_AGAIN_MS) {
      this.#toldAgainAtMs = nowMs;
      this.#outbox?.addBlocks(this.#queue.blocks(TOLD_AGAIN_MAX));
    }
  }
}
