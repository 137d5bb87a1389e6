import { describe, expect, test } from 'vitest';
import { compileDestination } from './compile.ts';
import { parseQuery } from './query.ts';
import {
  type CompiledDestination,
  DESTINATION_BYTES_MAX,
  type DestinationInput,
} from './render.ts';

function compiled(template: string, passthrough: string[] | 'all' = []): CompiledDestination {
  const outcome = compileDestination(template, passthrough);
  if (outcome.kind === 'refused') {
    throw new Error(outcome.faults.map((fault) => fault.message).join('; '));
  }
  return outcome.destination;
}

function click(query: string, changes: Partial<DestinationInput> = {}): DestinationInput {
  return {
    clickId: 'fb_123abc',
    eventId: 'evt_9876543210fedcba',
    userId: 'usr_1234567890abcdef',
    campaignId: 'summer_sale',
    source: 'facebook',
    medium: 'cpc',
    country: 'US',
    region: 'CA',
    city: 'San Francisco',
    deviceType: 'mobile',
    os: 'iOS',
    browser: 'Safari',
    language: 'en-US',
    occurredAtMs: 1_718_447_445_123,
    query: parseQuery(query),
    ...changes,
  };
}

const SHOP = 'https://shop.acmecorp.com/summer-sale';

describe('handing parameters on', () => {
  test('the first practical example comes out exactly', () => {
    const query = 'click_id=fb_123abc&source=facebook&medium=cpc&utm_campaign=summer2024';
    expect(compiled(SHOP, ['click_id', 'source']).render(click(query))).toBe(
      'https://shop.acmecorp.com/summer-sale?click_id=fb_123abc&source=facebook',
    );
  });

  test.each<[what: string, template: string, passed: string[] | 'all', query: string, out: string]>(
    [
      ['nothing when nothing is asked for', SHOP, [], 'a=1', SHOP],
      [
        'names that are there, in the order of the list',
        SHOP,
        ['b', 'x', 'a'],
        'a=1&b=2',
        `${SHOP}?b=2&a=1`,
      ],
      ['the click id that was made up', SHOP, ['click_id'], '', `${SHOP}?click_id=fb_123abc`],
      [
        'the effective click id for an empty one',
        SHOP,
        ['click_id'],
        'click_id=',
        `${SHOP}?click_id=fb_123abc`,
      ],
      ['duplicates of a name', SHOP, ['t'], 't=1&u=2&t=3', `${SHOP}?t=1&t=3`],
      ['a name that is listed twice, once', SHOP, ['t', 't'], 't=1', `${SHOP}?t=1`],
      ['all in their order with duplicates', SHOP, 'all', 'b=1&a=2&b=3', `${SHOP}?b=1&a=2&b=3`],
      ['all: no click id that was not sent', SHOP, 'all', '', SHOP],
      [
        'all: the effective click id for an empty one',
        SHOP,
        'all',
        'click_id=&a=1',
        `${SHOP}?click_id=fb_123abc&a=1`,
      ],
      ['names that need encoding', SHOP, ['a b'], 'a+b=c+d', `${SHOP}?a%20b=c%20d`],
      ['bad percent-encoding as text', SHOP, 'all', 'a=%zz', `${SHOP}?a=%25zz`],
      ['after the template’s own query', `${SHOP}?k=v`, ['a'], 'a=1', `${SHOP}?k=v&a=1`],
      ['before the fragment', `${SHOP}?k=v#f`, ['a'], 'a=1', `${SHOP}?k=v&a=1#f`],
      ['before the fragment, without query', `${SHOP}#f`, ['a'], 'a=1', `${SHOP}?a=1#f`],
      [
        'instead of a parameter of the template',
        `${SHOP}?a=0&k=v`,
        ['a'],
        'a=1',
        `${SHOP}?k=v&a=1`,
      ],
      [
        'nothing instead of the template’s, when absent',
        `${SHOP}?a=0&k=v`,
        ['a'],
        'b=1',
        `${SHOP}?a=0&k=v`,
      ],
      ['instead of an encoded name', `${SHOP}?%61=0`, ['a'], 'a=1', `${SHOP}?a=1`],
      [
        'all: instead of the template’s',
        `${SHOP}?a=0&k={os}`,
        'all',
        'a=1&c=2',
        `${SHOP}?k=iOS&a=1&c=2`,
      ],
      ['beside a name made by a macro', `${SHOP}?{param.a}=0`, ['a'], 'a=a', `${SHOP}?a=0&a=a`],
      ['behind an empty query', `${SHOP}?`, ['a'], 'a=1', `${SHOP}?a=1`],
      ['behind a query that ends in &', `${SHOP}?k=v&`, ['a'], 'a=1', `${SHOP}?k=v&a=1`],
    ],
  )('%s', (_, template, passed, query, out) => {
    expect(compiled(template, passed).render(click(query))).toBe(out);
  });
});

describe('macros', () => {
  test.each([
    ['click_id', 'fb_123abc'],
    ['event_id', 'evt_9876543210fedcba'],
    ['user_id', 'usr_1234567890abcdef'],
    ['campaign_id', 'summer_sale'],
    ['source', 'facebook'],
    ['medium', 'cpc'],
    ['country', 'US'],
    ['region', 'CA'],
    ['city', 'San%20Francisco'],
    ['device_type', 'mobile'],
    ['os', 'iOS'],
    ['browser', 'Safari'],
    ['language', 'en-US'],
    ['timestamp', '1718447445'],
    ['param.sub', 'x%2Fy'],
    ['param.none', ''],
  ])('{%s} works in path, query and fragment', (macro, value) => {
    const destination = compiled(`https://a.example/p-{${macro}}?q={${macro}}#f-{${macro}}`);
    expect(destination.render(click('sub=x%2Fy'))).toBe(
      `https://a.example/p-${value}?q=${value}#f-${value}`,
    );
  });

  test('what is not known is empty', () => {
    const input = click('', { campaignId: null, medium: null });
    expect(compiled(`${SHOP}?c={campaign_id}&m={medium}`).render(input)).toBe(`${SHOP}?c=&m=`);
  });

  test('a macro’s name in the template’s text is text', () => {
    expect(compiled(`${SHOP}?macro0x={os}&macro1x=1`).render(click(''))).toBe(
      `${SHOP}?macro0x=iOS&macro1x=1`,
    );
  });

  test.each(['//evil.com', '/\\evil.com', '@evil.com', '..', '../..', '.', '', '?x#y', ':80'])(
    'a value of %j cannot lead elsewhere',
    (value) => {
      const query = `x=${encodeURIComponent(value)}`;
      for (const template of [
        '/{param.x}',
        '/{param.x}/evil.com',
        '/{param.x}{param.x}',
        '?{param.x}',
      ]) {
        const url = compiled(`https://a.example${template}`).render(click(query));
        expect(new URL(url).origin).toBe('https://a.example');
      }
    },
  );
});

describe('the limit of length', () => {
  const long = 'v'.repeat(7_000);

  test('a URL that is too long loses what was handed on', () => {
    const destination = compiled(`${SHOP}?k={param.k}`, ['a', 'b']);
    expect(destination.render(click(`a=${long}&k=1`)).length).toBeGreaterThan(7_000);
    expect(destination.render(click(`a=${long}&b=${long}&k=1`))).toBe(`${SHOP}?k=1`);
  });

  test('and, if need be, the values of its macros', () => {
    const destination = compiled(`${SHOP}?k={param.a}&l={param.a}&os={os}#{os}`, ['a']);
    expect(destination.render(click(`a=${long}`))).toBe(`${SHOP}?k=&l=&os=#`);
  });

  test('exactly the limit is not too long', () => {
    const room = DESTINATION_BYTES_MAX - `${SHOP}?a=`.length;
    const destination = compiled(SHOP, 'all');
    expect(destination.render(click(`a=${'v'.repeat(room)}`))).toHaveLength(DESTINATION_BYTES_MAX);
    expect(destination.render(click(`a=${'v'.repeat(room + 1)}`))).toBe(SHOP);
  });
});
