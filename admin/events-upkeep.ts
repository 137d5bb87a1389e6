import { setTimeout as wait } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import {
  dueRewriting,
  UPKEEP_LIMITS,
  type UpkeepLimits,
} from '../stores/clickhouse/upkeep/due-rewriting.ts';
import {
  cancelRewriting,
  type Rewriting,
  rewriteParts,
} from '../stores/clickhouse/upkeep/rewrite-parts.ts';
import { readEventsState } from '../stores/clickhouse/upkeep/table-state.ts';

export type EventsUpkeepOptions = {
  clickhouse: ClickHouseClient;
  logger: Logger;
  limits?: Partial<UpkeepLimits>;
  /** How often to look, in ms. */
  checkMs?: number;
};

export type EventsUpkeep = {
  /** Ends the waiting for ClickHouse, which finishes by itself what it is at. */
  stop(waitMsMax: number): Promise<void>;
};

const CHECK_MS = 60_000;
/** One rewriting rests for so many times as long as it took: at most a tenth of the time is work. */
const REST_FACTOR = 9;
/** 20 million rows take about a minute on one free core. */
const REWRITING_MS_MAX = 1_800_000;
/** After one that ClickHouse cannot do, such as on a full disk. */
const FAILURE_REST_MS = 3_600_000;

/**
 * Keeps reports fast, beside the requests: has ClickHouse build the sums where much is
 * without them, after an upgrade or a large import, and write changes into the rows where many wait.
 *
 * One at a time, also with several processes: who finds one at work leaves it alone. Nothing that can be
 * read changes by it, so failures are told and tried again later.
 */
export function startEventsUpkeep(options: EventsUpkeepOptions): EventsUpkeep {
  const stopping = new AbortController();
  const loop = run(options, stopping.signal);
  return {
    async stop(waitMsMax) {
      stopping.abort();
      await Promise.race([loop, wait(waitMsMax, undefined, { ref: false })]);
    },
  };
}

async function run(options: EventsUpkeepOptions, signal: AbortSignal): Promise<void> {
  const { logger, checkMs = CHECK_MS } = options;
  // Processes that were started together do not look together.
  let pauseMs = checkMs * (0.5 + Math.random());
  for (;;) {
    // Rejects when it is cut short.
    await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      pauseMs = Math.max(checkMs, await round(options, signal));
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'the upkeep of events waits for ClickHouse');
      pauseMs = checkMs;
    }
  }
}

/** @returns how long to rest, in ms */
async function round(options: EventsUpkeepOptions, signal: AbortSignal): Promise<number> {
  const limits = { ...UPKEEP_LIMITS, ...options.limits };
  const state = await readEventsState(options.clickhouse, limits);
  const rewriting = dueRewriting(state, limits);
  if (rewriting === undefined) return 0;
  options.logger.info({ rewriting, ...state }, 'events are being rewritten for fast reports');
  return rewrite(options, rewriting, signal);
}

async function rewrite(
  { clickhouse, logger }: EventsUpkeepOptions,
  rewriting: Rewriting,
  signal: AbortSignal,
): Promise<number> {
  const startMs = performance.now();
  const outcome = await rewriteParts(clickhouse, rewriting, {
    waitMsMax: REWRITING_MS_MAX,
    signal,
  });
  const elapsedMs = Math.round(performance.now() - startMs);
  if (outcome.kind === 'failing') {
    logger.error({ rewriting, reason: outcome.reason }, 'events cannot be rewritten');
    await cancelRewriting(clickhouse, rewriting);
    return FAILURE_REST_MS;
  }
  logger.info({ rewriting, outcome: outcome.kind, elapsedMs }, 'events have been rewritten');
  return elapsedMs * REST_FACTOR;
}
