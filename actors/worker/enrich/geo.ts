// HOT PATH: once per click; ≤ 250 ns for an IPv4 address never seen before, no allocation unless
// its place is new. Guarded by bench/micro/enrich.
import { Reader, type Response } from 'mmdb-lib';
import type { IpAddress } from '../../../core/rules/address/ip-address.ts';
import type { GeoBuffers } from './geo-buffers.ts';
import { regionCode } from './geo-regions.ts';
import { encodeStrings } from './row-binary-strings.ts';
import { SearchTree } from './search-tree.ts';

export { type GeoBuffers, loadGeoBuffers } from './geo-buffers.ts';

/** Where an address is; all texts are empty when nobody knows. Shared: do not change. */
export type GeoResult = {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** ISO 3166-2 without the country where known (`CA`), else the region's English name. */
  readonly region: string;
  /** English name, without the district that DB-IP puts in brackets. */
  readonly city: string;
  /** RowBinary of country, region, city. */
  readonly encoded: Uint8Array;
};

export const UNKNOWN_PLACE: GeoResult = {
  country: '',
  region: '',
  city: '',
  encoded: encodeStrings(['', '', '']),
};

/** Fibonacci hashing (Knuth, TAOCP 6.4): the high bits of a product are spread evenly. */
const SPREAD = 0x9e3779b1;

/**
 * City-level places of addresses.
 *
 * Both caches are direct-mapped: an entry takes the slot of the one that was there, a miss costs no
 * more than the search itself, and nothing is allocated. The first is by address (bursts of one
 * visitor, carriers' gateways, floods), the second, in `PlaceFile`, by data record, because most
 * visitors come once but from places that were seen before.
 */
export class GeoLookup {
  readonly #ipv4: PlaceFile;
  readonly #ipv6: PlaceFile;
  readonly #slotShift: number;
  readonly #v4OfSlot: Uint32Array;
  readonly #v4Places: GeoResult[];
  /** Eight words per slot. */
  readonly #v6OfSlot: Uint16Array;
  readonly #v6Places: GeoResult[];

  /** @param cacheEntriesMax bound of entries in each cache, rounded down to a power of two */
  constructor(buffers: GeoBuffers, cacheEntriesMax: number) {
    const bits = Math.floor(Math.log2(Math.min(2 ** 24, Math.max(2, cacheEntriesMax))));
    const slots = 2 ** bits;
    this.#slotShift = 32 - bits;
    this.#ipv4 = new PlaceFile(buffers.ipv4, slots);
    this.#ipv6 = buffers.ipv6 === buffers.ipv4 ? this.#ipv4 : new PlaceFile(buffers.ipv6, slots);
    // Empty slots hold the address zero, which indeed has no place.
    this.#v4OfSlot = new Uint32Array(slots);
    this.#v4Places = new Array<GeoResult>(slots).fill(UNKNOWN_PLACE);
    this.#v6OfSlot = new Uint16Array(slots * 8);
    this.#v6Places = new Array<GeoResult>(slots).fill(UNKNOWN_PLACE);
  }

  /**
   * @returns the place; `UNKNOWN_PLACE` for private and unknown addresses, and for what is none
   */
  lookup(address: IpAddress): GeoResult {
    if (address.family === 0) {
      return UNKNOWN_PLACE;
    }
    return address.family === 4 ? this.#lookupV4(address) : this.#lookupV6(address);
  }

  #lookupV4(address: IpAddress): GeoResult {
    const v4 = address.v4;
    const slot = Math.imul(v4, SPREAD) >>> this.#slotShift;
    if (this.#v4OfSlot[slot] === v4) {
      return this.#v4Places[slot] ?? UNKNOWN_PLACE;
    }
    const place = this.#ipv4.place(address);
    this.#v4OfSlot[slot] = v4;
    this.#v4Places[slot] = place;
    return place;
  }

  #lookupV6(address: IpAddress): GeoResult {
    const words = address.words;
    let hash = 0;
    for (let i = 0; i < 8; i++) {
      hash = Math.imul(hash ^ (words[i] ?? 0), SPREAD);
    }
    const slot = hash >>> this.#slotShift;
    const keys = this.#v6OfSlot;
    let same = 0;
    while (same < 8 && keys[slot * 8 + same] === words[same]) {
      same += 1;
    }
    if (same === 8) {
      return this.#v6Places[slot] ?? UNKNOWN_PLACE;
    }
    const place = this.#ipv6.place(address);
    keys.set(words, slot * 8);
    this.#v6Places[slot] = place;
    return place;
  }
}

/** One file with the places of it that were asked for lately. */
class PlaceFile {
  readonly #reader: Reader<Response>;
  readonly #tree: SearchTree;
  readonly #slotShift: number;
  readonly #recordOfSlot: Uint32Array;
  readonly #placeOfSlot: GeoResult[];

  /** @param slots a power of two */
  constructor(buffer: SharedArrayBuffer, slots: number) {
    this.#reader = new Reader<Response>(Buffer.from(buffer));
    this.#tree = new SearchTree(new Uint8Array(buffer), this.#reader.metadata);
    this.#slotShift = 32 - Math.log2(slots);
    this.#recordOfSlot = new Uint32Array(slots);
    this.#placeOfSlot = new Array<GeoResult>(slots).fill(UNKNOWN_PLACE);
  }

  place(address: IpAddress): GeoResult {
    const record = this.#tree.find(address);
    if (record === 0) {
      return UNKNOWN_PLACE;
    }
    const slot = Math.imul(record, SPREAD) >>> this.#slotShift;
    if (this.#recordOfSlot[slot] === record) {
      return this.#placeOfSlot[slot] ?? UNKNOWN_PLACE;
    }
    const place = readPlace(this.#reader.get(address.toString()));
    this.#recordOfSlot[slot] = record;
    this.#placeOfSlot[slot] = place;
    return place;
  }
}

/** Understands DB-IP's flat records and MaxMind's nested ones; anything else is an unknown place. */
function readPlace(record: unknown): GeoResult {
  const country = textAt(record, 'country_code') || textAt(record, 'country', 'iso_code');
  const code = textAt(record, 'subdivisions', '0', 'iso_code');
  const name = textAt(record, 'state1') || textAt(record, 'subdivisions', '0', 'names', 'en');
  const region = code === '' ? regionCode(country, name) : code;
  const city = withoutDistrict(textAt(record, 'city') || textAt(record, 'city', 'names', 'en'));
  if (country === '' && region === '' && city === '') {
    return UNKNOWN_PLACE;
  }
  return { country, region, city, encoded: encodeStrings([country, region, city]) };
}

function textAt(record: unknown, ...path: readonly string[]): string {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) {
      return '';
    }
    value = Reflect.get(value, key);
  }
  return typeof value === 'string' ? value : '';
}

/** `Berlin (Mitte)` is the city of Berlin: reports and rules speak of cities. */
function withoutDistrict(city: string): string {
  const bracket = city.indexOf(' (');
  return bracket > 0 && city.endsWith(')') ? city.slice(0, bracket) : city;
}
