import type { Rewriting } from './rewrite-parts.ts';
import type { EventsState } from './table-state.ts';

export type UpkeepLimits = {
  /** Reports are fast without sums below this many rows without them, in rows and of all rows. */
  rowsUnbuiltMin: number;
  shareUnbuiltMin: number;
  /** Younger parts are left to the next merges, which build the sums as well. */
  settleSeconds: number;
  /** Changed rows that are too many to wait … */
  patchRowsMax: number;
  /** … and how long changes may wait anyway. */
  patchSecondsMax: number;
  /** Whoever has changed something so recently may still be at it … */
  quietSeconds: number;
  /** … but is not waited for longer than this. */
  unquietSecondsMax: number;
};

export const UPKEEP_LIMITS: UpkeepLimits = {
  rowsUnbuiltMin: 1_000_000,
  shareUnbuiltMin: 0.1,
  settleSeconds: 120,
  patchRowsMax: 10_000,
  patchSecondsMax: 1_800,
  quietSeconds: 30,
  unquietSecondsMax: 3_600,
};

/** Which rewriting of the table of events is worth its work now; undefined: none, or one is at work. */
export function dueRewriting(state: EventsState, limits: UpkeepLimits): Rewriting | undefined {
  if (state.mutationsOpen > 0 || state.rows < limits.rowsUnbuiltMin) return undefined;
  const isUrgent =
    state.patchRows > limits.patchRowsMax || state.patchSecondsMax > limits.patchSecondsMax;
  const isQuiet =
    state.patchSecondsMin >= limits.quietSeconds ||
    state.patchSecondsMax > limits.unquietSecondsMax;
  if (state.patchesWaiting > 0 && isUrgent && isQuiet) return 'patches';
  const isUnbuilt =
    state.rowsLongUnbuilt >= limits.rowsUnbuiltMin &&
    state.rowsLongUnbuilt >= limits.shareUnbuiltMin * state.rows;
  return isUnbuilt ? 'sums' : undefined;
}
