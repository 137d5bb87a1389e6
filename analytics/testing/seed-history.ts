import type { ClickHouseClient } from '@clickhouse/client';

/**
 * A history in which the numbers of the product's example 2 are true: three months of clicks from
 * TikTok that no campaign claimed, and what they sold. The same call gives the same events.
 */
export const SEED_CAMPAIGN_ID = 'tiktok_organic_q2_2024';

/** What the campaign report must say once the traffic belongs to the campaign. */
export const SEED_ANSWER = {
  campaign_id: SEED_CAMPAIGN_ID,
  period: '2024-03-01 to 2024-06-01',
  metrics: {
    clicks: 15_420,
    unique_users: 12_350,
    conversions: 468,
    conversion_rate: 3.04,
    revenue: 127_840.5,
    average_order_value: 273.16,
    roas: 0,
    top_converting_hours: [19, 20, 21],
    top_converting_days: ['friday', 'saturday'],
    device_breakdown: { mobile: 14_200, tablet: 1_100, desktop: 120 },
  },
} as const;

/** A row of `events`; columns that are not named have their defaults. */
export type HistoryEvent = {
  event_id: string;
  click_id: string;
  event_time: string;
  organization_id: string;
  event_type: string;
  user_id: string;
  url: string;
  campaign_id: string | null;
  source: string;
  medium: string;
  referer: string;
  country: string;
  device_type: string;
  os: string;
  browser: string;
  conversion_event: string;
  conversion_value: string;
  conversion_currency: string;
  conversion_time: string | null;
  order_id: string;
  click_event_id: string;
};

export type SeedHistoryOptions = {
  organizationId: string;
  /** Robots' and other people's traffic around it, in clicks; none by default. */
  backgroundClicks?: number;
  /** The campaign of an event; none by default. */
  campaignOf?: (event: HistoryEvent) => string | null;
};

const CLICKS = 15_420;
const USERS = 12_350;
const CONVERSIONS = 468;
const REVENUE_CENTS = 12_784_050;
const MEAN_CENTS = 27_316;
/** Every so many clicks converts; prime to nothing in particular, and 468 of them fit. */
const CLICKS_PER_CONVERSION = 32;
const START_MS = Date.UTC(2024, 2, 1);
const DAYS = 92;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Conversions by weekday, Sunday first. Thursday and Sunday tie, so that only two days stand out. */
const CONVERSIONS_BY_WEEKDAY = [60, 20, 19, 19, 60, 150, 140];
const CONVERSIONS_BY_HOUR: ReadonlyArray<readonly [hour: number, count: number]> = [
  ...[8, 9, 10, 11, 13, 14, 15, 16, 17].map((hour) => [hour, 7] as const),
  [12, 15],
  [18, 40],
  [19, 110],
  [20, 120],
  [21, 100],
  [22, 20],
];
/** How much traffic an hour has, and a weekday from Sunday. */
const HOUR_WEIGHTS = [2, 1, 1, 1, 1, 1, 2, 3, 5, 5, 5, 5, 6, 6, 5, 5, 6, 8, 18, 22, 22, 18, 9, 5];
const WEEKDAY_WEIGHTS = [4, 3, 3, 3, 7, 9, 9];

/** The campaign that the retroactive campaign of the example gives an event. */
export function campaignOfSeed(event: HistoryEvent): string | null {
  return event.referer.includes('tiktok.com') ? SEED_CAMPAIGN_ID : null;
}

/** Clicks first, then their conversions. */
export function seedHistory(options: SeedHistoryOptions): HistoryEvent[] {
  const random = randomNumbers(2024);
  const conversionTimes = conversionTimesMs(random);
  const clicks = Array.from({ length: CLICKS }, (_, index) => {
    const conversionMs = conversionTimes[index / CLICKS_PER_CONVERSION];
    const timeMs =
      conversionMs === undefined
        ? clickTimeMs(index, random)
        : conversionMs - (60 + (index % 180)) * 1000;
    return tiktokClick(index, timeMs, options.organizationId);
  });
  const conversions = conversionTimes.map((timeMs, index) =>
    conversionOf(clicks[index * CLICKS_PER_CONVERSION], index, timeMs),
  );
  const background = Array.from({ length: options.backgroundClicks ?? 0 }, (_, index) =>
    backgroundClick(index, random, options.organizationId),
  );
  const campaignOf = options.campaignOf ?? (() => null);
  return [...clicks, ...background, ...conversions].map((event) => ({
    ...event,
    campaign_id: campaignOf(event),
  }));
}

/** Puts the history into `events` of the client's database. */
export async function insertSeedHistory(
  clickhouse: ClickHouseClient,
  options: SeedHistoryOptions,
): Promise<void> {
  await clickhouse.insert({
    table: 'events',
    values: seedHistory(options),
    format: 'JSONEachRow',
  });
}

/** The exact number of conversions of each weekday and hour, spread over the weeks. */
function conversionTimesMs(random: () => number): number[] {
  const hours = CONVERSIONS_BY_HOUR.flatMap(([hour, count]) => Array<number>(count).fill(hour));
  const weekdays = CONVERSIONS_BY_WEEKDAY.flatMap((count, day) => Array<number>(count).fill(day));
  // A step prime to their number pairs hours and weekdays without any rhythm between them.
  return Array.from({ length: CONVERSIONS }, (_, index) => {
    const weekday = weekdays[index] ?? 0;
    const hour = hours[(index * 175) % CONVERSIONS] ?? 0;
    const firstMs = START_MS + ((weekday - new Date(START_MS).getUTCDay() + 7) % 7) * DAY_MS;
    const minuteMs = (5 + Math.floor(random() * 55)) * 60_000;
    return firstMs + (index % 13) * 7 * DAY_MS + hour * HOUR_MS + minuteMs;
  });
}

function clickTimeMs(index: number, random: () => number): number {
  // The first and the last day of the period have traffic, whatever chance does.
  const ends = [undefined, START_MS + 10 * 60_000, START_MS + DAYS * DAY_MS - 10 * 60_000];
  for (;;) {
    const dayMs = START_MS + Math.floor(random() * DAYS) * DAY_MS;
    const hour = Math.floor(random() * 24);
    const weight = (WEEKDAY_WEIGHTS[new Date(dayMs).getUTCDay()] ?? 0) * (HOUR_WEIGHTS[hour] ?? 0);
    if (random() * 9 * 22 < weight) {
      return ends[index] ?? dayMs + hour * HOUR_MS + Math.floor(random() * HOUR_MS);
    }
  }
}

function tiktokClick(index: number, timeMs: number, organizationId: string): HistoryEvent {
  // A step prime to their number deals the devices out evenly.
  const turn = (index * 7919) % CLICKS;
  const device = turn < 14_200 ? 'mobile' : turn < 15_300 ? 'tablet' : 'desktop';
  const site = index % 4 === 0 ? 'vm.tiktok.com' : 'www.tiktok.com';
  const country = index % 10 < 6 ? 'US' : index % 10 < 8 ? 'CA' : 'GB';
  return {
    ...emptyEvent(`evt_${hex(0x7000_0000 + index)}`, timeMs, organizationId),
    user_id: `usr_${hex(0x51_0000_0000 + (index % USERS))}`,
    url: '/in/tiktok',
    source: 'tiktok.com',
    medium: 'social',
    referer: `https://${site}/`,
    country,
    device_type: device,
    os: device === 'desktop' ? 'Windows' : index % 3 === 0 ? 'Android' : 'iOS',
    browser: device === 'desktop' ? 'Chrome' : 'TikTok',
  };
}

/** Traffic without structure, from sites that are not TikTok. */
function backgroundClick(
  index: number,
  random: () => number,
  organizationId: string,
): HistoryEvent {
  const timeMs = START_MS + Math.floor(random() * DAYS * DAY_MS);
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? '';
  const site = pick(['www.google.com', 'duckduckgo.com', 'news.example', 'forum.example', '']);
  return {
    ...emptyEvent(`evt_${hex(0x9000_0000 + index)}`, timeMs, organizationId),
    user_id: `usr_${hex(0x52_0000_0000 + Math.floor(random() * 1_000_000))}`,
    url: '/in/links',
    source: site === '' ? 'direct' : site.replace(/^www\./, ''),
    medium: site === '' ? '' : 'referral',
    referer: site === '' ? '' : `https://${site}/`,
    country: pick(['US', 'CA', 'GB', 'DE', 'FR', 'IN', 'BR']),
    device_type: pick(['mobile', 'desktop', 'desktop', 'tablet']),
    os: pick(['Windows', 'macOS', 'Android', 'iOS']),
    browser: pick(['Chrome', 'Firefox', 'Safari']),
  };
}

function conversionOf(
  click: HistoryEvent | undefined,
  index: number,
  timeMs: number,
): HistoryEvent {
  if (click === undefined) {
    throw new Error(`There is no click for conversion ${index}`);
  }
  // Pairs lie as far above the mean as below it; the last makes up for the mean's rounding.
  const distance = (Math.floor(index / 2) * 37) % 20_000;
  const rest = index === CONVERSIONS - 1 ? REVENUE_CENTS - CONVERSIONS * MEAN_CENTS : 0;
  const cents = MEAN_CENTS + (index % 2 === 0 ? distance : -distance) + rest;
  return {
    ...click,
    event_id: `evt_${hex(0x8000_0000 + index)}`,
    event_time: storedTime(timeMs),
    event_type: 'purchase',
    conversion_event: 'purchase',
    conversion_value: (cents / 100).toFixed(2),
    conversion_currency: 'USD',
    conversion_time: storedTime(timeMs),
    order_id: `ORD-${100_000 + index}`,
    click_event_id: click.event_id,
  };
}

function emptyEvent(eventId: string, timeMs: number, organizationId: string): HistoryEvent {
  return {
    event_id: eventId,
    click_id: eventId,
    event_time: storedTime(timeMs),
    organization_id: organizationId,
    event_type: 'click',
    user_id: '',
    url: '',
    campaign_id: null,
    source: '',
    medium: '',
    referer: '',
    country: '',
    device_type: '',
    os: '',
    browser: '',
    conversion_event: '',
    conversion_value: '0',
    conversion_currency: '',
    conversion_time: null,
    order_id: '',
    click_event_id: '',
  };
}

function storedTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 23);
}

function hex(value: number): string {
  return value.toString(16).padStart(16, '0');
}

/** Mulberry32: small, even, and the same everywhere. Numbers in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
