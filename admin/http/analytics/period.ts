import { localDate, parseInstant, TimeRangeError } from '../../../analytics/schema/time-range.ts';

const DAY_MS = 86_400_000;

type PeriodFacts = {
  /** Of the first and the last event counted, ms since the epoch; undefined: there is none. */
  firstMs: number | undefined;
  lastMs: number | undefined;
  /** IANA name. */
  timezone: string;
  /** Of what time the campaign claimed earlier traffic. */
  claimed?: { start: string; end: string } | undefined;
};

/**
 * The time that a report is about, `2024-03-01 to 2024-06-01`; the end is exclusive.
 *
 * What was asked for stands there as it was written. Otherwise it is the days from the first to the
 * last event, and all of the time whose traffic the campaign claimed.
 */
export function periodOf(
  asked: { start?: string | undefined; end?: string | undefined },
  { firstMs, lastMs, timezone, claimed }: PeriodFacts,
): string {
  const isBounded = asked.start !== undefined || asked.end !== undefined;
  const starts = firstMs === undefined ? [] : [localDate(firstMs, timezone)];
  const ends = lastMs === undefined ? [] : [dayAfter(localDate(lastMs, timezone))];
  if (claimed !== undefined && !isBounded) {
    starts.push(...dateOf(claimed.start, timezone));
    ends.push(...dateOf(claimed.end, timezone));
  }
  const start = asked.start ?? starts.sort()[0];
  const end = asked.end ?? ends.sort().at(-1);
  return start === undefined && end === undefined ? '' : `${start ?? ''} to ${end ?? ''}`.trim();
}

/** None when the stored text is no time: a report is no place to complain about that. */
function dateOf(text: string, timezone: string): string[] {
  try {
    return [localDate(parseInstant(text, timezone, 'start'), timezone)];
  } catch (error) {
    if (error instanceof TimeRangeError) {
      return [];
    }
    throw error;
  }
}

/** @param date `2024-05-31` → `2024-06-01` */
function dayAfter(date: string): string {
  return new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
}
