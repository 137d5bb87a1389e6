import type { BlockConfig } from '../../../core/fraud/block.ts';
import type { Detection } from '../../../core/fraud/detection.ts';

/** A detection that PostgreSQL has not got yet. */
export type PendingDetection = {
  detection: Detection;
  /** The automatic block that followed from it, in force already. */
  block: BlockConfig | null;
};

/**
 * Detections on their way to PostgreSQL, one for each address: what is told of an address that waits
 * already is joined to it. When the queue is full, what would only be reported makes room for what is
 * blocked; what finds none is counted.
 */
export class DetectionQueue {
  /** Addresses that found no room. */
  dropped = 0;
  readonly #sizeMax: number;
  /** With a block, and without; by organisation and address. */
  readonly #blocking = new Map<string, PendingDetection>();
  readonly #reporting = new Map<string, PendingDetection>();

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  get size(): number {
    return this.#blocking.size + this.#reporting.size;
  }

  add(pending: PendingDetection): void {
    const key = `${pending.detection.organizationId}\n${pending.detection.address}`;
    const known = this.#blocking.get(key) ?? this.#reporting.get(key);
    const joined = known === undefined ? pending : join(known, pending);
    this.#reporting.delete(key);
    if (joined.block !== null) {
      this.#blocking.set(key, joined);
    } else {
      this.#reporting.set(key, joined);
    }
    if (this.size > this.#sizeMax) {
      this.#dropOldest();
    }
  }

  /** Takes some out, those with a block first, then the oldest. */
  take(count: number): PendingDetection[] {
    const taken: PendingDetection[] = [];
    for (const list of [this.#blocking, this.#reporting]) {
      for (const [key, pending] of list) {
        if (taken.length === count) {
          return taken;
        }
        taken.push(pending);
        list.delete(key);
      }
    }
    return taken;
  }

  /** The blocks that wait, the oldest first, so many at most. */
  blocks(count: number): BlockConfig[] {
    const blocks: BlockConfig[] = [];
    for (const { block } of this.#blocking.values()) {
      if (blocks.length === count) {
        break;
      }
      if (block !== null) {
        blocks.push(block);
      }
    }
    return blocks;
  }

  #dropOldest(): void {
    const list = this.#reporting.size > 0 ? this.#reporting : this.#blocking;
    for (const key of list.keys()) {
      list.delete(key);
      this.dropped++;
      return;
    }
  }
}

/** The later detection, with every pattern that either has shown and the first block. */
function join(a: PendingDetection, b: PendingDetection): PendingDetection {
  const [earlier, later] = a.detection.detectedAtMs <= b.detection.detectedAtMs ? [a, b] : [b, a];
  const confidences = new Map(
    earlier.detection.patterns.map(({ pattern, confidence }) => [pattern, confidence]),
  );
  for (const { pattern, confidence } of later.detection.patterns) {
    confidences.set(pattern, Math.max(confidence, confidences.get(pattern) ?? 0));
  }
  const detection = {
    ...later.detection,
    confidence: Math.max(earlier.detection.confidence, later.detection.confidence),
    patterns: [...confidences].map(([pattern, confidence]) => ({ pattern, confidence })),
  };
  return { detection, block: earlier.block ?? later.block };
}
