import type { ClickHouseClient } from '@clickhouse/client';
import { moneyToJson, type Rates } from '../schema/money.ts';
import type { TimeRange } from '../schema/time-range.ts';
import {
  type Characteristics,
  campaignBodyOf,
  characteristicsOf,
  type SuggestedBody,
  slugOf,
} from './describe.ts';
import { type Candidate, findBoxes } from './find-boxes.ts';
import { type Measured, measureGroups } from './measure.ts';
import { GROUPS_MAX, type Group, withoutGroups } from './membership.ts';
import { SAMPLE_EVENTS_MAX, type Sample, type Traffic, withSample } from './sample.ts';
import { selectPatterns } from './select.ts';
import { soleSite } from './sole-site.ts';
import { sizesOf } from './space.ts';
import { confidenceOf } from './statistics.ts';
import { allCells, findSuspects } from './suspects.ts';

export type DiscoverOptions = {
  organizationId: string;
  range: TimeRange;
  /** Events of a pattern at least. */
  minTraffic: number;
  /** 0 to 1; see docs/discovery.md. */
  minConfidence: number;
  /** Patterns at most, 1 to `PATTERNS_MAX`. */
  limit: number;
  /** For the estimated value. */
  rates: Rates;
  /** Where rules redirect to when the group's own events went nowhere. */
  destination: string;
  /** Events to search, of more a sample is taken; `SAMPLE_EVENTS_MAX` unless a test says otherwise. */
  sampleEventsMax?: number;
};

export type Pattern = {
  pattern_id: string;
  confidence: number;
  sample_size: number;
  characteristics: Characteristics;
  suggested_campaign: {
    name: string;
    estimated_value: number;
    estimated_conversions: number;
    confidence: number;
    rules: SuggestedBody['rules'];
    campaign: SuggestedBody;
  };
};

export type Discovery = {
  patterns: Pattern[];
  /** Unattributed events that were searched, and of how many each of them was one. */
  searched: { events: number; one_in: number };
};

export const PATTERNS_MAX = 50;
/** Groups that are looked for by each kind of anchor, before what is said twice is left out. */
const CANDIDATES_MAX = GROUPS_MAX / 2;
/** Share of all traffic from which on a group changes what other traffic is compared with. */
const LARGE_GROUP_SHARE = 0.02;
/** Of a sample, fewer events than this say nothing. */
const SAMPLE_OWN_MIN = 10;

/**
 * Finds groups in an organisation's unattributed traffic: by a referring site, a source, or neither, with
 * devices, countries, hours and weekdays in which they are more frequent than chance explains. The
 * method, and what confidence means, is in docs/discovery.md.
 *
 * @throws errors of ClickHouse, also when the limits of time or memory are exceeded
 */
export function discoverPatterns(
  client: ClickHouseClient,
  options: DiscoverOptions,
): Promise<Discovery> {
  const { organizationId, range, sampleEventsMax = SAMPLE_EVENTS_MAX } = options;
  const traffic = { organizationId, range };
  return withSample(client, traffic, sampleEventsMax, async (sample) => {
    const candidates = await findCandidates(sample, options);
    const groups = candidates.map(({ anchor, matchBox }) => ({ anchor, box: matchBox }));
    const measured = await measureGroups(sample, traffic, { groups, rates: options.rates });
    const patterns = candidates.flatMap((candidate, index) => {
      const counts = measured[index];
      return counts === undefined ? [] : toPattern(candidate, counts, sample, traffic, options);
    });
    patterns.sort((a, b) => b.confidence - a.confidence || b.sample_size - a.sample_size);
    return {
      patterns: patterns.slice(0, options.limit),
      searched: { events: sample.events, one_in: sample.scale },
    };
  });
}

async function findCandidates(
  sample: Sample,
  { minTraffic, minConfidence }: DiscoverOptions,
): Promise<Candidate[]> {
  const ownMin = sampleMin(sample, minTraffic);
  if (sample.events < ownMin) {
    return [];
  }
  const sizes = sizesOf(sample.space);
  const limits = { ownMin, confidenceMin: minConfidence };
  const find = async (from: Sample, kind: 'site' | 'source') => {
    const { suspects, anchors } = await findSuspects(from, kind, ownMin);
    return findBoxes({
      sizes,
      all: await allCells(from),
      suspects,
      // Sites, sources, and neither.
      limits: { ...limits, anchorChoices: Math.log(2 * anchors + 1) },
      withoutAnchor: kind === 'site',
      countMax: CANDIDATES_MAX,
    });
  };
  const bySite = await find(sample, 'site');
  const largeMin = LARGE_GROUP_SHARE * sample.events;
  // A site with much traffic of its own kind would make all sources look as if they lacked that.
  const ofSites = bySite
    .filter(({ anchor, own }) => anchor.kind === 'site' && anchor.name !== '' && own >= largeMin)
    .map(({ anchor, matchBox }) => ({ anchor, box: matchBox }));
  const rest = ofSites.length === 0 ? sample : withoutGroups(sample, ofSites);
  const bySource = await find(rest, 'source');
  const sole = await soleSite(sample, limits);
  const candidates = [...bySite, ...bySource].slice(0, GROUPS_MAX - 1);
  return selectPatterns(
    sample,
    sizes,
    sole === undefined ? candidates : [...candidates, sole],
    limits,
  );
}

/** Events of the sample that a group needs; of one that may well be large enough, two deviations less. */
function sampleMin({ scale }: Sample, minTraffic: number): number {
  const expected = minTraffic / scale;
  return scale === 1
    ? Math.max(minTraffic, SAMPLE_OWN_MIN)
    : Math.max(Math.floor(expected - 2 * Math.sqrt(expected)), SAMPLE_OWN_MIN);
}

function toPattern(
  candidate: Candidate,
  measured: Measured,
  sample: Sample,
  { range }: Traffic,
  { minTraffic, minConfidence, destination }: DiscoverOptions,
): Pattern[] {
  const confidence = Math.floor(confidencePerVisitor(candidate, measured) * 100) / 100;
  const { space } = sample;
  if (
    measured.events / sample.scale < sampleMin(sample, minTraffic) ||
    confidence < minConfidence
  ) {
    return [];
  }
  const group: Group = { anchor: candidate.anchor, box: candidate.matchBox };
  const described: Group = { anchor: candidate.anchor, box: candidate.box };
  const campaign = campaignBodyOf(group, space, {
    range,
    destination: measured.destination ?? destination,
  });
  return [
    {
      pattern_id: `pat_${slugOf(group, space)}`,
      confidence,
      sample_size: measured.events,
      characteristics: characteristicsOf(described, space, measured.hosts),
      suggested_campaign: {
        name: campaign.name,
        estimated_value: moneyToJson(measured.value),
        estimated_conversions: measured.conversions,
        confidence,
        rules: campaign.rules,
        campaign,
      },
    },
  ];
}

/**
 * Visits of one visitor are no independent observations: counts are divided by the events per visitor
 * (the design effect, Rao and Scott 1981, in its simplest form).
 */
function confidencePerVisitor(candidate: Candidate, { events, visitors }: Measured): number {
  const perVisitor = Math.max(1, events / Math.max(1, visitors));
  const inside = {
    hits: candidate.own / perVisitor,
    total: candidate.ownTotal / perVisitor,
  };
  const chance = { hits: candidate.other, total: candidate.otherTotal };
  return confidenceOf(inside, chance, candidate.choices);
}
