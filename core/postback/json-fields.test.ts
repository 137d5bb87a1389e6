import { expect, test } from 'vitest';
import { readJsonFields } from './json-fields.ts';

/** Deterministic: every run walks the same objects. */
function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const texts = [
  '',
  'a',
  '"',
  '\\',
  '\\"',
  '}',
  '{',
  ']',
  ',',
  ':',
  'ü',
  '\n',
  '\u0000',
  '🎉',
  'null',
];

function randomValue(random: () => number, depth: number): unknown {
  const pick = Math.floor(random() * (depth > 3 ? 4 : 6));
  const text = () => texts[Math.floor(random() * texts.length)] ?? '';
  if (pick === 0) return `${text()}${text()}`;
  if (pick === 1) return Math.floor(random() * 1e6) / 100;
  if (pick === 2) return random() < 0.5;
  if (pick === 3) return null;
  const children = Array.from({ length: Math.floor(random() * 4) }, () => [
    `${text()}${text()}`,
    randomValue(random, depth + 1),
  ]);
  return pick === 4 ? children.map(([, value]) => value) : Object.fromEntries(children);
}

test('the scanner agrees with JSON.parse on random objects in any layout', () => {
  const random = randomSource(20_240_615);
  for (let round = 0; round < 2_000; round += 1) {
    const members = Array.from({ length: 5 }, (_, index) => [
      `${index}${texts[Math.floor(random() * texts.length)]}`,
      randomValue(random, 0),
    ]);
    const object: Record<string, unknown> = Object.fromEntries(members);
    const source = JSON.stringify(object, null, round % 3 === 0 ? ' \t\r\n' : round % 3);
    const fields = readJsonFields(source);
    if ('fault' in fields) throw new Error(fields.fault);
    const read = fields.map(({ name, type, text }) => [
      name,
      type === 'string' ? text : JSON.parse(text),
    ]);
    const sent = Object.entries(object).filter(([, value]) => value !== null);
    expect(read).toEqual(sent);
  }
});

test('an object with 10,000 levels is read', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const fields = readJsonFields(`{"deep":${deep},"b":1}`);
  expect(Array.isArray(fields) && fields.map(({ name }) => name)).toEqual(['deep', 'b']);
});
