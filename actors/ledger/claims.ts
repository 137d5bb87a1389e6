import type { ConversionRecord } from '../../core/conversion.ts';
import type { InsertConversions, InsertOutcome } from './insert-conversions.ts';

/**
 * - `accepted`: this postback is the one that stands in the ledger
 * - `duplicate`: another one with the same key was first
 * - `unavailable`: the ledger could not say in time; the conversion log will tell it later
 */
export type ClaimOutcome = 'accepted' | 'duplicate' | 'unavailable';

export type ClaimsOptions = {
  /** Throws when the ledger is out of reach. */
  insert: InsertConversions;
  /** Resolves when the ledger can be reached again. */
  probe: () => Promise<void>;
  /** Called when a claim put a new row into the ledger. */
  onAccepted: () => void;
  onOutcome: (outcome: ClaimOutcome, durationMs: number) => void;
  /** Called when the ledger is given up on, with the reason, and when it is back. */
  onCircuit: (state: { open: true; reason: unknown } | { open: false }) => void;
  limits?: Partial<ClaimLimits>;
};

export type ClaimLimits = {
  /** From the call of `claim` to its answer at the latest. */
  deadlineMs: number;
  /** How long the first claim of a batch waits for others. */
  gatherMs: number;
  /** Longest time for a batch, after which the ledger counts as out of reach. */
  batchMsMax: number;
  probeIntervalMs: number;
  batchRecordsMax: number;
  waitingMax: number;
  batchesInFlightMax: number;
};

const LIMITS: ClaimLimits = {
  deadlineMs: 300,
  gatherMs: 2,
  batchMsMax: 1_000,
  probeIntervalMs: 1_000,
  batchRecordsMax: 200,
  waitingMax: 10_000,
  batchesInFlightMax: 2,
};

type Waiting = {
  record: ConversionRecord;
  startedAtMs: number;
  isAnswered: boolean;
  answer: (outcome: ClaimOutcome) => void;
};

/**
 * Asks the ledger whether a postback is the first of its key, many at a time.
 *
 * Invariants: each claim is answered exactly once and by its deadline; at most `waitingMax` claims
 * wait and at most `batchesInFlightMax` statements run.
 *
 * The circuit opens when a batch fails or takes too long; while it is open, claims are answered
 * `unavailable` at once and the ledger is probed each second. It closes with a successful probe.
 */
export class ConversionClaims {
  readonly #options: ClaimsOptions;
  readonly #limits: ClaimLimits;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #isOpen = false;
  #isStopped = false;
  #gatherTimer: NodeJS.Timeout | undefined;
  #probeTimer: NodeJS.Timeout | undefined;

  constructor(options: ClaimsOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
  }

  /** Never rejects. */
  claim(record: ConversionRecord): Promise<ClaimOutcome> {
    const { promise, resolve } = withResolver<ClaimOutcome>();
    const waiting = this.#makeWaiting(record, resolve);
    const isFull = this.#waiting.length >= this.#limits.waitingMax;
    if (this.#isOpen || this.#isStopped || isFull) {
      waiting.answer('unavailable');
      return promise;
    }
    this.#waiting.push(waiting);
    this.#gatherTimer ??= setTimeout(() => this.#sendBatches(), this.#limits.gatherMs);
    return promise;
  }

  /** Whether claims are answered `unavailable` without asking. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Answers whatever waits with `unavailable`. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#gatherTimer);
    clearTimeout(this.#probeTimer);
    this.#answerAll(this.#waiting.splice(0), 'unavailable');
  }

  #makeWaiting(record: ConversionRecord, resolve: (outcome: ClaimOutcome) => void): Waiting {
    const startedAtMs = performance.now();
    const waiting: Waiting = {
      record,
      startedAtMs,
      isAnswered: false,
      answer: (outcome) => {
        if (waiting.isAnswered) return;
        waiting.isAnswered = true;
        clearTimeout(deadline);
        this.#options.onOutcome(outcome, performance.now() - startedAtMs);
        resolve(outcome);
      },
    };
    const deadline = setTimeout(() => waiting.answer('unavailable'), this.#limits.deadlineMs);
    return waiting;
  }

  #sendBatches(): void {
    clearTimeout(this.#gatherTimer);
    this.#gatherTimer = undefined;
    // Who was answered at the deadline is told to the ledger by the log.
    this.#waiting = this.#waiting.filter((waiting) => !waiting.isAnswered);
    while (this.#waiting.length > 0 && this.#inFlight < this.#limits.batchesInFlightMax) {
      const batch = this.#waiting.splice(0, this.#limits.batchRecordsMax);
      this.#inFlight += 1;
      void this.#send(batch).finally(() => {
        this.#inFlight -= 1;
        if (this.#waiting.length > 0) this.#sendBatches();
      });
    }
  }

  /** Never rejects. Ends only when the statement ends, so that no more run than are allowed. */
  async #send(batch: Waiting[]): Promise<void> {
    const overdue = setTimeout(
      () => this.#open(new Error('the ledger takes too long')),
      this.#limits.batchMsMax,
    );
    try {
      const outcomes = await this.#options.insert(batch.map((waiting) => waiting.record));
      for (const [index, waiting] of batch.entries()) waiting.answer(claimOutcome(outcomes[index]));
      if (outcomes.some((outcome) => outcome.kind === 'inserted')) this.#options.onAccepted();
    } catch (error) {
      this.#answerAll(batch, 'unavailable');
      this.#open(error);
    } finally {
      clearTimeout(overdue);
    }
  }

  #open(reason: unknown): void {
    if (this.#isOpen || this.#isStopped) return;
    this.#isOpen = true;
    this.#options.onCircuit({ open: true, reason });
    this.#answerAll(this.#waiting.splice(0), 'unavailable');
    this.#probeLater();
  }

  #probeLater(): void {
    this.#probeTimer = setTimeout(() => {
      void this.#options.probe().then(
        () => this.#close(),
        () => {
          if (!this.#isStopped) this.#probeLater();
        },
      );
    }, this.#limits.probeIntervalMs);
  }

  #close(): void {
    this.#isOpen = false;
    if (!this.#isStopped) this.#options.onCircuit({ open: false });
  }

  #answerAll(waiting: Waiting[], outcome: ClaimOutcome): void {
    for (const one of waiting) one.answer(outcome);
  }
}

/** A refused record counts as unavailable: applying the log puts it among the dead letters. */
function claimOutcome(outcome: InsertOutcome | undefined): ClaimOutcome {
  switch (outcome?.kind) {
    case 'inserted':
    case 'known':
      return 'accepted';
    case 'duplicate':
      return 'duplicate';
    default:
      return 'unavailable';
  }
}

function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
