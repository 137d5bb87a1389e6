/** Entries of a list of tops, at most. */
const TOPS_MAX = 3;

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/**
 * The slots (hours, weekdays) with the most conversions: three at most, in their own order. Slots
 * without conversions are none of them, and where more slots tie for the last place than there are
 * places left, none of these is.
 *
 * @param counts conversions by slot
 * @returns the slots, ascending
 */
export function topSlots(counts: ReadonlyMap<number, number>): number[] {
  const entries = [...counts].filter(([, count]) => count > 0);
  return entries
    .filter(([, count]) => entries.filter(([, other]) => other >= count).length <= TOPS_MAX)
    .map(([slot]) => slot)
    .sort((a, b) => a - b);
}

/** @param counts conversions by day of the week, 1 (Monday) to 7 */
export function topWeekdays(counts: ReadonlyMap<number, number>): Weekday[] {
  return topSlots(counts).flatMap((day) => WEEKDAYS[day - 1] ?? []);
}
