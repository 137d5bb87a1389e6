import { describe, expect, it } from 'vitest';
import type { FraudPattern } from '../../core/fraud/detection.ts';
import { evaluate, type Outcome, precision, recall } from './evaluate.ts';
import { labelledTraffic, mixedHour } from './mixed-hour.ts';
import { HOUR_MS, SHAPES, type Shape } from './shapes.ts';

const shape = (name: string): Shape => SHAPES.find((each) => each.name === name) as Shape;

function outcome(score: number, isBlocked: boolean, ...patterns: FraudPattern[]): Outcome {
  return { score, isSuspicious: score > 0.8, isBlocked, patterns: new Set(patterns) };
}

describe('evaluate', () => {
  const truth = new Map([
    ['office', shape('office')],
    ['crawler', shape('price crawler')],
    ['slow', shape('slow bot')],
    ['flood', shape('scripted flood')],
    ['missed', shape('scripted flood')],
  ]);
  const outcomes = new Map([
    ['crawler', outcome(0.9, false, 'single_agent')],
    ['slow', outcome(0.85, false, 'single_agent')],
    ['flood', outcome(1, true, 'single_agent', 'rapid_fire')],
  ]);
  const result = evaluate(truth, outcomes);

  it('counts how the addresses of each shape came out, those without an outcome as clean', () => {
    const floods = result.shapes.find((score) => score.shape.name === 'scripted flood');
    expect(floods).toMatchObject({ addresses: 2, clean: 1, blocked: 1, correct: 1, scoreMin: 0 });
    const offices = result.shapes.find((score) => score.shape.name === 'office');
    expect(offices).toMatchObject({ addresses: 1, clean: 1, correct: 1 });
  });

  it('rates what was flagged and what was blocked', () => {
    expect(precision(result.suspicious)).toBeCloseTo(2 / 3);
    expect(recall(result.suspicious)).toBeCloseTo(2 / 3);
    expect(precision(result.blocked)).toBe(1);
    expect(recall(result.blocked)).toBe(0.5);
  });

  it('rates each pattern by the shapes that name it', () => {
    const [single] = result.patterns.filter(({ pattern }) => pattern === 'single_agent');
    expect(single?.rating).toEqual({ found: 3, right: 2, wanted: 3, caught: 2 });
  });
});

describe('labelled traffic', () => {
  it('is the same for the same seed, in order of time and within an hour', () => {
    const [first, again] = [labelledTraffic(SHAPES, 7, 1), labelledTraffic(SHAPES, 7, 1)];
    expect(again.hash).toBe(first.hash);
    expect(labelledTraffic(SHAPES, 8, 1).hash).not.toBe(first.hash);
    const times = first.clicks.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(HOUR_MS);
  });

  it('has in the mixed hour every shape, and most addresses are clean', () => {
    const { truth } = mixedHour(1);
    expect(new Set(truth.values()).size).toBe(SHAPES.length + 1);
    const clean = [...truth.values()].filter(({ label }) => label === 'clean').length;
    expect(clean / truth.size).toBeGreaterThan(0.9);
  });
});
