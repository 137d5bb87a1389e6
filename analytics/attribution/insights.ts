import { DAY_MS } from './models.ts';
import { DIRECT_SOURCE, type UserAttribution } from './user-attribution.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Days from a touchpoint to its conversion, for people: one decimal from one day on, below that two
 * significant digits (`4.4`, `0.83`, `0.0069`).
 *
 * @param durationMs not negative
 */
export function shownDays(durationMs: number): number {
  const days = durationMs / DAY_MS;
  return days >= 1 ? Math.round(days * 10) / 10 : Number(days.toPrecision(2));
}

/** Sentences about one user's journey: what started it, what finished it, how long it took. */
export function describeJourney(attribution: UserAttribution): string[] {
  const { touchpoints, conversions } = attribution;
  const first = touchpoints[0];
  const last = touchpoints.at(-1);
  if (conversions.length === 0) {
    return ['This user has not converted yet'];
  }
  if (first === undefined || last === undefined) {
    return ['No touchpoint within the lookback led to the conversion'];
  }
  const lastMajor = touchpoints.findLast(({ source }) => source !== DIRECT_SOURCE) ?? last;
  const count = touchpoints.length;
  const spanMs = last.atMs + last.beforeConversionMs - first.atMs;
  const sentences = [
    `${capitalised(lastMajor.source)} was the final major touchpoint before conversion`,
    `Customer journey spanned ${shownSpan(spanMs)} with ${count} touchpoint${count === 1 ? '' : 's'}`,
    driverSentence(first.source, mostCredited(attribution)),
  ];
  if (conversions.length > 1) {
    sentences.push(`The journey led to ${conversions.length} conversions`);
  }
  const missed = conversions.filter((conversion) => conversion.touchpoints === 0).length;
  if (missed > 0) {
    sentences.push(
      `${missed} of ${conversions.length} conversions had no touchpoint within the lookback`,
    );
  }
  return sentences;
}

function driverSentence(initiator: string, driver: string): string {
  return initiator === driver
    ? `${capitalised(initiator)} both initiated awareness and drove conversion`
    : `${capitalised(initiator)} initiated awareness, ${driver} drove conversion`;
}

/** The source with the largest share over all its touchpoints; of equal ones the latest. */
function mostCredited({ touchpoints }: UserAttribution): string {
  const shares = new Map<string, number>();
  for (const { source, percent } of touchpoints) {
    const share = (shares.get(source) ?? 0) + percent;
    // Deleted first, so that the map's order is that of the latest touchpoints.
    shares.delete(source);
    shares.set(source, share);
  }
  let best = { source: '', share: -1 };
  for (const [source, share] of shares) {
    if (share >= best.share) best = { source, share };
  }
  return best.source;
}

function shownSpan(spanMs: number): string {
  if (spanMs >= DAY_MS) return counted(Math.round((spanMs / DAY_MS) * 10) / 10, 'day');
  if (spanMs >= HOUR_MS) return counted(Math.round(spanMs / HOUR_MS), 'hour');
  return counted(Math.max(1, Math.round(spanMs / MINUTE_MS)), 'minute');
}

function counted(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

function capitalised(source: string): string {
  const [first = ''] = source;
  return first.toUpperCase() + source.slice(first.length);
}
