import type { Clock } from '../../../core/clock.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import type { ActorCounters } from '../../pool/actor-counters.ts';
import { AddressWindows, type WindowLimits } from './address-windows.ts';
import { AgentWindows } from './agent-windows.ts';
import { BlockTable } from './blocks/block-table.ts';
import { DetectionOutbox } from './detection-outbox.ts';
import { FraudGuard } from './fraud-guard.ts';
import { type DataCentreBuffers, FraudSignals } from './signals/signals.ts';

/** Slots looked at together, some 20 µs if all have expired; the whole table within about three minutes. */
const SWEPT_SLOTS = 128;
const SWEEP_MS = 15;

export type ThreadFraudOptions = {
  dataCentres: DataCentreBuffers;
  clock: Clock;
  counters: ActorCounters;
  /** Sends a batch's detections to the main thread. */
  send(detections: Detection[]): void;
  limits?: WindowLimits;
  /** User agents whose clicks are counted; see AgentWindows. */
  agentsMax?: number;
};

/** All about fraud on one actor thread, put together. */
export class ThreadFraud {
  readonly blocks: BlockTable;
  readonly windows: AddressWindows;
  readonly guard: FraudGuard;
  readonly #agents: AgentWindows;
  readonly #outbox: DetectionOutbox;
  readonly #options: ThreadFraudOptions;
  #sweptAtMs = 0;

  constructor(options: ThreadFraudOptions) {
    const { clock, counters } = options;
    this.#options = options;
    this.blocks = new BlockTable(clock);
    this.windows = new AddressWindows(options.limits);
    this.#agents = new AgentWindows(options.agentsMax);
    this.#outbox = new DetectionOutbox((detections) => {
      for (const { patterns } of detections) {
        for (const { pattern } of patterns) {
          counters.add(`fraud_detections_${pattern}`, 1);
        }
      }
      options.send(detections);
    });
    this.guard = new FraudGuard({
      blocks: this.blocks,
      windows: this.windows,
      agents: this.#agents,
      signals: new FraudSignals(options.dataCentres),
      tell: (detection) => this.#outbox.tell(detection),
    });
  }

  /**
   * Tells of the batch's detections, and forgets some of what has expired: little at a time, because the
   * requests behind wait. To be called when a batch is done.
   */
  flush(): void {
    this.#outbox.flush();
    const nowMs = this.#options.clock.nowMs();
    // When the clock went back, that must not put the sweep off.
    if (Math.abs(nowMs - this.#sweptAtMs) >= SWEEP_MS) {
      this.#sweptAtMs = nowMs;
      this.windows.sweep(nowMs, SWEPT_SLOTS);
    }
  }

  /** Publishes counts. To be called once a second. */
  tick(): void {
    const { clock, counters } = this.#options;
    const nowMs = clock.nowMs();
    counters.set('fraud_addresses', this.windows.size);
    counters.set('fraud_evictions', this.windows.evictions + this.#agents.evictions);
    counters.set('fraud_blocked_clicks', this.guard.blockedClicks);
    counters.set('fraud_detections_dropped', this.#outbox.dropped);
    counters.set('blocks_active', this.blocks.activeBlocks(nowMs));
    counters.set('blocks_rejected', this.blocks.rejected);
  }
}
