/**
 * Ids of demo clicks and visits, 64 bits as 16 hex digits like all event ids:
 *
 * ```text
 *  4 bits  d, the mark of demo data
 * 20 bits  tag: which run
 * 32 bits  number of the event within its run, growing with time
 *  8 bits  noise
 * ```
 *
 * They never meet the engine's own: those begin with the milliseconds since 2024 in 42 bits, which
 * reach `d` in the year 2137. Ids of conversions are hashes, in the ledger as here.
 */
export const DEMO_EVENT_PREFIX = 'evt_d';

/** As much of an id as its run decides: prefix and tag. */
export const RUN_PREFIX_LENGTH = DEMO_EVENT_PREFIX.length + 5;

/** Numbers have 32 bits; fewer, because nobody has the disk. */
export const EVENTS_MAX = 1_000_000_000;

/** The least id that an event of this number, or a later one of its run, can have. */
export function leastEventId(tag: string, number: number): string {
  return `${DEMO_EVENT_PREFIX}${tag}${number.toString(16).padStart(8, '0')}00`;
}
