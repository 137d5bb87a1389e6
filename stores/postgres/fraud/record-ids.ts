import { randomBytes } from 'node:crypto';

/**
 * An id for a row of a list that is read newest first: ids sort by the millisecond in which they were
 * made.
 *
 * @param prefix `blk` or `alr`
 * @returns the prefix, `_` and 20 hex digits
 */
export function newRecordId(prefix: 'blk' | 'alr', nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${prefix}_${time}${randomBytes(4).toString('hex')}`;
}
