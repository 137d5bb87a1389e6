import { createHash } from 'node:crypto';
import { USER_AGENTS } from '../../actors/worker/enrich/user-agent.fixtures.ts';
import { pick, randomBelow, seededRandom } from '../micro/random.ts';

/** One visitor's request, but for its click id. */
export type Visit = {
  /** `/in/<campaign>`. */
  path: string;
  /** What follows `click_id=<id>` in the query. */
  queryRest: string;
  /** Names in lower case. */
  headers: Record<string, string>;
};

const SEED = 20_240_615;
const USER_AGENTS_USED = 50;

const LANGUAGES = [
  'en-US,en;q=0.9',
  'de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7',
  'fr-FR,fr;q=0.9,en;q=0.8',
  'es-MX,es;q=0.9',
  'pt-BR,pt;q=0.9,en;q=0.8',
];
const REFERERS = [
  'https://www.facebook.com/',
  'https://www.google.com/',
  'https://l.instagram.com/?u=https%3A%2F%2Ftrack.acmecorp.com%2Fin%2Fsummer_sale',
  'https://news.example.com/2024/06/15/summer',
];
const QUERY_RESTS = [
  '&source=facebook&medium=cpc&utm_campaign=summer2024&sub1=ad_42',
  '&source=google&medium=cpc&utm_campaign=summer2024&keyword=summer%20shoes',
  '&utm_source=newsletter&utm_medium=email&utm_campaign=june',
  '&source=instagram&medium=social&sub1=story&sub2=7',
];

/**
 * The visitors that all benches send: 50 real user agents, addresses all over the public IPv4 space,
 * eight headers. The same ones each time.
 *
 * @param campaigns ids of the campaigns that are clicked, in turn
 */
export function makeVisits(
  count: number,
  { host = 'track.acmecorp.com', campaigns = ['summer_sale'] } = {},
): Visit[] {
  const random = seededRandom(SEED);
  const agents = USER_AGENTS.slice(0, USER_AGENTS_USED).map(([, userAgent]) => userAgent);
  return Array.from({ length: count }, (_, index) => ({
    path: `/in/${campaigns[index % campaigns.length]}`,
    queryRest: pick(random, QUERY_RESTS),
    headers: {
      host,
      'user-agent': pick(random, agents),
      accept:
        'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      'accept-language': pick(random, LANGUAGES),
      'accept-encoding': 'gzip, deflate, br',
      referer: pick(random, REFERERS),
      'x-forwarded-for': publicAddress(random),
      'upgrade-insecure-requests': '1',
    },
  }));
}

/**
 * A request that lacks its click id, between `before` and `after`, and the end of the visitor's address,
 * which is its last header.
 */
export type RequestTemplate = {
  before: string;
  after: string;
  /** The last two octets of the address; `after` has the others. */
  addressEnd: number;
};

/** So many clicks has an address before the next visitor sends its requests. */
export const CLICKS_PER_ADDRESS = 3;
/** Addresses that a template can have. */
export const ADDRESS_ENDS = 65_536;

/** The raw HTTP requests of visits; see `requestText`. ASCII. */
export function requestTemplates(visits: readonly Visit[]): RequestTemplate[] {
  return visits.map(({ path, queryRest, headers }) => {
    const { 'x-forwarded-for': address = '', ...others } = headers;
    const octets = address.split('.');
    const lines = Object.entries(others).map(([name, value]) => `${name}: ${value}\r\n`);
    return {
      before: `GET ${path}?click_id=`,
      after: `${queryRest} HTTP/1.1\r\n${lines.join('')}x-forwarded-for: ${octets[0]}.${octets[1]}.`,
      addressEnd: Number(octets[2]) * 256 + Number(octets[3]),
    };
  });
}

/**
 * One request of a template.
 *
 * @param visitor people do not click for ever: from time to time a template stands for another one, with
 *   a neighbouring address; see `visitorOf`
 */
export function requestText(
  { before, after, addressEnd }: RequestTemplate,
  clickId: string,
  visitor = 0,
): string {
  const end = (addressEnd + visitor) % ADDRESS_ENDS;
  return `${before}${clickId}${after}${end >>> 8}.${end & 255}\r\n\r\n`;
}

/**
 * Whom a template stands for.
 *
 * @param firstVisitor of the run; see `firstVisitorOf`
 * @param repetition how often the template was used before
 */
export function visitorOf(
  firstVisitor: number,
  repetition: number,
  clicksPerAddress = CLICKS_PER_ADDRESS,
): number {
  return firstVisitor + Math.floor(repetition / clicksPerAddress);
}

/** Where the visitors of a run begin: runs with different prefixes are of different visitors. */
export function firstVisitorOf(prefix: string): number {
  return createHash('sha256').update(prefix).digest().readUInt16LE(0);
}

/** The address of a visitor of tests that need many: from networks of households. */
export function householdAddress(visitor: number): string {
  const first = 80 + ((visitor >>> 24) % 10);
  return `${first}.${(visitor >>> 16) & 255}.${(visitor >>> 8) & 255}.${visitor & 255}`;
}

/** Not from networks that are private, local or multicast; it need not belong to anybody. */
function publicAddress(random: () => number): string {
  for (;;) {
    const first = 1 + randomBelow(random, 222);
    if (first !== 10 && first !== 127 && first !== 172 && first !== 192 && first !== 169) {
      return `${first}.${randomBelow(random, 256)}.${randomBelow(random, 256)}.${randomBelow(random, 256)}`;
    }
  }
}
