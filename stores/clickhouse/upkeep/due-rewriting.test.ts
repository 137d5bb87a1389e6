import { describe, expect, it } from 'vitest';
import { dueRewriting, UPKEEP_LIMITS } from './due-rewriting.ts';
import type { EventsState } from './table-state.ts';

const QUIET: EventsState = {
  rows: 20_000_000,
  rowsUnbuilt: 0,
  rowsLongUnbuilt: 0,
  patchesWaiting: 0,
  patchRows: 0,
  patchSecondsMax: 0,
  patchSecondsMin: 0,
  mutationsOpen: 0,
};
const PATCHED = { patchesWaiting: 3, patchRows: 60, patchSecondsMax: 100, patchSecondsMin: 40 };

const due = (changes: Partial<EventsState>) =>
  dueRewriting({ ...QUIET, ...changes }, UPKEEP_LIMITS);

describe('the table of events is rewritten', () => {
  it('when old parts with much of it have no sums', () => {
    expect(due({})).toBeUndefined();
    expect(due({ rowsUnbuilt: 20_000_000 })).toBeUndefined();
    expect(due({ rowsLongUnbuilt: 1_900_000 })).toBeUndefined();
    expect(due({ rowsLongUnbuilt: 2_000_000 })).toBe('sums');
    expect(due({ rows: 1_500_000, rowsLongUnbuilt: 900_000 })).toBeUndefined();
  });

  it('when many changes wait, or few for long', () => {
    expect(due(PATCHED)).toBeUndefined();
    expect(due({ ...PATCHED, patchRows: 10_001 })).toBe('patches');
    expect(due({ ...PATCHED, patchSecondsMax: 1_801 })).toBe('patches');
    expect(due({ ...PATCHED, rows: 900_000, patchSecondsMax: 1_801 })).toBeUndefined();
  });

  it('not while changes are being made, unless that takes too long', () => {
    const busy = { ...PATCHED, patchRows: 10_001, patchSecondsMin: 29 };
    expect(due(busy)).toBeUndefined();
    expect(due({ ...busy, patchSecondsMax: 3_601 })).toBe('patches');
  });

  it('only when nothing is being rewritten', () => {
    expect(due({ rowsLongUnbuilt: 20_000_000, mutationsOpen: 1 })).toBeUndefined();
  });
});
