import { localDay } from '../../../core/local-day.ts';
import type { SegmentObserver } from '../../log/segment-log.ts';
import type { RecoveredSegment } from '../../log/segment-recovery.ts';
import type { CapCount } from '../../pool/messages.ts';
import { type CapFile, NO_SLOT } from './cap-file.ts';
import { capKey } from './cap-key.ts';

/** States in memory; beyond that, those whose day is over are forgotten. */
const STATES_MAX = 16_384;

/** What is known of one capped rule's day. Kept over changes of the campaign. */
export class CapState {
  /** Organisation, campaign and rule. */
  readonly key: string;
  /** Where it stands in the file, or NO_SLOT. */
  slot = NO_SLOT;
  dayStartMs = 0;
  /** 0: no day was begun yet. */
  dayEndMs = 0;
  /** Clicks of the day that this node counted, those of the batch that is not in the log yet too. */
  clicks = 0;
  /** Clicks of the batch that is not in the log yet. */
  pending = 0;
  /** Whether `clicks` changed since it was written to the file. */
  isDirty = false;
  /** Clicks of the day that other nodes have in ClickHouse. */
  clicksElsewhere = 0;
  /** Conversions of the day, of all nodes. */
  conversions = 0;

  constructor(key: string) {
    this.key = key;
  }
}

/**
 * The counts of an actor thread's capped rules.
 *
 * Counts of clicks are exact over crashes, without a write per click: the file has what was counted
 * through the last segment of the click log that was handed over, and the rest is counted again from
 * the rows of the segment that was still open. Order of things:
 *
 * 1. `count`       a click is decided; its row is in the batch
 * 2. `settle`      the batch is in the log
 * 3. `beforeSeal`  the open segment gets no further row: all that changed is written, with its epoch
 * 4. the segment is sealed, shipped, deleted
 *
 * A crash before 3 leaves the segment open and the file without its clicks; one after 3 leaves them in
 * the file, with an epoch that says so. Counts of other nodes and conversions are told every few
 * seconds by the background thread, and forgotten when the thread ends.
 */
export class CapCounters implements SegmentObserver {
  readonly #file: CapFile;
  readonly #states = new Map<string, CapState>();
  readonly #dirty: CapState[] = [];
  readonly #pending: CapState[] = [];

  constructor(file: CapFile) {
    this.#file = file;
  }

  /** The state of a rule; the same object for as long as its day lasts. */
  state(organizationId: string, campaignId: string, ruleId: string): CapState {
    const key = capKey(organizationId, campaignId, ruleId);
    const known = this.#states.get(key);
    if (known !== undefined) {
      return known;
    }
    if (this.#states.size >= STATES_MAX) {
      this.#forgetEnded(Date.now());
    }
    const state = new CapState(key);
    const saved = this.#file.find(key);
    if (saved !== undefined) {
      state.slot = saved.slot;
      state.dayStartMs = saved.dayStartMs;
      state.dayEndMs = saved.dayEndMs;
      state.clicks = saved.clicks;
    }
    this.#states.set(key, state);
    return state;
  }

  /** Begins the day in which an instant lies. Its clicks are counted from 0. */
  beginDay(state: CapState, timezone: string, nowMs: number): void {
    const { startMs, endMs } = localDay(nowMs, timezone);
    state.dayStartMs = startMs;
    state.dayEndMs = endMs;
    state.clicks = 0;
    state.pending = 0;
    state.clicksElsewhere = 0;
    state.conversions = 0;
    // It may have been forgotten meanwhile.
    this.#states.set(state.key, state);
    // On disk before the day's first click is in the log: recovery looks for its clicks then.
    state.slot = this.#file.write(state.key, state.slot, state, 0);
  }

  /** Counts a click whose row is in the batch. */
  count(state: CapState): void {
    state.clicks++;
    if (state.pending++ === 0) {
      this.#pending.push(state);
    }
  }

  /** The batch is in the log, or was given up. */
  settle(): void {
    for (let index = 0; index < this.#pending.length; index++) {
      const state = this.#pending[index] as CapState;
      state.pending = 0;
      this.#markDirty(state);
    }
    this.#pending.length = 0;
  }

  recovered(segments: readonly RecoveredSegment[]): void {
    this.#file.recover(segments);
  }

  /** Writes all that changed: the segment's clicks among it, those of the batch not. */
  beforeSeal(epochMs: number): void {
    this.#file.coveredThroughMs = epochMs;
    for (const state of this.#dirty) {
      state.isDirty = false;
      state.slot = this.#file.write(state.key, state.slot, state, state.clicks - state.pending);
    }
    this.#dirty.length = 0;
  }

  /** Takes what the stores know of days; counts of days that a rule is not in are left aside. */
  applyCounts(counts: readonly CapCount[]): void {
    for (const count of counts) {
      const state = this.state(count.organizationId, count.campaignId, count.ruleId);
      if (state.dayEndMs <= count.dayStartMs) {
        this.beginDay(state, count.timezone, count.dayStartMs);
      }
      if (state.dayStartMs === count.dayStartMs) {
        state.clicksElsewhere = count.clicksElsewhere;
        state.conversions = count.conversions;
        // Clicks from before the rule had a cap, or before this node lost its file.
        if (count.clicksHere > state.clicks) {
          state.clicks = count.clicksHere;
          this.#markDirty(state);
        }
      }
    }
  }

  close(): void {
    this.#file.close();
  }

  #markDirty(state: CapState): void {
    if (!state.isDirty) {
      state.isDirty = true;
      this.#dirty.push(state);
    }
  }

  #forgetEnded(nowMs: number): void {
    for (const [key, state] of this.#states) {
      if (state.dayEndMs <= nowMs && state.pending === 0) {
        this.#states.delete(key);
      }
    }
  }
}
