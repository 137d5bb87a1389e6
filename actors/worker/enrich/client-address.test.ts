import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../core/rules/address/ip-address.ts';
import { TrustedProxies } from './client-address.ts';

const proxies = new TrustedProxies(['10.0.0.0/8', '127.0.0.1', '::1', '2001:db8:aaaa::/48']);

/** The address as text, which must be that of the parsed one too. */
function read(trusted: TrustedProxies, peer: string, forwardedFor: string): string {
  const parsed = addressOf('203.0.113.200');
  const text = trusted.clientAddress(peer, forwardedFor, parsed);
  expect(parsed.toString()).toBe(text);
  return text;
}

describe('TrustedProxies', () => {
  test('without proxies the header counts for nothing', () => {
    const none = new TrustedProxies([]);
    expect(read(none, '192.0.2.7', '203.0.113.5')).toBe('192.0.2.7');
    expect(read(none, '0000:0000:0000:0000:0000:ffff:c000:0207', '203.0.113.5')).toBe('192.0.2.7');
    expect(read(none, '2a02:0908:0000:0000:0000:0000:0000:0001', '')).toBe('2a02:908::1');
    expect(read(none, '', '203.0.113.5')).toBe('');
  });

  test('the header of a peer that is no proxy counts for nothing', () => {
    expect(read(proxies, '192.0.2.7', '203.0.113.5')).toBe('192.0.2.7');
  });

  test.each([
    ['one proxy', '127.0.0.1', '203.0.113.5', '203.0.113.5'],
    [
      'a proxy that is known by its mapped address',
      '::ffff:127.0.0.1',
      '203.0.113.5',
      '203.0.113.5',
    ],
    ['an entry that the visitor forged', '127.0.0.1', '1.1.1.1, 203.0.113.5', '203.0.113.5'],
    ['several proxies', '127.0.0.1', '203.0.113.5, 10.1.1.1,10.2.2.2', '203.0.113.5'],
    ['proxies only', '127.0.0.1', '10.9.9.9, 10.1.1.1', '10.9.9.9'],
    ['ports', '127.0.0.1', '203.0.113.5:4711', '203.0.113.5'],
    ['brackets', '127.0.0.1', '[2A02:908::1]', '2a02:908::1'],
    ['brackets and port', '127.0.0.1', '[2a02:908::1]:443', '2a02:908::1'],
    ['IPv6 without brackets', '::1', '2a02:908::1, 2001:db8:aaaa::9', '2a02:908::1'],
    ['mapped IPv6', '127.0.0.1', '::ffff:203.0.113.5', '203.0.113.5'],
    ['blanks', '127.0.0.1', ' \t203.0.113.5 \t', '203.0.113.5'],
  ])('reads through %s', (_, peer, header, expected) => {
    expect(read(proxies, peer, header)).toBe(expected);
  });

  test.each([
    ['garbage next to the peer', '203.0.113.5, unknown', '127.0.0.1'],
    ['garbage behind a proxy', '203.0.113.5, unknown, 10.1.1.1', '10.1.1.1'],
    ['an empty entry', '203.0.113.5,, 10.1.1.1', '10.1.1.1'],
    ['a port that is none', '203.0.113.5:http', '127.0.0.1'],
    ['a bracket that is not closed', '[2a02::1', '127.0.0.1'],
    ['text after a bracket', '[2a02::1]x', '127.0.0.1'],
    ['a script', '<script>', '127.0.0.1'],
  ])('stops at %s', (_, header, expected) => {
    expect(read(proxies, '127.0.0.1', header)).toBe(expected);
  });

  test('a network that is none is named', () => {
    expect(() => new TrustedProxies(['10.0.0.0/8', 'proxy.local'])).toThrow(/proxy\.local/);
  });
});
