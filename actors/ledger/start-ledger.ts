/**
 * The ledger's part of the background thread. Steps, in the order of the flow:
 *
 * 1 claims     a postback asks at once whether it is the first      PostgreSQL, within 300 ms
 * 2 applying   sealed segments of the conversion log → PostgreSQL    what no claim could tell
 * 3 publishing PostgreSQL → ClickHouse, with the click's columns     each conversion exactly once
 */
import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import type { Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import type { ConversionRecord } from '../../core/conversion.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { type ConversionLetter, SegmentApplier } from './apply-segments.ts';
import { type ClaimLimits, ConversionClaims } from './claims.ts';
import { insertConversions } from './insert-conversions.ts';
import { LedgerMetrics } from './ledger-metrics.ts';
import type { PublishStep } from './publish.ts';
import { publishRound, type RoundContext } from './publish-round.ts';
import { RepeatingTask } from './repeating-task.ts';

export type LedgerOptions = {
  /** With at least 6 connections: two for claims, one each for applying and publishing, and a few to spare. */
  pool: pg.Pool;
  /** Its database is the one of `events`. */
  clickhouse: ClickHouseClient;
  /** `DATA_DIR/log/conversions`. */
  directory: string;
  clock: Clock;
  registry: Registry;
  logger: Logger;
  /** Takes what PostgreSQL refuses for its content; `full` makes the segment wait. */
  deadLetter: (letter: ConversionLetter) => Promise<'stored' | 'full'>;
  /** Only tests on busy machines change these. */
  claimLimits?: Partial<ClaimLimits>;
  /** For failure tests, see PublishContext. */
  onStep?: (step: PublishStep) => void;
};

export type Ledger = {
  claims: ConversionClaims;
  /** A segment was sealed or a click was shipped: look at once instead of within a second. */
  nudge(): void;
  /**
   * Puts one conversion into the ledger, for the replay of dead letters; idempotent.
   *
   * @throws TrellisError `conversion_refused` when PostgreSQL refuses its content again, or the
   *   driver's error when it is out of reach
   */
  apply(conversion: ConversionRecord): Promise<void>;
  /** Ends after the current step of each part. Nothing is lost: the rest waits on disk. */
  stop(): Promise<void>;
};

/** A claim's statement is cut off then; its batch has long been answered. */
const CLAIM_STATEMENT_MS_MAX = 3_000;
const APPLY_STATEMENT_MS_MAX = 15_000;
const PROBE_MS_MAX = 1_000;
const MEASURE_INTERVAL_MS = 15_000;

/** Starts the three parts. They retry by themselves while a store is away. */
export function startLedger(options: LedgerOptions): Ledger {
  const { pool, logger } = options;
  const metrics = new LedgerMetrics(options.registry);
  const publishing = startPublishing(options, metrics);
  const publish = () => publishing.wake();
  const applying = startApplying(options, metrics, publish);
  const claims = new ConversionClaims({
    insert: (records) => insertConversions(pool, records, CLAIM_STATEMENT_MS_MAX),
    probe: () => probe(pool),
    onAccepted: publish,
    limits: options.claimLimits ?? {},
    onOutcome: (outcome, durationMs) => metrics.claimed(outcome, durationMs),
    onCircuit: (state) => {
      metrics.circuit(state.open);
      if (state.open) {
        logger.warn({ reason: messageOf(state.reason) }, 'PostgreSQL does not answer claims');
      } else {
        logger.info('PostgreSQL answers claims again');
        applying.wake();
      }
    },
  });
  return {
    claims,
    nudge: () => {
      applying.wake();
      publishing.wake();
    },
    apply: async (conversion) => {
      const [outcome] = await insertConversions(pool, [conversion], APPLY_STATEMENT_MS_MAX);
      if (outcome?.kind === 'refused') {
        throw new TrellisError('conversion_refused', outcome.reason);
      }
      publish();
    },
    stop: async () => {
      claims.stop();
      await Promise.all([applying.stop(), publishing.stop()]);
    },
  };
}

function startPublishing(options: LedgerOptions, metrics: LedgerMetrics): RepeatingTask {
  const { pool, clock, logger } = options;
  const context: RoundContext = {
    pool,
    client: options.clickhouse,
    clock,
    logger,
    onPublished: (rows) => metrics.published(rows),
    onRefused: () => metrics.refused(),
    onCorrected: (rows) => metrics.corrected(rows),
    onStep: options.onStep ?? (() => undefined),
  };
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  const task = new RepeatingTask({
    run: async () => {
      if (performance.now() - measuredAtMs >= MEASURE_INTERVAL_MS) {
        measuredAtMs = performance.now();
        await metrics.measureQueues(pool);
      }
      return publishRound(context);
    },
    onError: (error) => {
      metrics.failed('publish');
      logger.warn({ reason: messageOf(error) }, 'Conversions wait for a store');
    },
    idleMs: 1_000,
    // Each round is an insert, and ClickHouse wants few inserts.
    intervalMsMin: 300,
    retryMsMin: 500,
    retryMsMax: 15_000,
  });
  task.wake();
  return task;
}

function startApplying(
  options: LedgerOptions,
  metrics: LedgerMetrics,
  onInserted: () => void,
): RepeatingTask {
  const { pool, logger } = options;
  const applier = new SegmentApplier({
    directory: options.directory,
    insert: (records) => insertConversions(pool, records, APPLY_STATEMENT_MS_MAX),
    deadLetter: options.deadLetter,
    onOutcome: (outcome, records) => metrics.applied(outcome, records),
    onInserted,
    logger,
  });
  const task = new RepeatingTask({
    run: async () => {
      await applier.run();
      return 'idle';
    },
    onError: (error) => {
      metrics.failed('apply');
      logger.warn({ reason: messageOf(error) }, 'The conversion log waits to be applied');
    },
    idleMs: 500,
    intervalMsMin: 100,
    retryMsMin: 250,
    retryMsMax: 15_000,
  });
  task.wake();
  return task;
}

async function probe(pool: pg.Pool): Promise<void> {
  const statement = { text: 'SELECT 1', query_timeout: PROBE_MS_MAX };
  await pool.query(statement);
}
