import { ATTEMPTS_MAX } from '../../stores/postgres/webhooks/queue.ts';

const FIRST_DELAY_MS = 5_000;
const DELAY_FACTOR = 4;
/** Of the delay, up or down: receivers that were away are not all asked in the same moment. */
const JITTER = 0.2;

const PATIENT_FAILURES = 3;
const REST_MS = 1_000;
const REST_MS_MAX = 60_000;

/** A webhook that nobody has answered well for so long, and so often, is disabled. */
const DISABLED_AFTER_MS = 24 * 3_600_000;
const DISABLED_AFTER_FAILURES = 8;

/**
 * How long to wait after an attempt that failed: 5 s · 4^(attempt − 1), give or take a fifth. The
 * eight attempts of a delivery span about seven and a half hours.
 *
 * @param attempt from 1
 * @param random in [0, 1)
 * @returns milliseconds, or null: that was the last attempt
 */
export function retryDelayMs(attempt: number, random: number): number | null {
  if (attempt >= ATTEMPTS_MAX) {
    return null;
  }
  const delayMs = FIRST_DELAY_MS * DELAY_FACTOR ** (attempt - 1);
  return Math.round(delayMs * (1 + JITTER * (2 * random - 1)));
}

/**
 * How long a webhook is left in peace after failures in a row, of whichever deliveries: nothing
 * after the first three, then 1 s, twice that after each further one, at most a minute. Without it, a
 * full queue would ask a dead receiver a thousand times.
 *
 * @returns milliseconds
 */
export function restMs(failures: number): number {
  const beyond = failures - PATIENT_FAILURES;
  return beyond <= 0 ? 0 : Math.min(REST_MS_MAX, REST_MS * 2 ** Math.min(beyond - 1, 16));
}

/**
 * @param status the HTTP status that was just answered; null: none
 * @param failures in a row, with this one
 * @param failingMs since the first of them
 * @returns why the webhook is to be disabled, or null
 */
export function disabledReason(
  status: number | null,
  failures: number,
  failingMs: number,
): string | null {
  if (status === 410) {
    return 'It answered 410 Gone';
  }
  return failures >= DISABLED_AFTER_FAILURES && failingMs >= DISABLED_AFTER_MS
    ? `No attempt has succeeded for ${Math.floor(failingMs / 3_600_000)} hours; ${failures} have failed`
    : null;
}
