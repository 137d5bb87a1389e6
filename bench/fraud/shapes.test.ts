import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { labelledTraffic } from './mixed-hour.ts';
import { replay } from './replay.ts';
import { SHAPES } from './shapes.ts';

/**
 * How many of a crowd, such as a botnet's addresses, may come out as something else: how many addresses
 * an agent has is an estimate, which is up to a tenth off.
 */
const MISSED_SHARE_MAX = 0.05;

/** So that a change of the definition cannot pass unless each kind of traffic still comes out right. */
describe('labelled traffic through the actor and the ledger', () => {
  const { clicks, truth } = labelledTraffic(SHAPES, 5, 1);
  const { shapes } = evaluate(truth, replay(clicks));

  it.each(SHAPES.map((shape) => [shape.name, shape.label, shape] as const))(
    '%s comes out %s',
    (_name, label, shape) => {
      const score = shapes.find((each) => each.shape === shape);
      expect(score?.addresses).toBeGreaterThan(0);
      const missed = (score?.addresses ?? 0) - (score?.[label] ?? 0);
      expect(missed).toBeLessThanOrEqual((score?.addresses ?? 0) * MISSED_SHARE_MAX);
    },
  );
});
