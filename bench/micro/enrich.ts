/** What does it cost to learn where a visitor comes from and what they use, known and new? */

import { TrustedProxies } from '../../actors/worker/enrich/client-address.ts';
import { GeoLookup } from '../../actors/worker/enrich/geo.ts';
import { LanguageLookup } from '../../actors/worker/enrich/language.ts';
import { SourceLookup } from '../../actors/worker/enrich/source.ts';
import { UserAgentLookup } from '../../actors/worker/enrich/user-agent.ts';
import { hashText } from '../../actors/worker/identity/text-hash.ts';
import { Fingerprint } from '../../actors/worker/identity/visitor.ts';
import { Query } from '../../core/destination/query.ts';
import { IpAddress } from '../../core/rules/address/ip-address.ts';
import { makeVisits, type Visit } from '../load/traffic.ts';
import { effort, freshCopies, measure, nanosecondsPer, sink, timingRow } from './measure.ts';
import { type BenchRow, resultHash, type Size } from './result.ts';
import { sharedGeoBuffers } from './test-requests.ts';

const BENCH = 'enrich';
const OPERATIONS = 20_000;
const VISITORS = 5_000;
const CACHE_ENTRIES = 32_768;
const HASHED = 200;

type Question = {
  what: string;
  parameters: string;
  /** The text of operation number `index`. */
  text(index: number): string;
  /** @returns something that depends on the answer */
  ask(text: string): number;
  /** The whole answer, for the hash. */
  answer(text: string): string;
  budgetNs?: number;
};

export function enrich(size: Size): BenchRow[] {
  const visits = makeVisits(VISITORS);
  const header = (name: string) => (index: number) =>
    (visits[index % visits.length] as Visit).headers[name] ?? '';
  return [
    ...places(header('x-forwarded-for')),
    ...agents(header('user-agent')),
    ...languages(header('accept-language')),
    ...sources(header('referer')),
    ...visitors(header('x-forwarded-for'), header('user-agent')),
  ].map((question) => rowOf(question, size));
}

function rowOf(question: Question, size: Size): BenchRow {
  const { samples, operations } = effort(size, OPERATIONS);
  let next = 0;
  const timing = measure(samples, () => {
    const first = next;
    next += operations;
    const texts = freshCopies(
      Array.from({ length: operations }, (_, index) => question.text(first + index)),
    );
    return nanosecondsPer(operations, () => {
      let sum = 0;
      for (let index = 0; index < texts.length; index++) {
        sum += question.ask(texts[index] as string);
      }
      sink.value += sum;
    });
  });
  const hashed = Array.from({ length: HASHED }, (_, index) =>
    question.answer(question.text(index)),
  );
  const { what, parameters } = question;
  return timingRow(
    { bench: BENCH, what, parameters, hash: resultHash(hashed) },
    timing,
    question.budgetNs,
  );
}

function places(address: (index: number) => string): Question[] {
  const buffers = sharedGeoBuffers();
  const lookup = new GeoLookup(buffers, CACHE_ENTRIES);
  const parsed = new IpAddress();
  const place = (ip: string) => {
    parsed.parse(ip);
    return lookup.lookup(parsed);
  };
  const ask = (ip: string) => place(ip).encoded.length;
  const answer = (ip: string) => Buffer.from(place(ip).encoded).toString('hex');
  const anywhere = (index: number) => {
    const spread = Math.imul(index + 1, 0x9e3779b1) >>> 0;
    return `${1 + ((spread >>> 24) % 222)}.${(spread >>> 16) & 255}.${(spread >>> 8) & 255}.${spread & 255}`;
  };
  /** Another address in the /24 of a known one, which nearly always is the same place. */
  const neighbour = (index: number) =>
    address(index).replace(/\d+$/, String(Math.floor(index / VISITORS) & 255));
  const v6 = (index: number) => `2a02:${(index & 0xffff).toString(16)}:${(index >>> 3) & 0xff}::1`;
  return [
    { what: 'place, known', parameters: `IPv4, ${VISITORS} addresses`, text: address, ask, answer },
    {
      what: 'place, address new',
      parameters: 'IPv4, a known place',
      text: neighbour,
      ask,
      answer,
      budgetNs: 250,
    },
    { what: 'place, new', parameters: 'IPv4', text: anywhere, ask, answer },
    { what: 'place, new', parameters: 'IPv6', text: v6, ask, answer },
  ];
}

function agents(agent: (index: number) => string): Question[] {
  const lookup = new UserAgentLookup(CACHE_ENTRIES);
  const ask = (text: string) => lookup.lookup(text).encoded.length;
  const answer = (text: string) => Buffer.from(lookup.lookup(text).encoded).toString('hex');
  const fresh = (index: number) => agent(index).replace('Mozilla/5.0', `Mozilla/5.0 (v${index})`);
  return [
    {
      what: 'user agent, known',
      parameters: '50 of them',
      text: agent,
      ask,
      answer,
      budgetNs: 150,
    },
    {
      what: 'user agent, new',
      parameters: 'each another',
      text: fresh,
      ask,
      answer,
      budgetNs: 15_000,
    },
  ];
}

function languages(header: (index: number) => string): Question[] {
  const lookup = new LanguageLookup(1_000);
  const ask = (text: string) => lookup.lookup(text).encoded.length;
  const answer = (text: string) => lookup.lookup(text).language;
  const fresh = (index: number) => `${header(index)},x-${index}`;
  return [
    { what: 'language, known', parameters: '5 of them', text: header, ask, answer },
    { what: 'language, new', parameters: 'each another', text: fresh, ask, answer },
  ];
}

function sources(referer: (index: number) => string): Question[] {
  const lookup = new SourceLookup(4_096);
  const host = 'track.acmecorp.com';
  const silent = new Query();
  const named = new Query();
  named.parse('source=facebook&medium=cpc');
  const of = (query: Query) => ({
    ask: (text: string) => lookup.resolve(query, text, host).encoded.length,
    answer: (text: string) => {
      const { source, medium } = lookup.resolve(query, text, host);
      return `${source} ${medium}`;
    },
  });
  const fresh = (index: number) => `https://site${index}.example.com/page`;
  return [
    {
      what: 'source, known',
      parameters: 'from the referer',
      text: referer,
      ...of(silent),
      budgetNs: 200,
    },
    {
      what: 'source, known',
      parameters: 'from the query',
      text: referer,
      ...of(named),
      budgetNs: 200,
    },
    { what: 'source, new', parameters: 'from the referer', text: fresh, ...of(silent) },
  ];
}

function visitors(
  address: (index: number) => string,
  agent: (index: number) => string,
): Question[] {
  const proxies = new TrustedProxies(['127.0.0.0/8', '10.0.0.0/8', '::1']);
  const parsed = new IpAddress();
  const clientAddress = (forwardedFor: string) =>
    proxies.clientAddress('127.0.0.1', forwardedFor, parsed);
  const hashes = {
    organization: hashText('org_acmecorp'),
    agent: hashText(agent(7)),
    languages: hashText('en-US,en;q=0.9'),
  };
  const visitor = new Fingerprint();
  const fingerprint = (ip: string) => {
    visitor.take(hashes.organization, ip, hashes.agent, hashes.languages);
    return visitor.userId();
  };
  return [
    {
      what: 'address behind a proxy',
      parameters: '3 trusted networks',
      text: address,
      ask: (text) => clientAddress(text).length,
      answer: clientAddress,
      budgetNs: 1_000,
    },
    {
      what: 'fingerprint',
      parameters: `user agent of ${agent(7).length} characters`,
      text: address,
      ask: (text) => fingerprint(text).length,
      answer: fingerprint,
      budgetNs: 400,
    },
  ];
}
