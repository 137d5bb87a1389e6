import { createHash } from 'node:crypto';
import { calendarOf, type LocalHour } from './local-hours.ts';

export type HistoryOptions = {
  organizationId: string;
  /** Clicks and visits; conversions come on top. */
  events: number;
  /** Calendar months before the end. */
  months: number;
  seed: number;
  /** Ms since the epoch, exclusive; rounded down to the full hour. */
  endMs: number;
  /** IANA; of the rhythm of days and weeks. */
  timezone: string;
};

/** An hour of the history, and which events fall into it. */
export type PlannedHour = {
  startMs: number;
  /** The number of its first event. */
  first: number;
  count: number;
  isEvening: boolean;
};

/** Events that are written together: consecutive hours of one month (UTC), which is one partition. */
export type Chunk = {
  first: number;
  count: number;
  startMs: number;
  /** Exclusive. */
  endMs: number;
  /** Those that have events. */
  hours: readonly PlannedHour[];
};

/**
 * Which events there will be, and when. Follows from the options alone, so that a run that was
 * stopped can go on, and equal options give equal histories.
 */
export type HistoryPlan = HistoryOptions & {
  startMs: number;
  /** Five hex digits that all its event ids share; see event-ids.ts. */
  tag: string;
  /** Decimal text of 64 bits: what every choice is derived from. */
  key: string;
  chunks: readonly Chunk[];
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A bounded insert: some 400 MB in memory, a few seconds of work that Ctrl-C has to wait for. */
const CHUNK_ROWS = 400_000;

/** Traffic by hour of the day, 0 to 23; the mean does not matter. */
const HOUR_WEIGHTS = [
  ...[34, 23, 17, 14, 14, 18, 29, 45, 58, 66, 70, 73],
  ...[78, 75, 71, 70, 73, 79, 88, 98, 104, 100, 80, 54],
];
/** By day of the week from Sunday on. */
const WEEKDAY_WEIGHTS = [0.94, 1.03, 1.06, 1.05, 1.07, 0.99, 0.86];
/** From the beginning to the end traffic grows by this factor. */
const GROWTH = 1.35;
const DAY_NOISE = 0.08;
const HOUR_NOISE = 0.06;

/** @throws RangeError for a time zone that there is not */
export function planHistory(options: HistoryOptions): HistoryPlan {
  const endMs = Math.floor(options.endMs / HOUR_MS) * HOUR_MS;
  const startMs = monthsBefore(endMs, options.months);
  const { organizationId, events, seed, timezone } = options;
  const identity = JSON.stringify([organizationId, events, seed, startMs, endMs, timezone]);
  const digest = createHash('sha256').update(identity).digest();
  const hours = planHours({ events, startMs, endMs, timezone, noise: digest.readInt32LE(8) });
  return {
    ...options,
    ...{ startMs, endMs },
    tag: digest.toString('hex').slice(0, 5),
    key: digest.readBigUInt64LE(16).toString(),
    chunks: chunksOf(hours),
  };
}

/** The same moment of an earlier month, or that month's last day. UTC. */
function monthsBefore(timeMs: number, months: number): number {
  const time = new Date(timeMs);
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth() - months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(time.getUTCDate(), lastDay);
  return Date.UTC(year, month, day, time.getUTCHours());
}

type HourOptions = {
  events: number;
  startMs: number;
  endMs: number;
  timezone: string;
  noise: number;
};

function planHours({ events, startMs, endMs, timezone, noise }: HourOptions): PlannedHour[] {
  const localHourOf = calendarOf(timezone);
  const starts = Array.from(
    { length: (endMs - startMs) / HOUR_MS },
    (_, index) => startMs + index * HOUR_MS,
  );
  const locals = starts.map(localHourOf);
  const weights = locals.map((local, index) => {
    const day = Math.floor((starts[index] ?? 0) / DAY_MS);
    const random = (1 + DAY_NOISE * wave(noise, day)) * (1 + HOUR_NOISE * wave(~noise, index));
    return rhythm(local) * GROWTH ** (index / starts.length) * random;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const hours: PlannedHour[] = [];
  let sum = 0;
  let first = 0;
  for (const [index, hourMs] of starts.entries()) {
    sum += weights[index] ?? 0;
    const next = index === starts.length - 1 ? events : Math.floor((sum / total) * events);
    const isEvening = isEveningHour(locals[index]);
    hours.push({ startMs: hourMs, first, count: next - first, isEvening });
    first = next;
  }
  return hours;
}

function rhythm({ hour, weekday }: LocalHour): number {
  return (HOUR_WEIGHTS[hour] ?? 1) * (WEEKDAY_WEIGHTS[weekday] ?? 1);
}

/** When young people are online: Thursday to Saturday, 18 to 22 o'clock. */
function isEveningHour(local: LocalHour | undefined): boolean {
  return local !== undefined && local.weekday >= 4 && local.hour >= 18 && local.hour < 22;
}

/** A number from -1 to 1 that looks random: the finaliser of MurmurHash3 (Appleby, 2011). */
function wave(seed: number, index: number): number {
  let hash = seed ^ Math.imul(index + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) / 2 ** 31;
}

function chunksOf(hours: readonly PlannedHour[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: PlannedHour[] = [];
  let count = 0;
  const close = () => {
    const [first, last] = [open[0], open.at(-1)];
    if (first !== undefined && last !== undefined) {
      const range = { startMs: first.startMs, endMs: last.startMs + HOUR_MS };
      chunks.push({ first: first.first, count, ...range, hours: open });
    }
    open = [];
    count = 0;
  };
  for (const hour of hours.filter((each) => each.count > 0)) {
    const isOtherMonth = open[0] !== undefined && monthOf(open[0]) !== monthOf(hour);
    if (isOtherMonth || count + hour.count > CHUNK_ROWS) {
      close();
    }
    open.push(hour);
    count += hour.count;
  }
  close();
  return chunks;
}

function monthOf({ startMs }: PlannedHour): number {
  return new Date(startMs).getUTCMonth();
}
