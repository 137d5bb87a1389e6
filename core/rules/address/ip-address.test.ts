import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { IpAddress } from './ip-address.ts';

function normalised(text: string): string {
  const address = new IpAddress();
  return address.parse(text) ? address.toString() : 'none';
}

/** What Node's URL parser makes of the same address. */
function modelNormalised(text: string): string {
  const withoutZone = text.split('%', 1)[0] ?? '';
  switch (isIP(text)) {
    case 4:
      return text;
    case 6: {
      const host = new URL(`http://[${withoutZone}]/`).hostname.slice(1, -1);
      const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(host);
      if (mapped === null) {
        return host;
      }
      const high = Number.parseInt(mapped[1] ?? '', 16);
      const low = Number.parseInt(mapped[2] ?? '', 16);
      return [high >> 8, high & 255, low >> 8, low & 255].join('.');
    }
    default:
      return 'none';
  }
}

let state = 1;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function randomWord(): string {
  const word = random(3) === 0 ? 0 : random(65_536);
  return word.toString(16).padStart(random(5), '0');
}

/** Addresses of every form, about half of them damaged. */
function randomText(): string {
  let text = Array.from({ length: 4 }, () => random(260)).join('.');
  if (random(3) > 0) {
    const words = Array.from({ length: 5 + random(5) }, randomWord);
    if (random(2) === 0) {
      words.splice(random(words.length), random(words.length), '');
    }
    text = words.join(':') + (random(6) === 0 ? `:${text}` : '');
  }
  if (random(2) === 0) {
    const at = random(text.length);
    text = text.slice(0, at) + ':.0:fg '.charAt(random(7)) + text.slice(at + random(2));
  }
  return random(9) === 0 && text.includes(':') ? `${text}%eth0` : text;
}

describe('IpAddress', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['0000:0000:0000:0000:0000:ffff:7f00:0001', '127.0.0.1'],
    ['::ffff:93.184.216.34', '93.184.216.34'],
    ['::FFFF:93.184.216.34', '93.184.216.34'],
    ['2A02:0908:0000:0000:0000:0000:0000:0001', '2a02:908::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['::1', '::1'],
  ])('%s is written %s', (text, expected) => {
    expect(normalised(text)).toBe(expected);
  });

  test.each(['', '.', ':', '1.2.3', '1.2.3.4.5', '01.2.3.4', '256.1.1.1', '1.2.3.4 ', 'a.b.c.d'])(
    '%j is no address',
    (text) => {
      expect(normalised(text)).toBe('none');
    },
  );

  test.each([
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:',
    'g::1',
    '::1.2.3',
  ])('%j is no address', (text) => {
    expect(normalised(text)).toBe('none');
  });

  test('any text is understood as Node understands it', () => {
    let valid = 0;
    for (let i = 0; i < 50_000; i++) {
      const text = randomText();
      const expected = modelNormalised(text);
      valid += expected === 'none' ? 0 : 1;
      expect(normalised(text), text).toBe(expected);
    }
    expect(valid).toBeGreaterThan(5_000);
  });

  test('a part of a longer text can be parsed', () => {
    const address = new IpAddress();
    expect(address.parse('[2a02::1]:80', 1, 8)).toBe(true);
    expect(address.toString()).toBe('2a02::1');
  });
});
