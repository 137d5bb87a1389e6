import { describe, expect, it } from 'vitest';
import { topSlots, topWeekdays } from './top-slots.ts';

describe('tops', () => {
  it('are the three slots with the most conversions, in the order of the clock', () => {
    const counts = new Map([
      [21, 90],
      [8, 12],
      [20, 100],
      [19, 95],
      [0, 0],
    ]);
    expect(topSlots(counts)).toEqual([19, 20, 21]);
  });

  it('leave out slots that tie for the last place, and slots without conversions', () => {
    const tie = [
      [5, 150],
      [6, 140],
      [1, 20],
      [7, 20],
      [2, 0],
    ] as const;
    expect(topWeekdays(new Map(tie))).toEqual(['friday', 'saturday']);
    expect(topWeekdays(new Map([[3, 1]]))).toEqual(['wednesday']);
    expect(topSlots(new Map([1, 2, 3, 4].map((slot) => [slot, 7])))).toEqual([]);
    expect(topSlots(new Map())).toEqual([]);
  });
});
