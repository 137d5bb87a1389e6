import type { Candidate } from './find-boxes.ts';
import { membership } from './membership.ts';
import { rows, type Sample } from './sample.ts';
import { isGood, judgeBox, type Limits } from './search-box.ts';
import { type Sizes, WHOLE } from './space.ts';

/** A pattern must be at least half new. */
const NEW_SHARE_MIN = 0.5;

/** How many events of the sample are in exactly these groups. */
type Overlap = { mask: bigint; events: number };

/**
 * Keeps of candidates that say the same in other words (a site and the source named after it, a group
 * and its part on one site) the clearest one: in the order of their gains, each is judged again by what
 * the ones kept so far leave of it.
 */
export async function selectPatterns(
  sample: Sample,
  sizes: Sizes,
  candidates: readonly Candidate[],
  limits: Limits,
): Promise<Candidate[]> {
  const ordered = [...candidates].sort((a, b) => b.gain - a.gain);
  const overlaps = await readOverlaps(sample, ordered);
  const kept: Candidate[] = [];
  let keptBits = 0n;
  for (const [index, candidate] of ordered.entries()) {
    const bit = 1n << BigInt(index);
    const mine = overlaps.filter(({ mask }) => (mask & bit) !== 0n);
    const all = sum(mine);
    const fresh = sum(mine.filter(({ mask }) => (mask & keptBits) === 0n));
    const judged = judgeRest(candidate, fresh, sizes, limits);
    if (judged !== undefined && fresh >= NEW_SHARE_MIN * all) {
      kept.push(judged);
      keptBits |= bit;
    }
  }
  return kept;
}

function judgeRest(
  candidate: Candidate,
  fresh: number,
  sizes: Sizes,
  limits: Limits,
): Candidate | undefined {
  const lost = Math.max(0, candidate.own - fresh);
  if (lost === 0 || candidate.matchBox === WHOLE) {
    return fresh === 0 ? undefined : candidate;
  }
  const { box, ownTotal, other, otherTotal, anchorChoices } = candidate;
  const sums = {
    own: candidate.own - lost,
    other,
    total: { own: ownTotal - lost, other: otherTotal },
  };
  const judged = judgeBox(box, sizes, sums, { ...limits, anchorChoices });
  return isGood(judged, limits) ? { ...candidate, ...judged } : undefined;
}

async function readOverlaps(
  { client, table, space }: Sample,
  candidates: readonly Candidate[],
): Promise<Overlap[]> {
  if (candidates.length === 0) {
    return [];
  }
  const groups = candidates.map(({ anchor, matchBox }) => ({ anchor, box: matchBox }));
  const { sql, params } = membership(groups, space);
  const counted = await rows<{ mask: string; n: string }>(client, {
    query: `SELECT toString(${sql}) AS mask, count() AS n FROM ${table} GROUP BY mask`,
    params,
  });
  return counted.map(({ mask, n }) => ({ mask: BigInt(mask), events: Number(n) }));
}

function sum(overlaps: readonly Overlap[]): number {
  return overlaps.reduce((total, { events }) => total + events, 0);
}
