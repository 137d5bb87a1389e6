// HOT PATH: once per click; ≤ 200 ns when the source or the referring host was seen lately.
// Guarded by bench/micro/enrich.
import type { Query } from '../../../core/destination/query.ts';
import { classifyReferer } from './referer-sites.ts';
import { encodeNullableString, encodeStrings, joinBytes } from './row-binary-strings.ts';
import { ownedCopy, TwoGenerationCache } from './two-generation-cache.ts';

/** Where a click came from. Shared between clicks: do not change. */
export type TrafficSource = {
  /** `facebook`, `google`, `news.example.com`, `direct`, …; at most 256 characters, never ''. */
  readonly source: string;
  /** `cpc`, `organic`, `social`, `email`, `referral`, …; null when nobody told. */
  readonly medium: string | null;
  /** RowBinary of source and of medium as `Nullable(String)`. */
  readonly encoded: Uint8Array;
};

/** Longer values of `source` and `medium` are cut here. */
const SOURCE_LENGTH_MAX = 256;

/** Longest name in DNS; a longer host is no host. */
const HOST_LENGTH_MAX = 253;

/** Mediums kept per source; the rest of a source that has more of them is encoded each time. */
const MEDIUMS_PER_SOURCE_MAX = 32;

const COLON = 58;
const SLASH = 47;
const AT = 64;
const QUESTION_MARK = 63;
const HASH = 35;
const CLOSE_BRACKET = 93;

const DIRECT = describe('direct', null);

/** What is kept of one referring host. */
type Referer = { domain: string; traffic: TrafficSource };

/**
 * Decides source and medium of a click. A `source` (else `utm_source`) in the query decides, with
 * the query's `medium` (else `utm_medium`), or none: the medium of a referer would describe another
 * source. Without it the referring site decides; without that the click is `direct`. A medium in the
 * query always replaces the referer's. Empty values count as absent.
 */
export class SourceLookup {
  readonly #byHost: TwoGenerationCache<Referer>;
  readonly #bySource: TwoGenerationCache<Map<string, TrafficSource>>;

  /** @param cacheEntriesMax bound of referring hosts kept, and of sources from queries */
  constructor(cacheEntriesMax: number) {
    this.#byHost = new TwoGenerationCache(cacheEntriesMax);
    this.#bySource = new TwoGenerationCache(cacheEntriesMax);
  }

  /**
   * @param query the click's own
   * @param referer the Referer header, '' when absent
   * @param requestHost the Host header, with or without port: a referer from there is none
   */
  resolve(query: Query, referer: string, requestHost: string): TrafficSource {
    const source = firstOf(query, 'source', 'utm_source');
    const medium = firstOf(query, 'medium', 'utm_medium');
    if (source !== '') {
      return this.#named(source, medium);
    }
    const host = refererHost(referer);
    const traffic =
      host === '' || isSameHost(host, requestHost) ? DIRECT : this.#fromHost(host).traffic;
    return medium === '' ? traffic : this.#named(traffic.source, medium);
  }

  /** The referring site, lower case, without `www.`; '' without a referer. */
  refererDomain(referer: string): string {
    const host = refererHost(referer);
    return host === '' ? '' : this.#fromHost(host).domain;
  }

  #fromHost(host: string): Referer {
    const known = this.#byHost.get(host);
    if (known !== undefined) {
      return known;
    }
    const own = ownedCopy(host);
    const lower = own.toLowerCase();
    const domain = lower.startsWith('www.') ? lower.slice(4) : lower;
    const { source, medium } = classifyReferer(domain);
    const fresh = { domain, traffic: describe(source, medium) };
    this.#byHost.set(own, fresh);
    return fresh;
  }

  /** @param medium '' for none */
  #named(source: string, medium: string): TrafficSource {
    let mediums = this.#bySource.get(source);
    if (mediums === undefined) {
      mediums = new Map();
      this.#bySource.set(ownedCopy(source), mediums);
    }
    const known = mediums.get(medium);
    if (known !== undefined) {
      return known;
    }
    const fresh = describe(ownedCopy(source), medium === '' ? null : ownedCopy(medium));
    if (mediums.size < MEDIUMS_PER_SOURCE_MAX) {
      mediums.set(fresh.medium ?? '', fresh);
    }
    return fresh;
  }
}

/** The first of two parameters that has a value, cut; '' when neither has. */
function firstOf(query: Query, name: string, otherName: string): string {
  const value = query.get(name) || query.get(otherName) || '';
  return value.length <= SOURCE_LENGTH_MAX ? value : value.slice(0, SOURCE_LENGTH_MAX);
}

/** The host of a URL as it is written, without user and port; '' when there is none. */
function refererHost(referer: string): string {
  const scheme = referer.indexOf('://');
  if (scheme < 1) {
    return '';
  }
  let start = scheme + 3;
  let end = start;
  let port = -1;
  for (; end < referer.length; end++) {
    const code = referer.charCodeAt(end);
    if (code === SLASH || code === QUESTION_MARK || code === HASH) {
      break;
    }
    if (code === AT) {
      start = end + 1;
      port = -1;
    } else if (code === CLOSE_BRACKET) {
      // The colons before it belong to an IPv6 address.
      port = -1;
    } else if (code === COLON && port < 0) {
      port = end;
    } else if (code <= 32 || code >= 127) {
      return '';
    }
  }
  const hostEnd = port < 0 ? end : port;
  return hostEnd - start > HOST_LENGTH_MAX ? '' : referer.slice(start, hostEnd);
}

function isSameHost(host: string, requestHost: string): boolean {
  return (
    requestHost.startsWith(host) &&
    (requestHost.length === host.length || requestHost.charCodeAt(host.length) === COLON)
  );
}

function describe(source: string, medium: string | null): TrafficSource {
  const encoded = joinBytes([encodeStrings([source]), encodeNullableString(medium)]);
  return { source, medium, encoded };
}
