import { expect, it } from 'vitest';
import { WeightedChoice } from './weighted-choice.ts';

const VISITORS = Array.from(
  { length: 60_000 },
  (_, number) => `usr_${(number * 2_654_435_761).toString(16).padStart(16, '0')}`,
);
const SALT = 'summer_sale\nrule_1';

function choicesOf(weights: Record<string, number>, salt = SALT): string[] {
  const names = Object.keys(weights);
  const choice = new WeightedChoice(names, Object.values(weights), salt);
  return VISITORS.map((visitor) => names[choice.of(visitor)] ?? '?');
}

const shareOf = (choices: string[], name: string) =>
  choices.filter((choice) => choice === name).length / choices.length;

it('visitors are split by weight', () => {
  const choices = choicesOf({ a: 70, b: 20, c: 10 });
  // Four standard deviations of 60,000 draws are below 0.008.
  expect(Math.abs(shareOf(choices, 'a') - 0.7)).toBeLessThan(0.008);
  expect(Math.abs(shareOf(choices, 'b') - 0.2)).toBeLessThan(0.008);
  expect(Math.abs(shareOf(choices, 'c') - 0.1)).toBeLessThan(0.008);
});

it('a raised weight only draws visitors to its choice, as few as possible', () => {
  const before = choicesOf({ a: 50, b: 50 });
  const after = choicesOf({ a: 60, b: 40 });
  const moved = before.filter((choice, index) => choice !== after[index]);
  expect(new Set(moved)).toEqual(new Set(['b']));
  expect(Math.abs(moved.length / VISITORS.length - 0.1)).toBeLessThan(0.008);
});

it('a choice that is taken out is left by its own visitors only, whatever the order', () => {
  const before = choicesOf({ a: 50, b: 30, c: 20 });
  const after = choicesOf({ c: 20, a: 50 });
  before.forEach((choice, index) => {
    if (choice !== 'b') {
      expect(after[index]).toBe(choice);
    }
  });
});

it('two rules split independently of each other', () => {
  const one = choicesOf({ a: 50, b: 50 });
  const other = choicesOf({ a: 50, b: 50 }, 'summer_sale\nrule_2');
  const same = one.filter((choice, index) => choice === other[index]).length;
  expect(Math.abs(same / VISITORS.length - 0.5)).toBeLessThan(0.01);
});

it('the same URL twice gets the sum of its weights', () => {
  const choice = new WeightedChoice(['a', 'a', 'b'], [25, 25, 50], SALT);
  const counts = [0, 0, 0];
  for (const visitor of VISITORS) {
    const index = choice.of(visitor);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  expect(counts.map((count) => Math.round((count / VISITORS.length) * 20))).toEqual([5, 5, 10]);
});
