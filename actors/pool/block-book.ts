import type { BlockUpdate } from './messages.ts';

/** The book is searched for expired entries whenever it has doubled, from here on. */
const SWEEP_SIZE_MIN = 1_024;

/**
 * The block lists of one shard's organisations as they are now, for the successor of a dead thread.
 * One entry for each organisation, list and network, as in the threads' own tables.
 */
export class BlockBook {
  readonly #entries = new Map<string, BlockUpdate>();
  #sweepSize = SWEEP_SIZE_MIN;

  get size(): number {
    return this.#entries.size;
  }

  /** Takes what is new, changed or removed, in this order. */
  apply(updates: readonly BlockUpdate[], nowMs: number): void {
    for (const update of updates) {
      const key = `${update.organization} ${update.kind} ${update.network}`;
      const known = this.#entries.get(key);
      if (!update.removed) {
        this.#entries.set(key, known === undefined ? update : newer(known, update));
      } else if (known?.block_id === update.block_id || endOf(known) <= endOf(update)) {
        this.#entries.delete(key);
      }
    }
    if (this.#entries.size >= this.#sweepSize) {
      this.#sweep(nowMs);
    }
  }

  /** What holds now. */
  entries(nowMs: number): BlockUpdate[] {
    this.#sweep(nowMs);
    return [...this.#entries.values()];
  }

  #sweep(nowMs: number): void {
    for (const [key, entry] of this.#entries) {
      if (endOf(entry) <= nowMs) {
        this.#entries.delete(key);
      }
    }
    this.#sweepSize = Math.max(SWEEP_SIZE_MIN, 2 * this.#entries.size);
  }
}

/** Of two entries of one network the later end counts, unless both are the same entry. */
function newer(known: BlockUpdate, update: BlockUpdate): BlockUpdate {
  return known.block_id === update.block_id || endOf(known) <= endOf(update)
    ? update
    : { ...update, until_ms: known.until_ms };
}

function endOf(entry: BlockUpdate | undefined): number {
  return entry?.until_ms ?? Number.POSITIVE_INFINITY;
}
