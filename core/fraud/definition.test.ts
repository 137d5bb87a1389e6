import { describe, expect, it } from 'vitest';
import { Random } from '../rules/testing/random.ts';
import {
  agentSwarmConfidence,
  clickFloodConfidence,
  combinedConfidence,
  declaredBotConfidence,
  eventScore,
  patternConfidence,
  rapidFireConfidence,
  regularity,
  singleAgentConfidence,
} from './definition.ts';
import { FRAUD_PATTERNS, type WindowStats } from './detection.ts';
import { DEFAULT_FRAUD_SETTINGS } from './settings.ts';

const NO_AGENT = { addresses: 1, clicks: 1 };

function stats(
  clicks: number,
  agents: number,
  meanIntervalMs: number,
  intervalVariation: number,
): WindowStats {
  return { clicks, agents, clickIds: clicks, meanIntervalMs, intervalVariation };
}

function confidence(window: WindowStats, agent = NO_AGENT): number {
  return combinedConfidence(
    FRAUD_PATTERNS.map((pattern) =>
      patternConfidence(pattern, window, DEFAULT_FRAUD_SETTINGS, agent),
    ),
  );
}

const all = (window: WindowStats) => ({
  flood: clickFloodConfidence(window, DEFAULT_FRAUD_SETTINGS),
  single: singleAgentConfidence(window, DEFAULT_FRAUD_SETTINGS),
  rapid: rapidFireConfidence(window, DEFAULT_FRAUD_SETTINGS),
});

describe('people are not taken for machines', () => {
  it.each([
    ['a carrier’s address', stats(2_000, 400, 1_800, 1)],
    ['a carrier’s address at its busiest', stats(20_000, 2_000, 180, 1)],
    ['an office', stats(60, 25, 60_000, 1.3)],
    ['a campus of a thousand', stats(3_000, 60, 1_200, 1)],
    ['an office at the time of a newsletter', stats(300, 80, 600, 1.2)],
    ['a heavy user', stats(60, 1, 55_000, 1.6)],
    ['a very heavy user', stats(120, 1, 28_000, 1.4)],
    ['a reader of a newsletter', stats(3, 1, 20_000, 0.2)],
    ['a double click', stats(2, 1, 150, 0)],
    ['a nervous finger', stats(12, 1, 700, 0.6)],
  ])('%s stays below 0.8', (_, window) => {
    expect(confidence(window)).toBeLessThan(0.8);
  });
});

describe('machines are', () => {
  it.each([
    ['150 clicks of one agent 0.3 s apart, like clockwork', stats(150, 1, 300, 0), 0.95],
    ['the same at random', stats(150, 1, 300, 1), 0.95],
    ['one click a minute for an hour', stats(59, 1, 60_000, 0.02), 0.8],
    ['the same with a fifth of jitter', stats(59, 1, 60_000, 0.12), 0.8],
    ['a timer whose every click has another agent', stats(500, 500, 7_000, 0.01), 0.8],
  ])('%s', (_, window, above) => {
    expect(confidence(window)).toBeGreaterThan(above);
  });
});

it('patterns begin above their thresholds and not at them', () => {
  expect(all(stats(100, 1, 30_000, 1)).flood).toBe(0);
  expect(all(stats(101, 1, 30_000, 1)).flood).toBeGreaterThan(0);
  expect(all(stats(20, 1, 30_000, 1)).single).toBe(0);
  expect(all(stats(21, 1, 30_000, 1)).single).toBeGreaterThan(0);
  expect(all(stats(21, 2, 30_000, 1)).single).toBe(0);
  expect(all(stats(9, 1, 100, 1)).rapid).toBe(0);
  expect(all(stats(10, 1, 100, 1)).rapid).toBeGreaterThan(0);
  expect(all(stats(10, 1, 1_000, 1)).rapid).toBe(0);
});

it('five intervals are needed to be regular', () => {
  expect(regularity(stats(5, 1, 1_000, 0))).toBe(0);
  expect(regularity(stats(6, 1, 1_000, 0))).toBe(1);
  expect(regularity(stats(60, 1, 1_000, 0.5))).toBe(0);
  expect(regularity(stats(60, 1, 1_000, 3))).toBe(0);
});

it('few clicks are not judged, however low an organisation sets its thresholds', () => {
  const settings = { click_flood_clicks: 1, single_agent_clicks: 1, rapid_fire_clicks: 1 };
  const low = { ...settings, rapid_fire_interval_ms: 10_000 };
  const window = stats(4, 1, 1, 0);
  expect(clickFloodConfidence(window, low)).toBe(0);
  expect(singleAgentConfidence(window, low)).toBe(0);
  expect(rapidFireConfidence(window, low)).toBe(0);
  expect(clickFloodConfidence(stats(5, 1, 1, 0), low)).toBeGreaterThan(0);
});

describe('a swarm of one agent', () => {
  const swarm = { addresses: 200, clicks: 3_000 };

  it('counts for addresses that click as often themselves', () => {
    expect(agentSwarmConfidence(swarm, { clicks: 15, agents: 1 })).toBeGreaterThan(0.9);
    expect(agentSwarmConfidence(swarm, { clicks: 4, agents: 1 })).toBe(0);
    expect(agentSwarmConfidence(swarm, { clicks: 6, agents: 1 })).toBeLessThan(0.8);
  });

  it('is not what the people of a popular browser are', () => {
    const popular = { addresses: 50_000, clicks: 90_000 };
    expect(agentSwarmConfidence(popular, { clicks: 100, agents: 1 })).toBe(0);
  });

  it('needs fifty addresses and says little of one that has many agents', () => {
    const few = { addresses: 49, clicks: 4_900 };
    expect(agentSwarmConfidence(few, { clicks: 100, agents: 1 })).toBe(0);
    expect(agentSwarmConfidence(swarm, { clicks: 2_000, agents: 400 })).toBeLessThan(0.01);
  });
});

it('confidence never falls with clicks and regularity, nor rises with agents and interval', () => {
  const random = new Random(4);
  for (let round = 0; round < 20_000; round++) {
    const window = stats(
      1 + Math.floor(random.next() ** 3 * 3_000),
      1 + Math.floor(random.next() ** 3 * 400),
      random.next() ** 2 * 60_000,
      random.next() * 2,
    );
    const agent = { addresses: 1 + random.next() * 300, clicks: random.next() * 5_000 };
    const value = confidence(window, agent);
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
    const atLeast = [
      { ...window, clicks: window.clicks + 1 },
      { ...window, agents: Math.max(1, window.agents - 1) },
      { ...window, meanIntervalMs: window.meanIntervalMs * random.next() },
      { ...window, intervalVariation: window.intervalVariation * random.next() },
    ];
    for (const more of atLeast) {
      expect(confidence(more, agent), JSON.stringify([window, more])).toBeGreaterThanOrEqual(
        value - 1e-12,
      );
    }
  }
});

describe('an event’s score', () => {
  it('is raised by signals, which never lift it above the threshold of blocks', () => {
    expect(eventScore(0, [], 0.95)).toBe(0);
    expect(eventScore(0, ['bot'], 0.95)).toBeCloseTo(0.3);
    expect(eventScore(0.5, ['bot', 'data_centre'], 0.95)).toBeCloseTo(0.72);
    expect(eventScore(0.9, ['empty_agent', 'impossible_agent', 'data_centre'], 0.95)).toBe(0.95);
    expect(eventScore(0.96, ['bot'], 0.95)).toBeGreaterThan(0.95);
  });

  it('of a declared bot never asks for a block', () => {
    expect(declaredBotConfidence(0.99, 0.95)).toBe(0.8);
    expect(declaredBotConfidence(0.99, 0.7)).toBe(0.7);
    expect(declaredBotConfidence(0.4, 0.95)).toBe(0.4);
  });
});
