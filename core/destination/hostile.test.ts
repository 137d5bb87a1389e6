import { describe, expect, test } from 'vitest';
import { compileDestination } from './compile.ts';
import { MACRO_NAMES } from './macros.ts';
import { percentEncode } from './percent-encode.ts';
import { parseQuery } from './query.ts';
import { DESTINATION_BYTES_MAX, type DestinationInput } from './render.ts';

const ROUNDS = 100_000;

let state = 20_240_615;
function random(below: number): number {
  // xorshift32: the low bits are as good as the high ones.
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[random(items.length)];
  if (item === undefined) {
    throw new Error('nothing to pick from');
  }
  return item;
}

const ATTACKS = [
  '//evil.com',
  '/\\evil.com',
  '\\\\evil.com',
  '@evil.com',
  ':pw@evil.com',
  'https://evil.com/',
  'javascript:alert(1)',
  '\r\nSet-Cookie: a=b',
  '\r\n\r\n<script>',
  '\n',
  '\0',
  '\x7f\x1b[0m',
  '\t',
  ' ',
  '..',
  '../../..',
  '.',
  '%2e%2e',
  '%0d%0a',
  '%',
  '%%',
  '%zz',
  '%E9',
  '%C0%AF',
  '%ED%A0%80',
  '%u000d',
  '+',
  '&admin=1',
  '#',
  '?',
  '{click_id}',
  '}',
  "!'()*",
  '"<>`|^',
  '\ud800',
  '\udc00x',
  'é',
  '日本語',
  '😀',
  '\u2028\u2029\ufeff',
  '嘊嘍',
  '\u212a\u017f',
];

function randomBytes(): string {
  const bytes = Array.from({ length: random(24) }, () => random(256));
  return Buffer.from(bytes).toString('latin1');
}

function randomText(): string {
  switch (random(50)) {
    case 0:
      return pick(ATTACKS).repeat(1 + random(200));
    case 1:
      return 'v'.repeat(random(8192));
    case 2:
      return randomBytes();
    case 3:
      return String.fromCharCode(random(65_536), random(65_536), random(65_536));
    default:
      return pick(ATTACKS) + (random(2) === 0 ? pick(ATTACKS) : 'x');
  }
}

/** A value as it may stand in a query: sent raw, well encoded, or half encoded. */
function rawPiece(): string {
  const text = randomText();
  switch (random(4)) {
    case 0:
      return text;
    case 1:
      return percentEncode(text);
    case 2:
      return [...Buffer.from(text)]
        .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
        .join('');
    default:
      return percentEncode(text).replace(/%(?=..)/, '');
  }
}

function randomQuery(): string {
  const names = ['a', 'b', 'click_id', 'source', rawPiece()];
  return Array.from({ length: random(6) }, () => `${pick(names)}=${rawPiece()}`).join('&');
}

function randomClick(): DestinationInput {
  return {
    clickId: randomText(),
    eventId: randomText(),
    userId: randomText(),
    campaignId: random(4) === 0 ? null : randomText(),
    source: randomText(),
    medium: random(4) === 0 ? null : randomText(),
    country: randomText(),
    region: randomText(),
    city: randomText(),
    deviceType: randomText(),
    os: randomText(),
    browser: randomText(),
    language: randomText(),
    occurredAtMs: random(2 ** 31) * 1000,
    query: parseQuery(randomQuery()),
  };
}

const MACROS = [...MACRO_NAMES, 'param.a', 'param.b', 'param.source'];
const TEMPLATES = MACROS.flatMap((macro) => [
  `https://shop.acmecorp.com/{${macro}}`,
  `https://shop.acmecorp.com/{${macro}}/evil.com`,
  `http://shop.acmecorp.com:8080/?{${macro}}=1&a={${macro}}#{${macro}}`,
  `https://shop.acmecorp.com/p?source=x&k=v{${macro}}{${macro}}`,
]);
const PASSTHROUGHS: ReadonlyArray<readonly string[] | 'all'> = [
  [],
  'all',
  ['click_id', 'source'],
  ['a', 'b', 'source', 'ü \r\n//evil.com'],
];

const CASES = TEMPLATES.flatMap((template) =>
  PASSTHROUGHS.map((passthrough) => {
    const outcome = compileDestination(template, passthrough);
    if (outcome.kind === 'refused') {
      throw new Error(`${template}: ${outcome.faults[0]?.message}`);
    }
    return { template, passthrough, destination: outcome.destination };
  }),
);

/** Texts as they are after a trip through UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** `encodeURIComponent`, stricter. */
function modelEncode(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function modelMacro(name: string, input: DestinationInput): string {
  if (name === 'timestamp') {
    return String(input.occurredAtMs / 1000);
  }
  if (name.startsWith('param.')) {
    return input.query.get(name.slice('param.'.length)) ?? '';
  }
  const field = name.replace(/_(.)/, (_, letter: string) => letter.toUpperCase());
  const value: unknown = Reflect.get(input, field);
  return typeof value === 'string' ? value : '';
}

/** The naive way, on the text of the template. */
function modelRender(
  template: string,
  passthrough: readonly string[] | 'all',
  input: DestinationInput,
  withValues: boolean,
): string {
  const { query } = input;
  const sent: Array<[string, string]> = [];
  const clickIdAt = query.indexOf('click_id');
  for (let i = 0; i < query.count; i++) {
    sent.push([query.name(i), i === clickIdAt ? input.clickId : query.value(i)]);
  }
  const named = (name: string): Array<[string, string]> =>
    name === 'click_id' ? [[name, input.clickId]] : sent.filter((pair) => pair[0] === name);
  const passed = passthrough === 'all' ? sent : passthrough.flatMap(named);
  const [, base = '', query0 = '', fragment = ''] =
    /^([^?#]*)(?:\?([^#]*))?(#.*)?$/.exec(template) ?? [];
  const overridden = (text: string) => passed.some(([name]) => name === text.split('=')[0]);
  const own = query0.split('&').filter((text) => text !== '' && !overridden(text));
  const added = passed.map(([name, value]) => `${modelEncode(name)}=${modelEncode(value)}`);
  const fill = (text: string) =>
    text.replace(/\{([^}]*)\}/g, (_, name: string) =>
      withValues ? modelEncode(modelMacro(name, input)) : '',
    );
  const search = [...own.map(fill), ...added].join('&');
  return fill(base) + (search === '' ? '' : `?${search}`) + fill(fragment);
}

function modelLimited(
  template: string,
  passthrough: readonly string[] | 'all',
  input: DestinationInput,
): string {
  const full = modelRender(template, passthrough, input, true);
  if (full.length <= DESTINATION_BYTES_MAX) {
    return full;
  }
  const own = modelRender(template, [], input, true);
  return own.length <= DESTINATION_BYTES_MAX ? own : modelRender(template, [], input, false);
}

describe('a destination under hostile input', () => {
  test(`keeps its origin, is printable ASCII and what the model says, ${ROUNDS} times`, () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { template, passthrough, destination } = pick(CASES);
      const input = randomClick();
      const url = destination.render(input);
      const isSound =
        url.startsWith(`${destination.origin}/`) &&
        /^[\x21-\x7e]*$/.test(url) &&
        url.length <= DESTINATION_BYTES_MAX &&
        new URL(url).origin === destination.origin;
      if (!isSound) {
        expect.fail(`${template} became ${JSON.stringify(url)}`);
      }
      if (url !== modelLimited(template, passthrough, input)) {
        expect(url, template).toBe(modelLimited(template, passthrough, input));
      }
    }
  }, 120_000);

  test('every value comes back by decoding', () => {
    for (let round = 0; round < 20_000; round++) {
      const text = randomText();
      expect(decodeURIComponent(percentEncode(text))).toBe(wellFormed(text));
    }
  });

  test('every parameter handed on comes back by decoding, in its order', () => {
    const outcome = compileDestination('https://shop.acmecorp.com/p', 'all');
    let whole = 0;
    for (let round = 0; round < 20_000 && outcome.kind === 'compiled'; round++) {
      const input = { ...randomClick(), clickId: 'fb_123abc' };
      const url = outcome.destination.render(input);
      const { query } = input;
      const sent: Array<[string, string]> = [];
      for (let i = 0; i < query.count; i++) {
        const value = i === query.indexOf('click_id') ? input.clickId : query.value(i);
        sent.push([wellFormed(query.name(i)), wellFormed(value)]);
      }
      if (url.includes('?')) {
        whole += 1;
        expect([...new URL(url).searchParams]).toEqual(sent);
      }
    }
    expect(whole).toBeGreaterThan(15_000);
  });
});
