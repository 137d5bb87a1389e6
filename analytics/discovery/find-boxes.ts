import { setImmediate } from 'node:timers/promises';
import {
  type BoxLimits,
  type BoxSums,
  excessEvidence,
  type FoundBox,
  judgeBox,
  searchBox,
} from './search-box.ts';
import {
  type Anchor,
  type Box,
  COUNTRY,
  cellCount,
  DIMENSIONS,
  HOUR,
  HOURS,
  type Sizes,
  WEEKDAYS,
  WHOLE,
  withValues,
} from './space.ts';
import type { CellCounts, Suspect } from './suspects.ts';
import { CellTable, forEachCell } from './table.ts';

/** A group of one anchor. */
export type Candidate = FoundBox & {
  anchor: Anchor;
  /** Events of the anchor in the sample, whatever box. */
  anchorEvents: number;
  /** What belongs to the group; wider than `box`, in which it is concentrated, or the same. */
  matchBox: Box;
};

/** Countries per anchor that are told apart while its boxes are searched. */
const ANCHOR_COUNTRIES_MAX = 12;

/** Share of the traffic that must be gone before those without a group are looked at again. */
const CHANGE_SHARE_MIN = 0.005;

/** An anchor with this share of its traffic in one box is suggested as a whole. */
const WHOLE_ANCHOR_SHARE = 0.85;

const NO_ANCHOR: Anchor = { kind: 'none', name: '' };

/**
 * Finds groups one after the other, the clearest first. What a group has is taken out of the traffic
 * before the next one is looked for, so that it neither shows again nor makes everything else look as
 * if it lacked what the group has.
 *
 * @param withoutAnchor look also for groups that come by no site in particular
 * @param countMax groups to find at most
 */
export async function findBoxes({
  sizes,
  all,
  suspects,
  limits,
  withoutAnchor,
  countMax,
}: {
  sizes: Sizes;
  all: CellCounts;
  suspects: readonly Suspect[];
  limits: BoxLimits;
  withoutAnchor: boolean;
  countMax: number;
}): Promise<Candidate[]> {
  const search = new Search(sizes, all, limits);
  const open: Open[] = [];
  const look = async (suspect: Suspect) => {
    // Other requests are answered in between.
    await setImmediate();
    const best = search.best(suspect);
    if (best !== undefined) {
      open.push({ suspect, best });
    }
  };
  const everyone = withoutAnchor
    ? [...suspects, { anchor: NO_ANCHOR, events: search.events, cells: all }]
    : suspects;
  for (const suspect of everyone) {
    await look(suspect);
  }
  const found: Candidate[] = [];
  const findAll = async () => {
    for (let first = takeBest(open); first !== undefined; first = takeBest(open)) {
      // The traffic has changed since this one was judged.
      const best = search.best(first.suspect);
      if (best === undefined || found.length >= countMax) {
        continue;
      }
      if (best.gain < Math.max(0, ...open.map((other) => other.best.gain))) {
        open.push({ suspect: first.suspect, best });
        continue;
      }
      const candidate = toCandidate(first.suspect, best);
      found.push(candidate);
      search.remove(first.suspect, candidate.matchBox);
      await look(first.suspect);
    }
  };
  await findAll();
  // Without large groups, more may stand out in what is left.
  const isChanged = search.removedEvents >= CHANGE_SHARE_MIN * search.events;
  for (const suspect of isChanged ? everyone : []) {
    await look(suspect);
  }
  await findAll();
  return found;
}

/** A group that makes up nearly all of what its anchor has is the whole anchor. */
function toCandidate({ anchor, events }: Suspect, best: FoundBox): Candidate {
  const isNamed = anchor.name !== '' && anchor.name !== 'direct';
  const isWhole = isNamed && best.own >= WHOLE_ANCHOR_SHARE * events;
  return { ...best, anchor, anchorEvents: events, matchBox: isWhole ? WHOLE : best.box };
}

type Open = { suspect: Suspect; best: FoundBox };

/** Takes out the one with the greatest gain. */
function takeBest(open: Open[]): Open | undefined {
  open.sort((a, b) => b.best.gain - a.best.gain);
  return open.shift();
}

class Search {
  readonly events: number;
  readonly #sizes: Sizes;
  readonly #limits: BoxLimits;
  /** All traffic but that of the groups found so far. */
  readonly #rest: Float64Array;
  readonly #removed: { anchor: Anchor; box: Box }[] = [];

  constructor(sizes: Sizes, all: CellCounts, limits: BoxLimits) {
    this.#sizes = sizes;
    this.#limits = limits;
    this.#rest = dense(sizes, all);
    this.events = sumOf(this.#rest);
  }

  /** The best box of an anchor in what is left. */
  best(suspect: Suspect): FoundBox | undefined {
    return suspect.anchor.kind === 'none' ? this.#bestWithoutAnchor() : this.#bestOf(suspect);
  }

  /** Events of the groups found so far. */
  get removedEvents(): number {
    return this.events - sumOf(this.#rest);
  }

  remove({ anchor, cells }: Suspect, box: Box): void {
    this.#removed.push({ anchor, box });
    if (anchor.kind === 'none') {
      forEachCell(this.#sizes, box, (cell) => {
        this.#rest[cell] = 0;
      });
      return;
    }
    const own = dense(this.#sizes, cells);
    forEachCell(this.#sizes, box, (cell) => {
      this.#rest[cell] = Math.max(0, (this.#rest[cell] ?? 0) - (own[cell] ?? 0));
    });
  }

  #bestOf({ anchor, cells }: Suspect): FoundBox | undefined {
    const own = dense(this.#sizes, cells);
    const other = this.#rest.slice();
    for (const removed of this.#removed) {
      if (removed.anchor === anchor || removed.anchor.kind === 'none') {
        forEachCell(this.#sizes, removed.box, (cell) => {
          own[cell] = 0;
          other[cell] = 0;
        });
      }
    }
    for (let cell = 0; cell < own.length; cell++) {
      other[cell] = Math.max(0, (other[cell] ?? 0) - (own[cell] ?? 0));
    }
    const countries = deviatingCountries(this.#sizes, own, other);
    const table = pooled(this.#sizes, countries, own, other);
    const found = searchBox(table, this.#limits);
    const values = found?.box[COUNTRY] ?? null;
    return found === undefined || values === null
      ? found
      : {
          ...found,
          box: withValues(
            found.box,
            COUNTRY,
            values.map((index) => countries[index] ?? 0).sort((a, b) => a - b),
          ),
        };
  }

  /** Chance here is that the dimensions are independent of each other. */
  #bestWithoutAnchor(): FoundBox | undefined {
    const table = new CellTable(this.#sizes, this.#sizes);
    table.own.set(this.#rest);
    const total = table.sums(WHOLE).own;
    if (total === 0) {
      return undefined;
    }
    const shares = DIMENSIONS.map((dimension) =>
      table.profile(WHOLE, dimension).own.map((count) => count / total),
    );
    const [devices, countries, hours, weekdays] = shares;
    const [, countryCount] = this.#sizes;
    for (let cell = 0; cell < table.other.length; cell++) {
      const slot = Math.floor(cell / WEEKDAYS);
      const place = Math.floor(slot / HOURS);
      table.other[cell] =
        total *
        (devices?.[Math.floor(place / countryCount)] ?? 0) *
        (countries?.[place % countryCount] ?? 0) *
        (hours?.[slot % HOURS] ?? 0) *
        (weekdays?.[cell % WEEKDAYS] ?? 0);
    }
    return searchBox(table, this.#limits, (box, sums) => this.#judgeProductive(table, box, sums));
  }

  /**
   * A group without anchor is judged by the weakest of its seams: however its dimensions are divided in
   * two, the one part must be more frequent where the other holds than elsewhere (Webb's "productive").
   * Countries have their own hours everywhere, for they lie in other time zones: these two alone are
   * no group.
   */
  #judgeProductive(table: CellTable, box: Box, sums: BoxSums): FoundBox | undefined {
    const used = DIMENSIONS.filter((dimension) => box[dimension] !== null);
    if (used.length < 2 || (used.length === 2 && used.includes(COUNTRY) && used.includes(HOUR))) {
      return undefined;
    }
    const total = sums.total.own;
    let weakest: FoundBox | undefined;
    for (let part = 1; part < 2 ** used.length - 1; part++) {
      const [one, rest] = [0, 1].map((side) => {
        const open = used.filter((_, index) => ((part >> index) & 1) !== side);
        const sideBox = open.reduce((whole, dimension) => withValues(whole, dimension, null), box);
        return table.sums(sideBox).own;
      });
      const judged = judgeBox(
        box,
        this.#sizes,
        {
          own: sums.own,
          other: (one ?? 0) - sums.own,
          total: { own: rest ?? 0, other: total - (rest ?? 0) },
        },
        this.#limits,
      );
      weakest = weakest === undefined || judged.gain < weakest.gain ? judged : weakest;
    }
    return weakest;
  }
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function dense(sizes: Sizes, { cells, counts }: CellCounts): Float64Array {
  const all = new Float64Array(cellCount(sizes));
  cells.forEach((cell, index) => {
    all[cell] = counts[index] ?? 0;
  });
  return all;
}

/** The countries in which an anchor exceeds the others most clearly; indices. */
function deviatingCountries(sizes: Sizes, own: Float64Array, other: Float64Array): number[] {
  const count = sizes[COUNTRY];
  const sums = { own: new Float64Array(count), other: new Float64Array(count) };
  let ownTotal = 0;
  let otherTotal = 0;
  for (let cell = 0; cell < own.length; cell++) {
    const country = Math.floor(cell / (HOURS * WEEKDAYS)) % count;
    sums.own[country] = (sums.own[country] ?? 0) + (own[cell] ?? 0);
    sums.other[country] = (sums.other[country] ?? 0) + (other[cell] ?? 0);
    ownTotal += own[cell] ?? 0;
    otherTotal += other[cell] ?? 0;
  }
  const evidence = (country: number) =>
    excessEvidence(
      sums.own[country] ?? 0,
      ((sums.other[country] ?? 0) * ownTotal) / Math.max(otherTotal, 1),
    );
  // The last one is the pool of all rare ones.
  return Array.from({ length: count - 1 }, (_, country) => ({
    country,
    evidence: evidence(country),
  }))
    .filter((entry) => entry.evidence > 0)
    .sort((a, b) => b.evidence - a.evidence)
    .slice(0, ANCHOR_COUNTRIES_MAX)
    .map((entry) => entry.country);
}

/** The counts with all countries but the named ones in one. */
function pooled(
  sizes: Sizes,
  countries: readonly number[],
  own: Float64Array,
  other: Float64Array,
): CellTable {
  const table = new CellTable([sizes[0], countries.length + 1, HOURS, WEEKDAYS], sizes);
  const slots = HOURS * WEEKDAYS;
  const places = new Map(countries.map((country, index) => [country, index]));
  const rows = own.length / slots;
  for (let row = 0; row < rows; row++) {
    const country = places.get(row % sizes[COUNTRY]) ?? countries.length;
    const target = (Math.floor(row / sizes[COUNTRY]) * (countries.length + 1) + country) * slots;
    for (let slot = 0; slot < slots; slot++) {
      const from = row * slots + slot;
      table.own[target + slot] = (table.own[target + slot] ?? 0) + (own[from] ?? 0);
      table.other[target + slot] = (table.other[target + slot] ?? 0) + (other[from] ?? 0);
    }
  }
  return table;
}
