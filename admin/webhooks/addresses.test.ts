import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressCheck } from './addresses.ts';
import { readWebhookUrl } from './url.ts';

const isAllowed = createAddressCheck([]);

/** First and last addresses of what must not be reached, so that a range cut short is noticed. */
const REFUSED: readonly [string, readonly string[]][] = [
  ['this network', ['0.0.0.0', '0.255.255.255', '::']],
  ['loopback', ['127.0.0.1', '127.0.0.0', '127.255.255.255', '::1']],
  ['private', ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1']],
  ['unique local', ['fc00::', 'fd00:ec2::254', 'fdff:ffff::1']],
  ['link-local', ['169.254.0.1', '169.254.255.255', 'fe80::1', 'febf::1', 'fe80::1%lo']],
  ['site-local', ['fec0::1', 'feff::1']],
  ['metadata', ['169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192']],
  ['metadata at an address that looks public', ['168.63.129.16']],
  ['carrier-grade NAT', ['100.64.0.0', '100.127.255.255']],
  ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
  ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
  ['benchmarks', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
  ['reserved', ['192.0.0.1', '240.0.0.1', '2001::1', '100::1', '4000::1', '5f00::1']],
  ['IPv4-mapped', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '::ffff:8.8.8.8']],
  ['IPv4-compatible', ['::127.0.0.1', '::7f00:1']],
  ['IPv4-translated', ['::ffff:0:127.0.0.1']],
  ['NAT64', ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::a00:1']],
  ['6to4', ['2002:7f00:1::', '2002:a9fe:a9fe::1']],
  ['Teredo', ['2001:0:4136:e378:8000:63bf:80ff:fffe']],
  ['no address', ['', 'localhost', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', ' 8.8.8.8']],
];

describe('the address check', () => {
  it.each(REFUSED)('refuses %s', (_, addresses) => {
    expect(addresses.filter(isAllowed)).toEqual([]);
  });

  it('lets public addresses pass, those beside refused ranges included', () => {
    const addresses = [
      ...['8.8.8.8', '9.255.255.255', '11.0.0.0', '126.255.255.255', '128.0.0.0', '172.15.255.255'],
      ...['172.32.0.0', '100.63.255.255', '100.128.0.0', '169.253.255.255', '223.255.255.255'],
      ...['168.63.129.15', '2606:4700:4700::1111', '2a00:1450:4001::1'],
    ];
    expect(addresses.filter((address) => !isAllowed(address))).toEqual([]);
  });

  it("refuses this machine's own addresses, public ones too", () => {
    const own = createAddressCheck([], () => new Set(['8.8.8.8', '2a00:1450:4001::1']));
    expect(['8.8.8.8', '2A00:1450:4001:0::1', '8.8.4.4'].filter(own)).toEqual(['8.8.4.4']);
  });

  it("lets the operator's own networks pass, and nothing beside them", () => {
    const own = createAddressCheck(['10.1.0.0/16', '127.0.0.1', 'fd00:1::/64', '::1']);
    expect(['10.1.255.255', '127.0.0.1', 'fd00:1::5', '::1'].every(own)).toBe(true);
    const beside = ['10.2.0.0', '127.0.0.2', 'fd00:1:0:1::1', '::2', '::ffff:127.0.0.1'];
    expect(beside.filter(own)).toEqual([]);
  });
});

const OK_URLS = [
  'https://hooks.example.com/a?b=c',
  'http://hooks.example.com:8080/',
  'https://hooks.example.com:8443/',
  'http://hooks.example.com:1025/',
  'HTTPS://8.8.8.8/',
  'https://[2606:4700:4700::1111]:443/',
];

const BAD_URLS: readonly [string, RegExp][] = [
  ['ftp://hooks.example.com/', /begins with/],
  ['file:///etc/passwd', /begins with/],
  ['gopher://127.0.0.1:6379/_x', /begins with/],
  ['https:hooks.example.com', /begins with/],
  [' https://hooks.example.com/', /begins with/],
  ['https://', /begins with/],
  ['https://user@hooks.example.com/', /user or password/],
  ['https://:secret@hooks.example.com/', /user or password/],
  ['https://hooks.example.com/#a', /fragment/],
  ['http://hooks.example.com:22/', /port/],
  ['http://hooks.example.com:25/', /port/],
  ['http://hooks.example.com:1024/', /port/],
  ['http://hooks.example.com:0/', /port/],
  [`https://hooks.example.com/${'x'.repeat(2_100)}`, /longer/],
  // Loopback and metadata in all spellings that URLs allow.
  ['http://127.0.0.1/', /no public/],
  ['http://127.0.0.1./', /no public/],
  ['http://127.1/', /no public/],
  ['http://2130706433/', /no public/],
  ['http://0x7f000001/', /no public/],
  ['http://0x7f.0x0.0x0.0x1/', /no public/],
  ['http://0177.0.0.1/', /no public/],
  ['http://017700000001/', /no public/],
  ['http://0/', /no public/],
  ['http://%31%32%37.0.0.1/', /no public/],
  ['http://１２７。０。０。１/', /no public/],
  ['http://①②⑦.⓪.⓪.①/', /no public/],
  ['http://169.254.169.254/latest/meta-data/', /no public/],
  ['http://2852039166/', /no public/],
  ['http://0xa9fea9fe/', /no public/],
  ['http://0251.0376.0251.0376/', /no public/],
  ['http://[::1]/', /no public/],
  ['http://[::]/', /no public/],
  ['http://[::ffff:127.0.0.1]/', /no public/],
  ['http://[::ffff:a9fe:a9fe]/', /no public/],
  ['http://[0:0:0:0:0:ffff:7f00:1]/', /no public/],
  ['http://[64:ff9b::7f00:1]/', /no public/],
  ['http://[fe80::1]/', /no public/],
];

describe("a webhook's URL", () => {
  it.each(OK_URLS)('%s is fine', (text) => {
    expect(readWebhookUrl(text, isAllowed)).toBeInstanceOf(URL);
  });

  it.each(BAD_URLS)('%.60s is refused', (text, reason) => {
    expect(readWebhookUrl(text, isAllowed)).toMatch(reason);
  });

  it('is judged by the address it means, however that is spelled', () => {
    const part = (value: number) =>
      fc.constantFrom(
        String(value),
        `0x${value.toString(16)}`,
        `0X${value.toString(16).padStart(4, '0')}`,
        `0${value.toString(8)}`,
        `000${value.toString(8)}`,
      );
    const known = fc.constantFrom(
      0x7f00_0001,
      0xa9fe_a9fe,
      0x0a00_0001,
      0xc0a8_0101,
      0,
      0x6440_0001,
    );
    const any = fc.integer({ min: 0, max: 0xffff_ffff });
    const spelled = fc.oneof(known, any).chain((value) => {
      const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255) as [number, ...number[]];
      const short = [bytes[0], value & 0xff_ffff];
      const texts = [[value], short, bytes].map((parts) =>
        fc.tuple(...parts.map(part)).map((pieces) => pieces.join('.')),
      );
      return fc.tuple(fc.constant(bytes.join('.')), fc.oneof(...texts));
    });
    fc.assert(
      fc.property(spelled, ([plain, text]) => {
        const read = readWebhookUrl(`http://${text}/`, isAllowed);
        expect(read instanceof URL).toBe(isAllowed(plain));
      }),
      { numRuns: 1_000 },
    );
  });
});
