import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../../core/entry-file.ts';
import { addressOf } from '../../../../core/rules/address/ip-address.ts';
import {
  type DataCentreBuffers,
  dataCentreBounds,
  loadDataCentreBuffers,
} from './data-centre-buffers.ts';
import { DataCentres } from './data-centres.ts';

const source = dirname(createRequire(import.meta.url).resolve('@ip-location-db/asn/package.json'));
const list = readFileSync(
  join(projectRoot, 'actors/worker/fraud/signals/hosting-providers.txt'),
  'utf8',
);
const providers = new Map(
  [...list.matchAll(/^(\d+) (.*)$/gm)].map(([, number = '', name = '']) => [number, name]),
);

type Network = { first: bigint; last: bigint; number: string; name: string };

function networks(file: string): Network[] {
  return readFileSync(join(source, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [first = '', last = '', number = '', ...name] = line.split(',');
      return { first: BigInt(first), last: BigInt(last), number, name: name.join(',') };
    });
}

const v4Text = (value: bigint) =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
const v6Text = (value: bigint) =>
  Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  ).join(':');

describe('the file that the build makes', () => {
  let buffers: DataCentreBuffers;
  let dataCentres: DataCentres;
  let v4: Network[];
  let v6: Network[];

  beforeAll(() => {
    buffers = loadDataCentreBuffers();
    dataCentres = new DataCentres(buffers);
    v4 = networks('asn-ipv4-num.csv');
    v6 = networks('asn-ipv6-num.csv');
  });

  test('is held in memory that threads share', () => {
    expect(buffers.file).toBeInstanceOf(SharedArrayBuffer);
    expect(buffers.heads).toBeInstanceOf(SharedArrayBuffer);
  });

  test('has ascending bounds, in pairs', () => {
    const bounds = dataCentreBounds(buffers.file);
    const v6Bounds = [...bounds.v6High].map(
      (high, index) => (BigInt(high) << 32n) | BigInt(bounds.v6Low[index] ?? 0),
    );
    for (const all of [[...bounds.v4].map(BigInt), v6Bounds]) {
      expect(all.length % 2).toBe(0);
      expect(all.length).toBeGreaterThan(1_000);
      expect(all.every((bound, index) => index === 0 || bound > (all[index - 1] ?? 0n))).toBe(true);
    }
  });

  test.each([
    ['52.94.236.248', true],
    ['3.5.140.2', true],
    ['20.38.98.100', true],
    ['34.64.82.64', true],
    ['142.93.0.1', true],
    ['95.216.0.1', true],
    ['::ffff:95.216.0.1', true],
    ['51.68.0.1', true],
    ['2600:1f18:1234::1', true],
    ['2a01:4f8::1', true],
    ['2a01:04F8:0:0::1', true],
    ['2001:41d0:1::1', true],
    // Comcast, Deutsche Telekom, Vodafone, NTT, Reliance Jio: access.
    ['73.0.0.1', false],
    ['87.128.0.1', false],
    ['90.186.0.1', false],
    ['153.128.0.1', false],
    ['49.32.0.1', false],
    ['2003::1', false],
    ['2601::1', false],
    // iCloud Private Relay by Akamai, WARP by Cloudflare, Googlebot: people and crawlers.
    ['172.224.226.1', false],
    ['104.28.0.1', false],
    ['66.249.64.1', false],
    // Nobody's.
    ['127.0.0.1', false],
    ['10.0.0.1', false],
    ['0.0.0.0', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', false],
    ['no address', false],
    ['', false],
  ])('says of %s: %s', (ip, expected) => {
    expect(dataCentres.has(addressOf(ip))).toBe(expected);
  });

  test.each([
    ['IPv4', () => v4, v4Text, 0n],
    ['IPv6, by /64', () => v6, v6Text, 64n],
  ] as const)(
    'answers like the list at both edges of every network of %s',
    (_what, all, text, bits) => {
      const edgesInside = new Set<bigint>();
      for (const { first, last, number } of all()) {
        if (providers.has(number)) edgesInside.add(first >> bits).add(last >> bits);
      }
      // Of the many others, one in ten.
      const asked = all().filter(({ number }, index) => providers.has(number) || index % 10 === 0);
      const wrong = asked
        .flatMap(({ first, last }) => [first, last])
        .filter((edge) => dataCentres.has(addressOf(text(edge))) !== edgesInside.has(edge >> bits));
      expect(wrong.map(text)).toEqual([]);
    },
  );

  test('answers like a naive search for random addresses', () => {
    let state = 11;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state;
    };
    const hosting = v4.filter(({ number }) => providers.has(number));
    for (let round = 0; round < 500; round += 1) {
      const value = BigInt(random());
      const expected = hosting.some(({ first, last }) => first <= value && value <= last);
      expect([v4Text(value), dataCentres.has(addressOf(v4Text(value)))]).toEqual([
        v4Text(value),
        expected,
      ]);
    }
  });

  test('has networks of every listed provider, registered under the listed name', () => {
    const names = new Map([...v4, ...v6].map(({ number, name }) => [number, plain(name)]));
    // The registry's name of this one says nothing.
    const unnamed = new Set(['44477']);
    const wrong = [...providers].filter(
      ([number, name]) => !unnamed.has(number) && names.get(number) !== plain(name),
    );
    expect(wrong).toEqual([]);
  });
});

const plain = (name: string) => name.replaceAll('"', '').trim();

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-data-centres-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('that is missing is asked to be built', () => {
    expect(() => loadDataCentreBuffers(join(folder, 'missing.bin'))).toThrow(
      expect.objectContaining({
        code: 'data_centres_unreadable',
        message: expect.stringContaining("run 'npm run build'"),
      }),
    );
  });

  test.each([
    ['is empty', (bytes: Buffer) => bytes.subarray(0, 0)],
    ['was cut off', (bytes: Buffer) => bytes.subarray(0, 1_000)],
    ['is another', (bytes: Buffer) => Buffer.from(bytes).fill('x', 0, 8)],
  ])('that %s is refused', (_what, damage) => {
    const whole = readFileSync(
      join(projectRoot, 'dist/actors/worker/fraud/signals/data-centres.bin'),
    );
    const path = join(folder, 'damaged.bin');
    writeFileSync(path, damage(whole));
    expect(() => loadDataCentreBuffers(path)).toThrow('is damaged');
  });
});
