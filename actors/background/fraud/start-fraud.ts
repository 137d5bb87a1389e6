import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import type { Registry } from 'prom-client';
import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import type { BlockConfig } from '../../../core/fraud/block.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import type { FraudSettings } from '../../../core/fraud/settings.ts';
import type { Logger } from '../../../core/logger.ts';
import { forgetExpired } from '../../../stores/postgres/fraud/forget.ts';
import {
  type FraudStore,
  openFraudStore,
  type RedisStatus,
  redisStatus,
} from '../../../stores/redis/fraud-store.ts';
import { registerRedisMetrics } from '../../../stores/redis/redis-metrics.ts';
import { RepeatingTask } from '../../ledger/repeating-task.ts';
import type { StoredWindow } from '../../pool/messages.ts';
import { FraudDesk } from './fraud-desk.ts';
import { readStoredWindows } from './stored-windows.ts';
import { WindowRebuild } from './window-rebuild.ts';

const FORGET_MS = 60_000;

export type FraudOptions = {
  pool: pg.Pool;
  clickhouse: ClickHouseClient;
  redisUrl: string | undefined;
  settingsOf(organizationId: string): FraudSettings;
  onBlocks(blocks: BlockConfig[]): void;
  onWindows(shard: number | null, rows: StoredWindow[]): void;
  registry: Registry;
  clock: Clock;
  logger: Logger;
};

export type Fraud = {
  /** Takes blocks that the configuration has, in its order. */
  configure(blocks: readonly BlockConfig[]): void;
  /** Takes what actors of this node have detected. */
  take(detections: readonly Detection[]): void;
  /** Sends what is stored of a new thread's addresses; see WindowRebuild. */
  wantWindows(shard: number | null, beforeMs: number): void;
  /** For `/ready`. */
  status(): { redis?: RedisStatus };
  stop(): Promise<void>;
};

/** Starts all that the background thread does about fraud. */
export function startFraud(options: FraudOptions): Fraud {
  const { pool, clickhouse, registry, clock, logger, onWindows } = options;
  const redis: FraudStore | null = openFraudStore({
    ...{ url: options.redisUrl, name: 'trellis-engine', clock, logger },
  });
  if (redis !== null) {
    registerRedisMetrics(registry, redis);
  }
  const desk = new FraudDesk({ ...options, redis });
  const rebuild = new WindowRebuild({
    read: (beforeMs) => readStoredWindows(clickhouse, beforeMs),
    ...{ onWindows, clock, logger },
  });
  const forgetting = new RepeatingTask({
    run: async () => ((await forgetExpired(pool)) ? 'more' : 'idle'),
    onError: (error) => {
      logger.warn({ error: messageOf(error) }, 'expired rows of fraud cannot be deleted');
    },
    idleMs: FORGET_MS,
    intervalMsMin: 1_000,
    retryMsMin: FORGET_MS,
    retryMsMax: 10 * FORGET_MS,
  });
  const forgetTimer = setTimeout(() => forgetting.wake(), FORGET_MS);
  return {
    configure: (blocks) => desk.configure(blocks),
    take: (detections) => desk.take(detections),
    wantWindows: (shard, beforeMs) => rebuild.want(shard, beforeMs),
    status: () => redisStatus(redis),
    stop: async () => {
      clearTimeout(forgetTimer);
      await Promise.all([desk.stop(), rebuild.stop(), forgetting.stop()]);
      redis?.close();
    },
  };
}
