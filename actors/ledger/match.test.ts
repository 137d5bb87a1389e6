import { expect, test } from 'vitest';
import { nextMatchAtMs } from './match.ts';

const created = 1_718_447_445_000;
const minutes = 60_000;
const days = 86_400_000;

test.each([
  ['just now', 0, 2_000],
  ['less than a minute ago', 59_999, 2_000],
  ['a minute ago', 60_000, 10_000],
  ['ten minutes ago', 10 * minutes, 60_000],
  ['a day ago', days, 60 * minutes],
  ['nearly 90 days ago', 90 * days - 1, 60 * minutes],
  ['in the future, by another clock', -5_000, 2_000],
])(
  'the click of a conversion from %s is looked for again after %d ms of age',
  (_when, age, wait) => {
    expect(nextMatchAtMs(created, created + age)).toBe(created + age + wait);
  },
);

test('after 90 days nobody looks for the click any more', () => {
  expect(nextMatchAtMs(created, created + 90 * days)).toBeUndefined();
});
