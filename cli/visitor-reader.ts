import { GeoLookup, loadGeoBuffers } from '../actors/worker/enrich/geo.ts';
import { LanguageLookup } from '../actors/worker/enrich/language.ts';
import { SourceLookup } from '../actors/worker/enrich/source.ts';
import { UserAgentLookup } from '../actors/worker/enrich/user-agent.ts';
import { WeightedChoice } from '../actors/worker/route/weighted-choice.ts';
import type { VisitorReader } from '../admin/visitor-reader.ts';
import { addressOf } from '../core/rules/address/ip-address.ts';

const REMEMBERED_MAX = 1_000;

/**
 * What the engine tells of a visitor, for the admin service.
 *
 * @param geoDatabase path of the user's own geo database
 */
export function engineVisitorReader(geoDatabase: string | undefined): VisitorReader {
  const agents = new UserAgentLookup(REMEMBERED_MAX);
  const languages = new LanguageLookup(REMEMBERED_MAX);
  const sources = new SourceLookup(REMEMBERED_MAX);
  // Much memory for what is seldom asked: read when it is, and given up when memory is wanted.
  let places: WeakRef<GeoLookup> | undefined;
  const lookup = () => {
    const known = places?.deref();
    if (known !== undefined) {
      return known;
    }
    const fresh = new GeoLookup(loadGeoBuffers(geoDatabase), REMEMBERED_MAX);
    places = new WeakRef(fresh);
    return fresh;
  };
  return {
    agent: (userAgent) => agents.lookup(userAgent),
    language: (acceptLanguage) => languages.lookup(acceptLanguage).language,
    traffic: (query, referer, host) => sources.resolve(query, referer, host),
    place: (ip) => lookup().lookup(addressOf(ip)),
    choose: (urls, weights, salt, userId) => new WeightedChoice(urls, weights, salt).of(userId),
  };
}
