import { unlink } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { readSegment, SegmentBuffer, type SegmentContent } from '../log/segment-reader.ts';
import { Circuit, RETRY_DELAYS, type RetryDelays, retryDelayMs } from './circuit.ts';
import { absent } from './dead-letter-files.ts';
import type { DeadLetters } from './dead-letters.ts';
import { TOO_MANY_PARTS } from './insert-failure.ts';
import { SegmentQueue, type WaitingSegment } from './segment-queue.ts';
import { ShipJournal } from './ship-journal.ts';
import { createShipMetrics, type ShipMetrics } from './ship-metrics.ts';
import { type ShipOutcome, type ShipPorts, shipSegment } from './ship-segment.ts';

export type ShipperOptions = {
  /** Holds one folder of segments per shard: DATA_DIR/log/clicks. */
  directory: string;
  client: ClickHouseClient;
  deadLetters: DeadLetters;
  clock: Clock;
  registry: Registry;
  logger: Logger;
  table?: string;
  /** Path of the two journal files without extension; `<directory>-shipping/journal` unless told. */
  journalPath?: string;
  retryDelays?: RetryDelays;
};

type ShipperStatus = {
  /** Whether ClickHouse took the last insert. */
  clickhouse: 'closed' | 'open' | 'probing';
  /** Sealed segments that wait, those to be tried again included. */
  segmentsWaiting: number;
  segmentsInFlight: number;
};

export interface Shipper {
  /** Says that a segment has been sealed: look now rather than at the next poll. */
  nudge(): void;
  /** Begins no further insert, waits for those in flight (10 s at most) and closes the journal. */
  stop(): Promise<void>;
  status(): ShipperStatus;
}

const POLL_INTERVAL_MS = 150;
/** Listing a large backlog takes time; it gets at most a tenth of the thread. */
const LISTING_SHARE = 10;
const LANES = ['live', 'backlog'] as const;
type Lane = (typeof LANES)[number];
/** Attempts after which a segment lets others go first, and how many may do so at once. */
const ASIDE_ATTEMPTS = 5;
const ASIDE_MAX = 4;
const STOP_MS_MAX = 10_000;
/** Merges need about this long to make room for new parts. */
const TOO_MANY_PARTS_DELAY_MS = 1000;

/**
 * Ships sealed segments to ClickHouse: one insert per segment, its name as deduplication token,
 * deleted when acknowledged. Never throws for a store that is down; it tries again for ever.
 *
 * @throws Node's own errors when the journal cannot be opened
 */
export async function startShipper(options: ShipperOptions): Promise<Shipper> {
  const queue = new SegmentQueue(options.directory);
  await queue.refresh();
  const journalPath = options.journalPath ?? `${options.directory}-shipping/journal`;
  const journal = await ShipJournal.open(journalPath, queue.names());
  const loop = new ShipLoop(options, queue, journal);
  loop.start();
  return loop;
}

/** A segment that was taken from the queue. */
type Job = WaitingSegment & { attempts: number };

/**
 * Decides what is shipped when. Two inserts at most are in flight, one per lane: `live` takes the
 * newest segment, `backlog` the oldest, so that fresh traffic passes a backlog by, and both work on
 * the backlog when there is little traffic.
 *
 * Exactly once: an insert of unknown fate is sent again with the same token before anything else, so
 * the token is among the last that ClickHouse saw. That holds within this process (`#retries`) and
 * after a crash, for the journal names the inserts that were begun. All other segments are known not
 * to have been sent, and their order is free. See ship-segment for tokens that have grown old.
 *
 * Invariant: a segment is in exactly one of `#queue`, `#retries`, `#aside` and `#inFlight`.
 */
class ShipLoop implements Shipper {
  readonly #logger: Logger;
  readonly #queue: SegmentQueue;
  readonly #journal: ShipJournal;
  readonly #metrics: ShipMetrics;
  readonly #ports: ShipPorts;
  readonly #circuit: Circuit;
  readonly #delays: RetryDelays;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Map<Lane, Promise<void>>();
  /** What each lane reads its segments into, one at a time. */
  readonly #buffers = new Map<Lane, SegmentBuffer>();
  /** Of unknown fate: next in turn. */
  readonly #retries: Job[] = [];
  /** Waiting out a delay of their own. */
  readonly #aside = new Map<Job, NodeJS.Timeout>();
  #pollTimer: NodeJS.Timeout | undefined;
  #listing: Promise<void> | undefined;
  #nextListingAtMs = 0;

  constructor(options: ShipperOptions, queue: SegmentQueue, journal: ShipJournal) {
    this.#logger = options.logger;
    this.#queue = queue;
    this.#journal = journal;
    this.#metrics = createShipMetrics(options.registry);
    this.#delays = options.retryDelays ?? RETRY_DELAYS;
    this.#circuit = new Circuit(this.#delays, () => this.#fill());
    this.#ports = {
      client: options.client,
      table: options.table ?? 'trellis.events',
      journal,
      deadLetters: options.deadLetters,
      clock: options.clock,
      signal: this.#stopping.signal,
    };
  }

  start(): void {
    this.#retries.push(...this.#queue.takeNamed(this.#journal.begun()).map(newJob));
    this.#pollTimer = setInterval(() => this.nudge(), POLL_INTERVAL_MS);
    this.#fill();
  }

  nudge(): void {
    const isDue = performance.now() >= this.#nextListingAtMs;
    if (this.#listing !== undefined || this.#stopping.signal.aborted || !isDue) {
      return;
    }
    this.#listing = this.#list().finally(() => {
      this.#listing = undefined;
    });
  }

  async #list(): Promise<void> {
    const startMs = performance.now();
    try {
      await this.#queue.refresh();
    } catch (error) {
      this.#logger.error({ err: error }, 'The event log cannot be listed');
    }
    const endMs = performance.now();
    this.#nextListingAtMs = endMs + (endMs - startMs) * (LISTING_SHARE - 1);
    this.#fill();
  }

  /** Begins as many inserts as may be in flight. */
  #fill(): void {
    for (const lane of LANES) {
      const isFree = !this.#inFlight.has(lane);
      const isAllowed = this.#inFlight.size < this.#circuit.insertsMax(LANES.length);
      if (this.#stopping.signal.aborted || !isAllowed) {
        return;
      }
      const job = isFree ? this.#next(lane) : undefined;
      if (job !== undefined) {
        const work = this.#ship(job, lane).finally(() => {
          this.#inFlight.delete(lane);
          this.#fill();
        });
        this.#inFlight.set(lane, work);
      }
    }
  }

  #next(lane: Lane): Job | undefined {
    const retry = this.#retries.shift();
    if (retry !== undefined) {
      return retry;
    }
    const segment = lane === 'live' ? this.#queue.takeNewest() : this.#queue.takeOldest();
    return segment === undefined ? undefined : newJob(segment);
  }

  async #ship(job: Job, lane: Lane): Promise<void> {
    job.attempts += 1;
    const endTimer = this.#metrics.shipSeconds.startTimer();
    try {
      const content = this.#read(job, this.#bufferOf(lane));
      if (content === undefined) {
        this.#forget(job);
        this.#count('gone');
        return;
      }
      const outcome = await shipSegment(this.#ports, job.name, content, job.attempts);
      if (outcome.kind === 'settled') {
        endTimer();
      } else {
        // A request that was given up may still hold on to what it was sending.
        this.#buffers.delete(lane);
      }
      await this.#conclude(job, outcome);
    } catch (error) {
      this.#buffers.delete(lane);
      this.#logger.error({ err: error, segment: job.name }, 'A segment cannot be shipped now');
      this.#count('held');
      this.#putAside(job);
    }
  }

  #bufferOf(lane: Lane): SegmentBuffer {
    const buffer = this.#buffers.get(lane) ?? new SegmentBuffer();
    this.#buffers.set(lane, buffer);
    return buffer;
  }

  /** A segment's content; undefined when its file is gone. Counts its damaged records once. */
  #read(job: Job, buffer: SegmentBuffer): SegmentContent | undefined {
    let content: SegmentContent;
    try {
      content = readSegment(job.path, buffer);
    } catch (error) {
      return absent(undefined)(error);
    }
    const records = content.corruptRecords;
    if (records > 0 && job.attempts === 1) {
      this.#metrics.eventsDropped.inc({ reason: 'corrupt' }, records);
      this.#logger.error({ segment: job.name, records }, 'A segment has damaged records');
    }
    return content;
  }

  async #conclude(job: Job, outcome: ShipOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'settled':
        this.#circuit.succeeded();
        await unlink(job.path).catch(absent(undefined));
        this.#forget(job);
        this.#count(outcome.how);
        return;
      case 'failed':
        this.#concludeFailure(job, outcome.failure);
        return;
      case 'held':
        this.#logger.warn({ segment: job.name, reason: outcome.reason }, 'A segment is held back');
        this.#count('held');
        this.#putAside(job);
        return;
      default:
        outcome satisfies never;
    }
  }

  #concludeFailure(job: Job, failure: { code: string; message: string }): void {
    this.#count('failed');
    const { code, message } = failure;
    const { name: segment, attempts } = job;
    this.#logger.warn({ segment, attempts, code, reason: message }, 'ClickHouse took no segment');
    this.#circuit.failed(code === TOO_MANY_PARTS ? TOO_MANY_PARTS_DELAY_MS : 0);
    if (attempts >= ASIDE_ATTEMPTS && this.#aside.size < ASIDE_MAX) {
      // Perhaps only this one fails; then the next one closes the circuit. Not without bound:
      // each segment that is tried in an outage is one more of unknown fate.
      this.#putAside(job);
    } else {
      this.#retries.push(job);
    }
  }

  #forget(job: Job): void {
    this.#journal.forget(job.name, job.directory);
    this.#queue.release(job.name);
  }

  #putAside(job: Job): void {
    // Many of them, with the dead letter queue full, must not keep the thread busy.
    const crowding = 1 + this.#aside.size / 8;
    const delayMs = crowding * retryDelayMs(job.attempts, this.#delays, Math.random());
    const timer = setTimeout(() => {
      this.#aside.delete(job);
      this.#retries.push(job);
      this.#fill();
    }, delayMs);
    this.#aside.set(job, timer);
  }

  #count(outcome: string): void {
    this.#metrics.segmentsShipped.inc({ outcome });
  }

  status(): ShipperStatus {
    return {
      clickhouse: this.#circuit.state,
      segmentsWaiting: this.#queue.length + this.#retries.length + this.#aside.size,
      segmentsInFlight: this.#inFlight.size,
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#pollTimer);
    const settled = Promise.all([...this.#inFlight.values(), this.#listing]);
    await Promise.race([settled, delay(STOP_MS_MAX)]);
    this.#circuit.stop();
    for (const timer of this.#aside.values()) {
      clearTimeout(timer);
    }
    await this.#journal.close();
    if (this.#inFlight.size > 0) {
      const message = 'Stopped while inserts were in flight; they are settled at the next start';
      this.#logger.warn(message);
    }
  }
}

function newJob(segment: WaitingSegment): Job {
  return { ...segment, attempts: 0 };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
