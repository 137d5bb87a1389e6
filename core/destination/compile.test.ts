import { describe, expect, test } from 'vitest';
import { compileDestination, TEMPLATE_BYTES_MAX } from './compile.ts';

function faultsOf(template: string, passthrough: string[] | 'all' = []): string[] {
  const outcome = compileDestination(template, passthrough);
  return outcome.kind === 'refused' ? outcome.faults.map((fault) => fault.message) : [];
}

describe('compileDestination', () => {
  test.each([
    'https://shop.acmecorp.com/summer-sale',
    'http://shop.acmecorp.com',
    'https://shop.acmecorp.com?x={click_id}',
    'https://shop.acmecorp.com#{city}',
    'HTTPS://SHOP.acmecorp.com:8443/{param.sub1}/{param.utm_source}?{param.a}={param.b}&c#{os}',
    'https://bücher.example/straße?q=ä',
    'https://[2001:db8::1]/x',
    'https://shop.acmecorp.com/a%20b',
    'https://shop.acmecorp.com/a/../b/{source}',
  ])('%s is fine', (template) => {
    expect(faultsOf(template)).toEqual([]);
  });

  test.each([
    ['', /must begin with 'http/],
    ['shop.acmecorp.com/x', /must begin with 'http/],
    ['//shop.acmecorp.com/x', /must begin with 'http/],
    ['ftp://shop.acmecorp.com/x', /must begin with 'http/],
    ['javascript:alert(1)', /must begin with 'http/],
    ['data:text/html,x', /must begin with 'http/],
    ['https:shop.acmecorp.com', /must begin with 'http/],
    ['{param.url}', /must begin with 'http/],
    ['http{param.s}://shop.acmecorp.com/', /must begin with 'http/],
    ['https://{param.host}/x', /macro in its host/],
    ['https://shop.acmecorp.com{click_id}', /macro in its host/],
    ['https://shop.acmecorp.com:{param.port}/', /macro in its host/],
    ['https://{source}@shop.acmecorp.com/', /macro in its host/],
    ['https://shop.acmecorp.com@evil.com/', /user or password/],
    ['https://user:secret@shop.acmecorp.com/', /user or password/],
    ['https:///shop.acmecorp.com/', /no host/],
    ['https://', /no host/],
    ['https://exa mple.com/', /blank or a control/],
    ['https://shop.acmecorp.com/\r\nSet-Cookie: a=b', /blank or a control/],
    ['https://shop.acmecorp.com/\0', /blank or a control/],
    ['https://shop.acmecorp.com/\u2028', /blank or a control/],
    ['https://shop.acmecorp.com\\@evil.com/', /takes? for '\/'/],
    ['https://shop.acmecorp.com/%', /'%' without/],
    ['https://shop.acmecorp.com/%0{param.x}', /'%' without/],
    ['https://shop.acmecorp.com/%{param.x}', /'%' without/],
    ['https://shop.acmecorp.com/{clickid}', /\{clickid\} is no macro/],
    ['https://shop.acmecorp.com/{CLICK_ID}', /is no macro/],
    ['https://shop.acmecorp.com/{}', /is no macro/],
    ['https://shop.acmecorp.com/{param.}', /is no macro/],
    ['https://shop.acmecorp.com/{__proto__}', /is no macro/],
    ['https://shop.acmecorp.com/{click_id', /'\{' without/],
    ['https://shop.acmecorp.com/click_id}', /'\}' without/],
    ['https://shop.acmecorp.com/{{click_id}}', /is no macro/],
    ['https://shop.acmecorp.com/{param.x}/../y', /removes/],
    ['https://shop.acmecorp.com:99999/', /no URL/],
    ['https://a..b%00/', /no URL/],
    [`https://shop.acmecorp.com/${'a'.repeat(TEMPLATE_BYTES_MAX)}`, /longer than/],
    [`https://shop.acmecorp.com/${'é'.repeat(1500)}`, /longer than/],
  ])('%j is refused', (template, reason) => {
    expect(faultsOf(template)).toContainEqual(expect.stringMatching(reason));
  });

  test('every fault is told at once', () => {
    expect(faultsOf('ftp://x y/{foo}/{bar}/%', ['', 'a'.repeat(200)])).toHaveLength(7);
  });

  test('too many names to pass are refused', () => {
    const names = Array.from({ length: 51 }, (_, i) => `p${i}`);
    expect(faultsOf('https://shop.acmecorp.com/', names)).toHaveLength(1);
  });

  test('the origin is known', () => {
    const outcome = compileDestination('HTTPS://Shop.AcmeCorp.com:443/x', 'all');
    expect(outcome.kind === 'compiled' && outcome.destination.origin).toBe(
      'https://shop.acmecorp.com',
    );
  });
});
