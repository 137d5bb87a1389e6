import type { FraudPattern } from '../../core/fraud/detection.ts';
import { pick } from '../micro/random.ts';
import { BOTNET_AGENT, CRAWLER_AGENT, type People, type Place, SCRIPTED_AGENT } from './people.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** What should become of traffic: `suspicious` is marked and alerted, `blocked` is also answered 403. */
export type Label = 'clean' | 'suspicious' | 'blocked';

export type ShapeClick = {
  /** Since the hour began. */
  atMs: number;
  /** As detections name it. */
  address: string;
  ip: string;
  userAgent: string;
  /** `Accept-Language`. */
  language: string;
  /** '' where the link has none. */
  clickId: string;
  /** From the click to its conversion; null: there is none. */
  convertedAfterMs: number | null;
};

/** A kind of traffic of which it is known what it is. */
export type Shape = {
  name: string;
  label: Label;
  /** The patterns that should find it. */
  patterns: readonly FraudPattern[];
  what: string;
  /** How many of it the mixed hour has. */
  count: number;
  /** One of it: the clicks of one address, or of one botnet or campaign; in no order. */
  make(people: People): ShapeClick[];
};

/** Of a heavy user. */
const SESSION_CLICKS = [4, 6, 8, 11, 15];

/** The seed's example 5. */
export const SCRIPTED_FLOOD = { clicks: 150, intervalMs: 300 };

export const SHAPES: readonly Shape[] = [
  {
    name: 'carrier gateway',
    label: 'clean',
    patterns: [],
    what: '2,000 clicks of 400 phones, by chance',
    count: 3,
    make: (people) => sharedAddress(people, people.carrier(), 2_000, 400),
  },
  {
    name: 'office',
    label: 'clean',
    patterns: [],
    what: '60 clicks of 25 browsers, by chance',
    count: 40,
    make: (people) => sharedAddress(people, people.anywhere(), 60, 25),
  },
  {
    name: 'heavy user',
    label: 'clean',
    patterns: [],
    what: '60 to 120 clicks of one browser, in sessions with pauses',
    count: 40,
    make: heavyUser,
  },
  {
    name: 'newsletter',
    label: 'clean',
    patterns: [],
    what: '3,000 readers within half an hour, most in the first minutes',
    count: 1,
    make: newsletter,
  },
  {
    name: 'price crawler',
    label: 'clean',
    patterns: [],
    what: 'says that it is a bot; 600 clicks, 6 s apart, from a data centre',
    count: 5,
    make: (people) =>
      steady(people, people.dataCentre(), CRAWLER_AGENT, 600, 6 * SECOND_MS, SECOND_MS),
  },
  {
    name: 'slow bot',
    label: 'suspicious',
    patterns: ['single_agent'],
    what: 'one browser, a click a minute, ± 2 s, the whole hour',
    count: 40,
    make: (people) =>
      steady(people, people.household(), people.agent(), 60, MINUTE_MS, 2 * SECOND_MS),
  },
  {
    name: 'botnet',
    label: 'suspicious',
    patterns: ['agent_swarm'],
    what: '500 households, one old browser, 15 clicks each, by chance',
    count: 1,
    make: botnet,
  },
  {
    name: 'click injection',
    label: 'suspicious',
    patterns: [],
    what: '200 phones with one click each, converted after 2 s',
    count: 1,
    make: clickInjection,
  },
  {
    name: 'scripted flood',
    label: 'blocked',
    patterns: ['click_flood', 'single_agent', 'rapid_fire'],
    what: 'one browser, 150 clicks, 0.3 s apart',
    count: 40,
    make: (people) => {
      const { clicks, intervalMs } = SCRIPTED_FLOOD;
      return steady(people, people.household(), SCRIPTED_AGENT, clicks, intervalMs, 20);
    },
  },
];

/** Everybody else: 12,000 visitors with one to four clicks, some of which convert. */
export const VISITORS: Shape = {
  name: 'visitors',
  label: 'clean',
  patterns: [],
  what: 'one to four clicks, minutes apart',
  count: 12_000,
  make: visitor,
};

/** People who share an address: nobody knows of the others. */
function sharedAddress(
  people: People,
  place: Place,
  count: number,
  agentCount: number,
): ShapeClick[] {
  const agents = people.agents(agentCount);
  return Array.from({ length: count }, (_, index) =>
    // Each browser at least once.
    click(place, people.between(0, HOUR_MS), agents[index] ?? pick(people.random, agents)),
  );
}

function heavyUser(people: People): ShapeClick[] {
  const place = people.anywhere();
  const agent = people.agent();
  const wanted = Math.floor(people.between(60, 121));
  const times: number[] = [];
  let atMs = people.between(0, 2 * MINUTE_MS);
  let leftInSession = pick(people.random, SESSION_CLICKS);
  while (times.length < wanted) {
    times.push(atMs);
    leftInSession -= 1;
    if (leftInSession > 0) {
      // Looks at an offer and goes back.
      atMs += 2 * SECOND_MS + people.exponential(9 * SECOND_MS);
    } else {
      leftInSession = pick(people.random, SESSION_CLICKS);
      atMs += MINUTE_MS + people.exponential(3 * MINUTE_MS);
    }
  }
  // Whoever takes longer than an hour takes shorter breaks.
  const squeeze = Math.min(1, (HOUR_MS - 1) / (times.at(-1) ?? 1));
  return times.map((time) => click(place, time * squeeze, agent));
}

function newsletter(people: People): ShapeClick[] {
  const startMs = 20 * MINUTE_MS;
  return Array.from({ length: 3_000 }, () => {
    const place = people.anywhere();
    const agent = people.agent();
    const firstMs = startMs + Math.min(people.exponential(8 * MINUTE_MS), 30 * MINUTE_MS);
    const clicks = people.random() < 0.2 ? 2 : 1;
    return Array.from({ length: clicks }, (_, index) => ({
      ...click(place, firstMs + index * people.between(5, 60) * SECOND_MS, agent),
      clickId: 'newsletter-june',
      convertedAfterMs: conversion(people, 0.02),
    }));
  }).flat();
}

/** One click after the other, whatever happens. @param jitterMs at most so much off, either way */
function steady(
  people: People,
  place: Place,
  agent: string,
  count: number,
  intervalMs: number,
  jitterMs: number,
): ShapeClick[] {
  const spare = Math.max(0, HOUR_MS - count * intervalMs - jitterMs);
  const startMs = jitterMs + people.between(0, spare);
  return Array.from({ length: count }, (_, index) =>
    click(place, startMs + index * intervalMs + people.between(-jitterMs, jitterMs), agent),
  );
}

function botnet(people: People): ShapeClick[] {
  return Array.from({ length: 500 }, () => {
    const place = people.household();
    return Array.from({ length: 15 }, () => click(place, people.between(0, HOUR_MS), BOTNET_AGENT));
  }).flat();
}

/**
 * A program on the phone notices that an app is being installed and sends a click just before it is
 * done: the click comes from a real phone, only its time is impossible.
 */
function clickInjection(people: People): ShapeClick[] {
  return Array.from({ length: 200 }, () => ({
    ...click(people.household(), people.between(0, HOUR_MS), people.rareAgent()),
    convertedAfterMs: people.between(1_700, 2_300),
  }));
}

function visitor(people: People): ShapeClick[] {
  const place = people.anywhere();
  const agent = people.agent();
  const clicks = [1, 1, 1, 1, 1, 2, 2, 3, 4];
  let atMs = people.between(0, 50 * MINUTE_MS);
  return Array.from({ length: pick(people.random, clicks) }, () => {
    atMs = Math.min(HOUR_MS - 1, atMs + people.exponential(2 * MINUTE_MS));
    return { ...click(place, atMs, agent), convertedAfterMs: conversion(people, 0.03) };
  });
}

/** Somebody who fills in a form or a basket first: half a minute at the very least. */
function conversion(people: People, share: number): number | null {
  return people.random() < share ? 30 * SECOND_MS + people.exponential(6 * MINUTE_MS) : null;
}

function click(place: Place, atMs: number, userAgent: string): ShapeClick {
  return {
    atMs,
    address: place.address,
    ip: place.nextIp(),
    userAgent,
    language: place.language,
    clickId: '',
    convertedAfterMs: null,
  };
}
