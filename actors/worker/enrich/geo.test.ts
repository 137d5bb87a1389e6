import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CityResponse, Reader, type Response } from 'mmdb-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf } from '../../../core/rules/address/ip-address.ts';
import { type GeoBuffers, GeoLookup, loadGeoBuffers, UNKNOWN_PLACE } from './geo.ts';
import { SearchTree } from './search-tree.ts';

let state = 5;
function randomByte(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state >>> 24;
}

function randomV4(): string {
  return Array.from({ length: 4 }, randomByte).join('.');
}

/** Mostly in the parts of the address space that are in use. */
function randomV6(): string {
  const words = Array.from({ length: 7 }, () => (randomByte() * 256 + randomByte()).toString(16));
  return `2${'0468ac'.charAt(randomByte() % 6)}0${(randomByte() % 16).toString(16)}:${words.join(':')}`;
}

describe('GeoLookup on the bundled database', () => {
  let buffers: GeoBuffers;
  let geo: GeoLookup;

  beforeAll(() => {
    buffers = loadGeoBuffers();
    geo = new GeoLookup(buffers, 4096);
  });

  test('is held in memory that threads share', () => {
    expect(buffers.ipv4).toBeInstanceOf(SharedArrayBuffer);
    expect(buffers.ipv6).toBeInstanceOf(SharedArrayBuffer);
  });

  test.each([
    ['8.8.8.8', 'US', 'CA', 'Mountain View'],
    ['::ffff:8.8.8.8', 'US', 'CA', 'Mountain View'],
    ['0000:0000:0000:0000:0000:ffff:0808:0808', 'US', 'CA', 'Mountain View'],
    ['85.214.132.117', 'DE', 'BE', 'Berlin'],
    ['24.48.0.1', 'CA', 'QC', 'Montreal'],
    ['1.1.1.1', 'AU', 'NSW', 'Sydney'],
    ['133.242.0.1', 'JP', 'Tokyo', 'Chiyoda City'],
    ['2a02:908::1', 'DE', 'HE', 'Frankfurt am Main'],
  ])('%s is in %s, %s, %s', (ip, country, region, city) => {
    const place = geo.lookup(addressOf(ip));
    expect([place.country, place.region, place.city]).toEqual([country, region, city]);
    expect(Buffer.from(place.encoded).toString()).toBe(
      [country, region, city].map((text) => String.fromCharCode(text.length) + text).join(''),
    );
    expect(geo.lookup(addressOf(ip))).toBe(place);
  });

  test.each(['127.0.0.1', '192.168.1.1', '10.0.0.1', '198.51.100.42', '::1', 'fe80::1', '::'])(
    '%s, which is nobody’s, has no place',
    (ip) => {
      expect(geo.lookup(addressOf(ip))).toBe(UNKNOWN_PLACE);
    },
  );

  test.each(['', 'garbage', '1.2.3', '0.0.0.0', '999.1.1.1'])('%j has no place', (ip) => {
    expect(geo.lookup(addressOf(ip))).toBe(UNKNOWN_PLACE);
    expect([...UNKNOWN_PLACE.encoded]).toEqual([0, 0, 0]);
  });

  test('finds the country that mmdb-lib finds, for any address, with caches of two entries', () => {
    const tiny = new GeoLookup(buffers, 2);
    const ipv4 = new Reader<Response>(Buffer.from(buffers.ipv4));
    const ipv6 = new Reader<Response>(Buffer.from(buffers.ipv6));
    let known = 0;
    for (let i = 0; i < 20_000; i++) {
      const ip = i % 2 === 0 ? randomV4() : randomV6();
      const record: unknown = (i % 2 === 0 ? ipv4 : ipv6).get(ip);
      const country = record === null ? '' : Reflect.get(Object(record), 'country_code');
      known += country === '' ? 0 : 1;
      expect(tiny.lookup(addressOf(ip)).country, ip).toBe(country);
    }
    expect(known).toBeGreaterThan(5_000);
  });
});

describe('GeoLookup on a file of the user’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-geo-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([24, 28, 32])('reads the layout of GeoLite2, with records of %d bits', (recordSize) => {
    const path = join(folder, `city-${recordSize}.mmdb`);
    writeFileSync(path, cityFile(recordSize));
    const geo = new GeoLookup(loadGeoBuffers(path), 100);
    for (const ip of ['198.51.100.42', '::ffff:198.51.100.42', '2001:db8::9']) {
      const { country, region, city } = geo.lookup(addressOf(ip));
      expect([country, region, city], ip).toEqual(['US', 'CA', 'San Francisco']);
    }
    expect(geo.lookup(addressOf('198.51.101.1'))).toBe(UNKNOWN_PLACE);
    expect(geo.lookup(addressOf('2001:db9::1'))).toBe(UNKNOWN_PLACE);
  });

  test('a file that cannot be read is an error that names it', () => {
    const missing = join(folder, 'missing.mmdb');
    expect(() => loadGeoBuffers(missing)).toThrow(/missing\.mmdb/);
    const garbage = join(folder, 'garbage.mmdb');
    writeFileSync(garbage, Buffer.alloc(1000, 'x'));
    expect(() => loadGeoBuffers(garbage)).toThrow(/geo database cannot be read/);
    writeFileSync(garbage, '');
    expect(() => loadGeoBuffers(garbage)).toThrow(/geo database cannot be read/);
  });
});

test('a tree of 32-bit records finds what mmdb-lib finds', () => {
  const file = cityFile(32);
  const reader = new Reader<CityResponse>(file);
  const tree = new SearchTree(file, reader.metadata);
  for (const ip of ['198.51.100.0', '198.51.100.255', '198.51.99.255', '2001:db8:ffff::', '::']) {
    expect(tree.find(addressOf(ip)) !== 0, ip).toBe(reader.get(ip) !== null);
  }
});

/** A database with one place, at 198.51.100.0/24 and 2001:db8::/32. */
function cityFile(recordSize: number): Buffer {
  const place = {
    city: { names: { en: 'San Francisco', de: 'San Francisco' } },
    country: { iso_code: 'US', names: { en: 'United States' } },
    subdivisions: [{ iso_code: 'CA', names: { en: 'California' } }],
  };
  const nodes: number[][] = [[-1, -1]];
  const networks: Array<[bits: string, length: number]> = [
    [`${'0'.repeat(96)}${bitsOf([198, 51, 100])}`, 120],
    [bitsOf([0x20, 0x01, 0x0d, 0xb8]), 32],
  ];
  for (const [bits, length] of networks) {
    let node = 0;
    for (let depth = 0; depth < length; depth++) {
      const bit = Number(bits[depth]);
      const row = nodes[node] ?? [];
      if (depth === length - 1) {
        row[bit] = -2;
      } else if (row[bit] === -1) {
        row[bit] = nodes.push([-1, -1]) - 1;
      }
      node = row[bit] ?? 0;
    }
  }
  const count = nodes.length;
  const tree = nodes.map((row) =>
    nodeBytes(
      row.map((child) => (child === -1 ? count : child === -2 ? count + 16 : child)),
      recordSize,
    ),
  );
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: 'Test-City',
    ip_version: 6,
    languages: ['en'],
    node_count: count,
    record_size: recordSize,
  };
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([...tree, Buffer.alloc(16), encode(place), marker, encode(metadata)]);
}

function bitsOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

function nodeBytes(records: readonly number[], recordSize: number): Buffer {
  const [left = 0, right = 0] = records;
  const bytes = Buffer.alloc(recordSize / 4);
  if (recordSize === 28) {
    bytes.writeUIntBE(left & 0xffffff, 0, 3);
    bytes[3] = ((left >>> 24) << 4) | (right >>> 24);
    bytes.writeUIntBE(right & 0xffffff, 4, 3);
  } else {
    bytes.writeUIntBE(left, 0, recordSize / 8);
    bytes.writeUIntBE(right, recordSize / 8, recordSize / 8);
  }
  return bytes;
}

/** The data format of MaxMind DB, as far as this file needs it. */
function encode(value: unknown): Buffer {
  if (typeof value === 'string') {
    return Buffer.concat([Buffer.of((2 << 5) | value.length), Buffer.from(value)]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([Buffer.of((6 << 5) | 4), bytes]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([Buffer.of(value.length, 11 - 7), ...value.map(encode)]);
  }
  const entries = Object.entries(Object(value));
  return Buffer.concat([Buffer.of((7 << 5) | entries.length), ...entries.flat().map(encode)]);
}
