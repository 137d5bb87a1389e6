import type pg from 'pg';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AppliedOutcome } from './apply-segments.ts';
import type { ClaimOutcome } from './claims.ts';
import type { LedgerRow } from './conversion-rows.ts';

/** Counting stops here: beyond it the exact number says nothing more. */
const COUNT_MAX = 100_000;

const COUNT_QUEUES = `
  SELECT
    (SELECT count(*) FROM (SELECT FROM conversions
      WHERE batch_id IS NULL AND publish_error IS NULL LIMIT ${COUNT_MAX}) AS q)::int AS unpublished,
    (SELECT count(*) FROM (SELECT FROM conversions
      WHERE next_match_at IS NOT NULL LIMIT ${COUNT_MAX}) AS q)::int AS unmatched,
    (SELECT count(*) FROM (SELECT FROM conversions
      WHERE correction_pending LIMIT ${COUNT_MAX}) AS q)::int AS uncorrected,
    coalesce((SELECT extract(epoch FROM now() - created_at) FROM conversions
      WHERE batch_id IS NULL AND publish_error IS NULL ORDER BY id LIMIT 1), 0)::float8
      AS oldest_seconds`;

type Queues = {
  unpublished: number;
  unmatched: number;
  uncorrected: number;
  oldest_seconds: number;
};

/** Each has a series from the start: what first appears with 1 has not risen, for Prometheus. */
const CLAIM_OUTCOMES = ['accepted', 'duplicate', 'unavailable'] satisfies ClaimOutcome[];
const APPLIED_OUTCOMES = [
  'inserted',
  'known',
  'duplicate',
  'refused',
  'unreadable',
] satisfies AppliedOutcome[];
const MATCHES = ['matched', 'unmatched'];
const PARTS = ['apply', 'publish'] as const;

/** The ledger's counters, in the registry that they are given. No label comes from outside. */
export class LedgerMetrics {
  readonly #claims: Counter;
  readonly #claimSeconds: Histogram;
  readonly #circuitOpen: Gauge;
  readonly #applied: Counter;
  readonly #published: Counter;
  readonly #corrected: Counter;
  readonly #refused: Counter;
  readonly #queues: Gauge;
  readonly #publishLag: Gauge;
  readonly #failures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const outcome = ['outcome'] as const;
    this.#claims = new Counter({
      name: 'trellis_conversion_claims_total',
      help: 'Postbacks that the ledger was asked about, by its answer.',
      labelNames: outcome,
      registers,
    });
    this.#claimSeconds = new Histogram({
      name: 'trellis_conversion_claim_seconds',
      help: 'Time from a claim to its answer.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3],
      registers,
    });
    this.#circuitOpen = new Gauge({
      name: 'trellis_ledger_circuit_open',
      help: '1 while claims are not even tried because PostgreSQL does not answer.',
      registers,
    });
    this.#applied = new Counter({
      name: 'trellis_conversions_applied_total',
      help: 'Records of the conversion log told to the ledger, by what it said.',
      labelNames: outcome,
      registers,
    });
    this.#published = new Counter({
      name: 'trellis_conversions_published_total',
      help: 'Conversions that ClickHouse has confirmed, by whether their click was known.',
      labelNames: ['match'],
      registers,
    });
    this.#corrected = new Counter({
      name: 'trellis_conversions_corrected_total',
      help: 'Published conversions that were given their click later.',
      registers,
    });
    this.#refused = new Counter({
      name: 'trellis_conversions_refused_total',
      help: 'Conversions that ClickHouse refuses; they stay in the ledger with publish_error.',
      registers,
    });
    this.#queues = new Gauge({
      name: 'trellis_conversions_waiting',
      help: `Conversions that wait in the ledger, by for what; counted up to ${COUNT_MAX}.`,
      labelNames: ['queue'],
      registers,
    });
    this.#publishLag = new Gauge({
      name: 'trellis_conversion_publish_lag_seconds',
      help: 'Age of the oldest conversion that ClickHouse has not been given.',
      registers,
    });
    this.#failures = new Counter({
      name: 'trellis_ledger_failures_total',
      help: 'Rounds that a store out of reach ended early, by the part of the ledger.',
      labelNames: ['part'],
      registers,
    });
    this.#startAtZero();
  }

  #startAtZero(): void {
    for (const outcome of CLAIM_OUTCOMES) this.#claims.inc({ outcome }, 0);
    for (const outcome of APPLIED_OUTCOMES) this.#applied.inc({ outcome }, 0);
    for (const match of MATCHES) this.#published.inc({ match }, 0);
    for (const part of PARTS) this.#failures.inc({ part }, 0);
  }

  claimed(outcome: ClaimOutcome, durationMs: number): void {
    this.#claims.inc({ outcome });
    this.#claimSeconds.observe(durationMs / 1_000);
  }

  circuit(isOpen: boolean): void {
    this.#circuitOpen.set(isOpen ? 1 : 0);
  }

  applied(outcome: AppliedOutcome, records: number): void {
    this.#applied.inc({ outcome }, records);
  }

  published(rows: LedgerRow[]): void {
    const matched = rows.filter((row) => row.click_event_id !== null).length;
    this.#published.inc({ match: 'matched' }, matched);
    this.#published.inc({ match: 'unmatched' }, rows.length - matched);
  }

  corrected(rows: number): void {
    this.#corrected.inc(rows);
  }

  refused(): void {
    this.#refused.inc();
  }

  failed(part: (typeof PARTS)[number]): void {
    this.#failures.inc({ part });
  }

  /** Counts what waits. @throws the driver's error when PostgreSQL is out of reach */
  async measureQueues(pool: pg.Pool): Promise<void> {
    const { rows } = await pool.query<Queues>(COUNT_QUEUES);
    const queues = rows[0];
    if (queues === undefined) return;
    this.#queues.set({ queue: 'unpublished' }, queues.unpublished);
    this.#queues.set({ queue: 'unmatched' }, queues.unmatched);
    this.#queues.set({ queue: 'uncorrected' }, queues.uncorrected);
    this.#publishLag.set(Math.max(0, queues.oldest_seconds));
  }
}
