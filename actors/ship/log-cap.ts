import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { type LogUsage, LogUsageMeter } from '../log/log-usage.ts';

export type LogCapOptions = {
  /** Each holds one folder per shard: DATA_DIR/log/clicks and DATA_DIR/log/conversions. */
  directories: readonly string[];
  /** The cap: TRELLIS_EVENT_LOG_BYTES_MAX. */
  bytesMax: number;
  /**
   * One word of shared memory: 1 while the log is full. Actors then redirect clicks without
   * recording them, and count the drop; conversions are still recorded.
   */
  fullFlag: Int32Array;
  clock: Clock;
  registry: Registry;
  logger: Logger;
};

export interface LogCap {
  /** Measures now rather than at the next interval. */
  check(): void;
  /** Stops measuring; the flag stays as it is. */
  stop(): void;
}

/** Beyond the cap by what is written in this time: at 15 MB/s, 8 MB of 20 GB. */
const CHECK_INTERVAL_MS = 500;
/** Measuring a large log takes time; it gets at most a tenth of the thread. */
const MEASURING_SHARE = 10;
/** The log has room again below this share of the cap, so that the flag does not flutter. */
const CLEARED_BELOW = 0.95;

/**
 * Watches the size of the event log, sets and clears the flag, and publishes `trellis_log_bytes` and
 * `trellis_log_oldest_seconds`. A log that cannot be measured leaves the flag as it is.
 */
export function startLogCap(options: LogCapOptions): LogCap {
  const watch = new LogWatch(options);
  watch.check();
  return watch;
}

class LogWatch implements LogCap {
  readonly #options: LogCapOptions;
  readonly #meters = new Map<string, LogUsageMeter>();
  readonly #bytes: Gauge<'shard'>;
  readonly #oldestSeconds: Gauge;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LogCapOptions) {
    this.#options = options;
    const registers = [options.registry];
    this.#bytes = new Gauge({
      name: 'trellis_log_bytes',
      help: 'Bytes in the event log that are not shipped yet, by shard.',
      labelNames: ['shard'],
      registers,
    });
    this.#oldestSeconds = new Gauge({
      name: 'trellis_log_oldest_seconds',
      help: 'Age of the oldest record in the event log; 0 when it is empty.',
      registers,
    });
  }

  check(): void {
    clearTimeout(this.#timer);
    const startMs = performance.now();
    try {
      this.#measure();
    } catch (error) {
      this.#options.logger.error({ err: error }, 'The event log cannot be measured');
    }
    const tookMs = performance.now() - startMs;
    const intervalMs = Math.max(CHECK_INTERVAL_MS, tookMs * (MEASURING_SHARE - 1));
    this.#timer = setTimeout(() => this.check(), intervalMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #measure(): void {
    const nowMs = this.#options.clock.nowMs();
    const bytesByShard = new Map<string, number>();
    let bytes = 0;
    let oldestAgeMs = 0;
    for (const { shard, path } of this.#options.directories.flatMap(shardFolders)) {
      const usage = this.#measureFolder(path, nowMs);
      bytesByShard.set(shard, (bytesByShard.get(shard) ?? 0) + usage.bytes);
      bytes += usage.bytes;
      oldestAgeMs = Math.max(oldestAgeMs, usage.oldestAgeMs);
    }
    for (const [shard, shardBytes] of bytesByShard) {
      this.#bytes.set({ shard }, shardBytes);
    }
    this.#oldestSeconds.set(oldestAgeMs / 1000);
    this.#setFlag(bytes);
  }

  #measureFolder(path: string, nowMs: number): LogUsage {
    const meter = this.#meters.get(path) ?? new LogUsageMeter(path);
    this.#meters.set(path, meter);
    return meter.measure(nowMs);
  }

  #setFlag(bytes: number): void {
    const { bytesMax, fullFlag, logger } = this.#options;
    const wasFull = Atomics.load(fullFlag, 0) === 1;
    if (!wasFull && bytes >= bytesMax) {
      Atomics.store(fullFlag, 0, 1);
      logger.error({ bytes, bytesMax }, 'The event log is full: clicks are no longer recorded');
    } else if (wasFull && bytes < bytesMax * CLEARED_BELOW) {
      Atomics.store(fullFlag, 0, 0);
      logger.info({ bytes, bytesMax }, 'The event log has room again');
    }
  }
}

function shardFolders(directory: string): { shard: string; path: string }[] {
  let entries: { name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return [];
    }
    throw error;
  }
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ shard: name, path: join(directory, name) }));
}
