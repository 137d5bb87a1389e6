import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../core/destination/query.ts';
import { SourceLookup } from './source.ts';

const lookup = new SourceLookup(100);
const HOST = 'track.acmecorp.com:8080';

function resolve(query: string, referer: string): [string, string | null] {
  const { source, medium } = lookup.resolve(parseQuery(query), referer, HOST);
  return [source, medium];
}

describe('SourceLookup', () => {
  test.each([
    ['source=facebook&medium=cpc&utm_source=google&utm_medium=x', 'facebook', 'cpc'],
    ['utm_source=newsletter&utm_medium=email', 'newsletter', 'email'],
    ['source=&utm_source=newsletter', 'newsletter', null],
    ['source=face%20book', 'face book', null],
    ['source=facebook', 'facebook', null],
    ['medium=cpc', 'google', 'cpc'],
    ['', 'google', 'organic'],
  ])('query %j with a referer of Google gives %s, %s', (query, source, medium) => {
    expect(resolve(query, 'https://www.google.com/')).toEqual([source, medium]);
  });

  test.each([
    ['https://www.google.co.uk/search?q=x', 'google', 'organic'],
    ['https://google.com.br', 'google', 'organic'],
    ['android-app://com.google.android.googlequicksearchbox/', 'google', 'organic'],
    ['https://www.bing.com/', 'bing', 'organic'],
    ['https://de.search.yahoo.com/', 'yahoo', 'organic'],
    ['https://yandex.ru/', 'yandex', 'organic'],
    ['https://duckduckgo.com/', 'duckduckgo', 'organic'],
    ['https://vm.tiktok.com/ZM1/', 'vm.tiktok.com', 'social'],
    ['https://www.tiktok.com/', 'tiktok.com', 'social'],
    ['https://l.facebook.com/l.php?u=x', 'facebook.com', 'social'],
    ['https://www.facebook.com/', 'facebook.com', 'social'],
    ['https://t.co/abc', 'x.com', 'social'],
    ['https://out.reddit.com/', 'reddit.com', 'social'],
    ['android-app://com.linkedin.android/', 'linkedin.com', 'social'],
    ['https://mail.google.com/mail/u/0/', 'mail.google.com', 'email'],
    ['https://docs.google.com/', 'docs.google.com', 'referral'],
    ['https://google.evil.example/', 'google.evil.example', 'referral'],
    ['https://notfacebook.com/', 'notfacebook.com', 'referral'],
    ['https://WWW.News.Example:8443/a?b#c', 'news.example', 'referral'],
    ['https://user:pass@news.example:1/', 'news.example', 'referral'],
    ['http://[2001:db8::1]:80/', '[2001:db8::1]', 'referral'],
  ])('a referer of %s gives %s, %s', (referer, source, medium) => {
    expect(resolve('', referer)).toEqual([source, medium]);
    expect(resolve('', referer)).toEqual([source, medium]);
  });

  test.each([
    '',
    'https://track.acmecorp.com/in/summer_sale',
    'https://track.acmecorp.com:8080/',
    'about:blank',
    'garbage',
    '://x',
    'https://',
    'https://a b/',
    'https://bücher.example/',
    `https://${'a'.repeat(300)}.com/`,
  ])('a referer of %.50j is no referer', (referer) => {
    expect(resolve('', referer)).toEqual(['direct', null]);
  });

  test('a host that only begins like ours is a referer', () => {
    expect(resolve('', 'https://track.acmecorp.co/')).toEqual(['track.acmecorp.co', 'referral']);
  });

  test('over-long values are cut', () => {
    expect(resolve(`source=${'a'.repeat(300)}`, '')[0]).toHaveLength(256);
  });

  test('the encoding is that of a String and a Nullable(String)', () => {
    const cpc = lookup.resolve(parseQuery('source=fb&medium=cpc'), '', HOST);
    expect([...cpc.encoded]).toEqual([2, 102, 98, 0, 3, 99, 112, 99]);
    const direct = lookup.resolve(parseQuery(''), '', HOST);
    expect([...direct.encoded]).toEqual([6, 100, 105, 114, 101, 99, 116, 1]);
  });

  test('mediums beyond those that are kept are still right', () => {
    for (let i = 0; i < 100; i++) {
      expect(resolve(`source=many&medium=m${i}`, '')).toEqual(['many', `m${i}`]);
    }
  });

  test('the referring domain is known whatever the query says', () => {
    expect(lookup.refererDomain('https://www.News.example/x')).toBe('news.example');
    expect(lookup.refererDomain('')).toBe('');
  });
});
