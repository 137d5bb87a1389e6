import type { Candidate } from './find-boxes.ts';
import type { Sample } from './sample.ts';
import type { Limits } from './search-box.ts';
import { WHOLE } from './space.ts';
import { confidenceOf } from './statistics.ts';
import { largestSite } from './suspects.ts';

/**
 * The share of the first of many sites whose popularity falls with the 2.5th power of their rank,
 * 1/ζ(2.5). Traffic of the web has exponents around 1; nothing that is merely popular has more.
 */
const POPULAR_SHARE_MAX = 0.745;

/**
 * Traffic that comes nearly all by one site is a group even though there is nothing to compare it with.
 */
export async function soleSite(
  sample: Sample,
  { ownMin, confidenceMin }: Limits,
): Promise<Candidate | undefined> {
  const site = await largestSite(sample);
  if (site === undefined || site.events < ownMin) {
    return undefined;
  }
  const inside = { hits: site.events, total: sample.events };
  const chance = {
    hits: POPULAR_SHARE_MAX * Number.MAX_SAFE_INTEGER,
    total: Number.MAX_SAFE_INTEGER,
  };
  const confidence = confidenceOf(inside, chance, 0);
  return confidence <= 0 || confidence < confidenceMin
    ? undefined
    : {
        anchor: { kind: 'site', name: site.name },
        box: WHOLE,
        matchBox: WHOLE,
        anchorEvents: site.events,
        gain: Number.MAX_VALUE,
        choices: 0,
        anchorChoices: 0,
        own: site.events,
        ownTotal: sample.events,
        other: chance.hits,
        otherTotal: chance.total,
        confidence,
      };
}
