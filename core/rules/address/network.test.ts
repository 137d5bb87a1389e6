import { describe, expect, test } from 'vitest';
import { IpAddress } from './ip-address.ts';
import { parseNetwork } from './network.ts';

function address(text: string): IpAddress {
  const parsed = new IpAddress();
  expect(parsed.parse(text), text).toBe(true);
  return parsed;
}

let state = 3;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function randomBits(length: number): string {
  return Array.from({ length }, () => random(2)).join('');
}

function textOfBits(bits: string): string {
  if (bits.length === 32) {
    return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)).join('.');
  }
  const words = bits.match(/.{16}/g) ?? [];
  return words.map((word) => Number.parseInt(word, 2).toString(16)).join(':');
}

describe('parseNetwork', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.1/32', '::ffff:192.0.2.1', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/33', '2001:db8:ffff::1', false],
    ['::1', '::1', true],
    ['::/0', '::1', true],
    ['::ffff:10.0.0.0/104', '10.1.1.1', true],
  ])('%s contains %s: %s', (network, member, expected) => {
    expect(parseNetwork(network)?.contains(address(member))).toBe(expected);
  });

  test.each(['', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '::/129', '10.0.0/8', 'x/8', '::1/08'])(
    '%j is no network',
    (text) => {
      expect(parseNetwork(text)).toBeNull();
    },
  );

  test('membership is equality of the first bits', () => {
    for (let i = 0; i < 20_000; i++) {
      const length = random(2) === 0 ? 32 : 128;
      // Never all zeros before the last word, so that no IPv6 text is an IPv4-mapped one.
      const bits = length === 32 ? randomBits(32) : `1${randomBits(127)}`;
      const prefix = random(length + 1);
      const flipped = random(length);
      const other = [...bits].map((bit, at) => (at === flipped ? 1 - Number(bit) : bit)).join('');
      const member = other.startsWith('1') || length === 32 ? other : bits;
      const network = parseNetwork(`${textOfBits(bits)}/${prefix}`);
      const expected = bits.slice(0, prefix) === member.slice(0, prefix);
      expect(network?.contains(address(textOfBits(member)))).toBe(expected);
    }
  });
});
