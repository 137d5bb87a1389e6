import { pick, randomBelow } from '../micro/random.ts';

/** A stretch of IPv4 addresses, and what people in it prefer to read. */
type Network = { first: string; bits: number; language: string };

/** Access networks of households, and the gateways behind which carriers put many phones. */
const HOUSEHOLDS: readonly Network[] = [
  { first: '79.192.0.0', bits: 10, language: 'de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7' },
  { first: '93.192.0.0', bits: 10, language: 'de-DE,de;q=0.9,en;q=0.8' },
  { first: '86.128.0.0', bits: 10, language: 'en-GB,en;q=0.9' },
  { first: '90.0.0.0', bits: 10, language: 'fr-FR,fr;q=0.9,en;q=0.8' },
  { first: '73.0.0.0', bits: 9, language: 'en-US,en;q=0.9' },
  { first: '76.96.0.0', bits: 11, language: 'en-US,en;q=0.9' },
];
const CARRIERS: readonly Network[] = [
  { first: '172.56.0.0', bits: 14, language: 'en-US,en;q=0.9' },
  { first: '46.114.0.0', bits: 15, language: 'de-DE,de;q=0.9' },
];
/** Hetzner, OVH, DigitalOcean, Amazon. */
const DATA_CENTRES: readonly Network[] = [
  { first: '88.198.0.0', bits: 16, language: 'en-US,en;q=0.9' },
  { first: '51.68.0.0', bits: 16, language: 'en-US,en;q=0.9' },
  { first: '159.89.0.0', bits: 16, language: 'en-US,en;q=0.9' },
  { first: '3.120.0.0', bits: 14, language: 'en-US,en;q=0.9' },
];
/** The first two groups of household IPv6 addresses. */
const HOUSEHOLDS_V6 = ['2003:e1', '2a02:8109', '2601:646'];
const LANGUAGE_V6 = ['de-DE,de;q=0.9', 'de-DE,de;q=0.9,en;q=0.8', 'en-US,en;q=0.9'];
const V6_SHARE = 0.3;
const HIDDEN_SHARE = 0.03;
const FOREIGN_SHARE = 0.02;
const FOREIGN_LANGUAGE = 'pl-PL,pl;q=0.9';

/** Where somebody clicks from. */
export type Place = {
  /** As detections name it: the address, or the /64 network of an IPv6 one. */
  address: string;
  /** The address of the next click: within a /64 it changes from time to time. */
  nextIp(): string;
  /** `Accept-Language`. */
  language: string;
};

const CHROME_VERSIONS = [120, 121, 122, 123, 124, 125, 126];
const ANDROID_MODELS = [
  'SM-S928B',
  'SM-S918B',
  'SM-A546B',
  'SM-A536B',
  'SM-A155F',
  'SM-G991B',
  'Pixel 8',
  'Pixel 7a',
  'Pixel 6',
  '2312DRA50G',
  '23021RAA2Y',
  'M2101K6G',
  'CPH2581',
  'CPH2449',
  'RMX3890',
  'V2318',
  'moto g84 5G',
  'XQ-DQ54',
  'LE2123',
  'SM-F946B',
];
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

const WINDOWS_CHROME = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36`;
const ANDROID_CHROME = `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36`;
const IPHONE_SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const MAC_SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15';
const MAC_CHROME = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36`;
const WINDOWS_EDGE = `${WINDOWS_CHROME} Edg/126.0.2592.68`;
const WINDOWS_FIREFOX =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0';

/** Shares of all people, in percent; the rest has one of the many others. */
const POPULAR_AGENTS: readonly (readonly [share: number, userAgent: string])[] = [
  [20, IPHONE_SAFARI],
  [18, ANDROID_CHROME],
  [17, WINDOWS_CHROME],
  [6, MAC_CHROME],
  [5, MAC_SAFARI],
  [5, WINDOWS_EDGE],
  [3, WINDOWS_FIREFOX],
];

/** A browser two years behind that nobody else has: what a botnet was once packed with. */
export const BOTNET_AGENT = `Mozilla/5.0 (Windows NT 6.1; Win64; x64) ${WEBKIT} Chrome/103.0.5060.134 Safari/537.36`;
export const SCRIPTED_AGENT = WINDOWS_CHROME;
export const CRAWLER_AGENT =
  'Mozilla/5.0 (compatible; PriceCompareBot/2.1; +https://prices.example/bot)';

/** Draws people and their surroundings from one stream of random numbers; no address comes twice. */
export class People {
  readonly random: () => number;
  readonly #used = new Set<string>();

  /** @param random from 0 to below 1 */
  constructor(random: () => number) {
    this.random = random;
  }

  /** Most are at home; some come by a service that hides them, some prefer another country's language. */
  anywhere(): Place {
    const choice = this.random();
    if (choice < HIDDEN_SHARE) {
      return this.dataCentre();
    }
    const place = this.household();
    const isForeign = choice < HIDDEN_SHARE + FOREIGN_SHARE;
    return isForeign ? { ...place, language: FOREIGN_LANGUAGE } : place;
  }

  household(): Place {
    return this.random() < V6_SHARE ? this.#householdV6() : this.#place(HOUSEHOLDS);
  }

  carrier(): Place {
    return this.#place(CARRIERS);
  }

  dataCentre(): Place {
    return this.#place(DATA_CENTRES);
  }

  /** What one person browses with. */
  agent(): string {
    let left = this.random() * 100;
    for (const [share, userAgent] of POPULAR_AGENTS) {
      left -= share;
      if (left < 0) {
        return userAgent;
      }
    }
    return this.rareAgent();
  }

  /** One of 980 that tell their model, as browsers inside of apps do. */
  rareAgent(): string {
    const model = pick(this.random, ANDROID_MODELS);
    const version = pick(this.random, CHROME_VERSIONS);
    const android = 8 + randomBelow(this.random, 7);
    return `Mozilla/5.0 (Linux; Android ${android}; ${model}; wv) ${WEBKIT} Version/4.0 Chrome/${version}.0.0.0 Mobile Safari/537.36`;
  }

  /** So many different ones. */
  agents(count: number): string[] {
    const agents = new Set<string>();
    while (agents.size < count) {
      agents.add(agents.size % 2 === 0 ? this.agent() : this.rareAgent());
    }
    return [...agents];
  }

  /** A time until something that happens by chance, in milliseconds. */
  exponential(meanMs: number): number {
    return -Math.log(1 - this.random()) * meanMs;
  }

  /** From `least` to below `limit`. */
  between(least: number, limit: number): number {
    return least + this.random() * (limit - least);
  }

  #place(networks: readonly Network[]): Place {
    const { first, bits, language } = pick(this.random, networks);
    for (;;) {
      const address = addressIn(first, randomBelow(this.random, 2 ** (32 - bits)));
      if (this.#isNew(address)) {
        return { address, language, nextIp: () => address };
      }
    }
  }

  /** Privacy addresses (RFC 8981): one prefix, an interface identifier that changes. */
  #householdV6(): Place {
    const group = () => (0x1000 + randomBelow(this.random, 0xf000)).toString(16);
    for (;;) {
      const at = randomBelow(this.random, HOUSEHOLDS_V6.length);
      const prefix = `${HOUSEHOLDS_V6[at]}:${group()}:${group()}`;
      if (this.#isNew(prefix)) {
        return {
          address: `${prefix}::/64`,
          language: LANGUAGE_V6[at] ?? '',
          nextIp: () => `${prefix}:${group()}:${group()}:${group()}:${group()}`,
        };
      }
    }
  }

  #isNew(address: string): boolean {
    const sizeBefore = this.#used.size;
    return this.#used.add(address).size > sizeBefore;
  }
}

function addressIn(first: string, offset: number): string {
  const number = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
