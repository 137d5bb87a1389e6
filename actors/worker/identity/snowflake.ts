// HOT PATH: one id per click. Budget: 30 ns, no allocation. Guarded by bench/micro/click.ts.
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../../core/clock.ts';

/** 2024-01-01T00:00:00Z. Ids of 42 bits of milliseconds last until the year 2163. */
const EPOCH_MS = 1_704_067_200_000;
const SEQUENCE_MAX = 1023;
/** How far ahead of its clock a generator reserves time, and how often it renews that. */
const LEASE_MS = 10_000;
const RENEW_BEFORE_MS = 5_000;

/** How far ids may run ahead of the lease file's text: a fixed width keeps the write in one piece. */
const LEASE_TEXT_BYTES = 16;

/**
 * Unique, roughly time-ordered 64-bit ids:
 *
 * ```text
 * 42 bits  milliseconds since 2024-01-01
 *  6 bits  node, allocated in PostgreSQL
 *  6 bits  actor thread
 * 10 bits  sequence within the millisecond
 * ```
 *
 * Invariant: no generator of the same node and thread ever uses a millisecond twice, over restarts and
 * steps of the machine's clock. For that each one reserves time in a lease file before it uses it, and
 * a new one starts behind the reservation of the one before. More than 1,024 ids in a millisecond
 * borrow from the next one.
 */
export class SnowflakeGenerator {
  /** Upper 32 bits of the id that `next` made last. */
  high = 0;
  /** Lower 32 bits of the id that `next` made last. */
  low = 0;
  readonly #clock: Clock;
  readonly #workerBits: number;
  readonly #leaseFd: number;
  #millisecond: number;
  #sequence = SEQUENCE_MAX;
  #leasedUntilMs: number;

  /**
   * @param options.node 0 to 63
   * @param options.thread 0 to 63
   * @param options.leaseFile this generator's own file; created when missing
   */
  constructor(options: { node: number; thread: number; leaseFile: string; clock: Clock }) {
    if (options.node < 0 || options.node > 63 || options.thread < 0 || options.thread > 63) {
      throw new Error(`node ${options.node} and thread ${options.thread} must be 0 to 63`);
    }
    this.#clock = options.clock;
    this.#workerBits = (options.node << 16) | (options.thread << 10);
    mkdirSync(dirname(options.leaseFile), { recursive: true });
    this.#leaseFd = openSync(options.leaseFile, 'a+', 0o600);
    this.#leasedUntilMs = readLease(options.leaseFile);
    closeSync(this.#leaseFd);
    this.#leaseFd = openSync(options.leaseFile, 'r+');
    this.#millisecond = Math.max(options.clock.nowMs(), this.#leasedUntilMs);
    this.#renewLease();
  }

  /** Makes the next id and leaves it in `high` and `low`. */
  next(): void {
    if (this.#sequence < SEQUENCE_MAX && this.#clock.nowMs() <= this.#millisecond) {
      this.#sequence++;
    } else {
      this.#millisecond = Math.max(this.#millisecond + 1, this.#clock.nowMs());
      this.#sequence = 0;
      if (this.#millisecond + RENEW_BEFORE_MS > this.#leasedUntilMs) {
        this.#renewLease();
      }
    }
    const sinceEpoch = this.#millisecond - EPOCH_MS;
    this.high = Math.floor(sinceEpoch / 1024) | 0;
    this.low = ((sinceEpoch % 1024) << 22) | this.#workerBits | this.#sequence;
  }

  close(): void {
    closeSync(this.#leaseFd);
  }

  #renewLease(): void {
    this.#leasedUntilMs = this.#millisecond + LEASE_MS;
    const text = String(this.#leasedUntilMs).padStart(LEASE_TEXT_BYTES, '0');
    try {
      writeSync(this.#leaseFd, text, 0);
    } catch (cause) {
      // A full disk must not stop redirects. The file keeps its size, so this is next to impossible;
      // uniqueness then rests on the clock alone until the next renewal.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') {
        throw cause;
      }
    }
  }
}

function readLease(file: string): number {
  const leased = Number(readFileSync(file, 'latin1'));
  return Number.isFinite(leased) ? leased : 0;
}
