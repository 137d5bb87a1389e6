import { Counter, Gauge, type Registry } from 'prom-client';

/** Why a detection did not lead to all that it should. */
const LOSSES = [
  /** More addresses were detected than the queue holds. */
  'queue_full',
  /** PostgreSQL refused it. */
  'refused',
  /** The block only: somebody removed it, its address is never blocked, or the lists are full. */
  'block_refused',
  /** Its organisation has had as many alerts within the hour as it gets. */
  'alerts_per_hour',
] as const;
type Loss = (typeof LOSSES)[number];

/** What the background thread counts of fraud. No label comes from outside. */
export class FraudMetrics {
  readonly #blocks: Counter;
  readonly #alerts: Counter;
  readonly #lost: Counter;

  /** @param queued addresses that wait for PostgreSQL */
  constructor(registry: Registry, queued: () => number) {
    const registers = [registry];
    this.#blocks = new Counter({
      name: 'trellis_fraud_blocks_total',
      help: 'Automatic blocks that this node has written.',
      registers,
    });
    this.#alerts = new Counter({
      name: 'trellis_fraud_alerts_total',
      help: 'Alerts that this node has raised.',
      registers,
    });
    this.#lost = new Counter({
      name: 'trellis_fraud_losses_total',
      help: 'Detections, or alerts of them, that were not stored, by reason.',
      labelNames: ['reason'],
      registers,
    });
    for (const reason of LOSSES) {
      // From the start: what first appears with 1 has not risen, for Prometheus.
      this.#lost.inc({ reason }, 0);
    }
    new Gauge({
      name: 'trellis_fraud_queue_depth',
      help: 'Detected addresses that wait for PostgreSQL.',
      registers,
      collect() {
        this.set(queued());
      },
    });
  }

  blocked(count: number): void {
    this.#blocks.inc(count);
  }

  alerted(count: number): void {
    this.#alerts.inc(count);
  }

  lost(reason: Loss, count: number): void {
    this.#lost.inc({ reason }, count);
  }
}
