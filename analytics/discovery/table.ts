import {
  type Box,
  COUNTRY,
  cellCount,
  DEVICE,
  DIMENSIONS,
  type Dimension,
  HOUR,
  HOURS,
  type Sizes,
  WEEKDAY,
  WEEKDAYS,
  withValues,
} from './space.ts';

/** What an anchor has in each cell, and what else there is: what chance is judged by. */
export class CellTable {
  readonly sizes: Sizes;
  /** How many values there were to choose from, before rare ones were pooled. */
  readonly choiceSizes: Sizes;
  /** Events of the anchor. */
  readonly own: Float64Array;
  /** Events that it is compared with. */
  readonly other: Float64Array;

  constructor(sizes: Sizes, choiceSizes: Sizes) {
    this.sizes = sizes;
    this.choiceSizes = choiceSizes;
    this.own = new Float64Array(cellCount(sizes));
    this.other = new Float64Array(cellCount(sizes));
  }

  copy(): CellTable {
    const copy = new CellTable(this.sizes, this.choiceSizes);
    copy.own.set(this.own);
    copy.other.set(this.other);
    return copy;
  }

  /** Sums by value of one dimension, over the cells that are in the box as to the other ones. */
  profile(box: Box, dimension: Dimension): Profile {
    const { own, other, sizes } = this;
    const size = sizes[dimension];
    const ownSums = new Float64Array(size);
    const otherSums = new Float64Array(size);
    const open = withValues(box, dimension, null);
    const countries = valuesOf(sizes, open, COUNTRY);
    const hours = valuesOf(sizes, open, HOUR);
    const weekdays = valuesOf(sizes, open, WEEKDAY);
    // Most of a search's time is spent here: no calls in the loops.
    for (const device of valuesOf(sizes, open, DEVICE)) {
      for (const country of countries) {
        for (const hour of hours) {
          const row = ((device * sizes[COUNTRY] + country) * HOURS + hour) * WEEKDAYS;
          const outer = dimension === DEVICE ? device : dimension === COUNTRY ? country : hour;
          for (const weekday of weekdays) {
            const value = dimension === WEEKDAY ? weekday : outer;
            ownSums[value] = (ownSums[value] ?? 0) + (own[row + weekday] ?? 0);
            otherSums[value] = (otherSums[value] ?? 0) + (other[row + weekday] ?? 0);
          }
        }
      }
    }
    return { own: ownSums, other: otherSums };
  }

  /** Sums by value of two dimensions at once, `first * size of the second + second`. */
  pairProfile(first: Dimension, second: Dimension): Profile {
    const [size, partners] = [this.sizes[first], this.sizes[second]];
    const profile = {
      own: new Float64Array(size * partners),
      other: new Float64Array(size * partners),
    };
    const [firstStep, secondStep] = [stepOf(this.sizes, first), stepOf(this.sizes, second)];
    for (let cell = 0; cell < this.own.length; cell++) {
      const pair =
        (Math.floor(cell / firstStep) % size) * partners +
        (Math.floor(cell / secondStep) % partners);
      profile.own[pair] = (profile.own[pair] ?? 0) + (this.own[cell] ?? 0);
      profile.other[pair] = (profile.other[pair] ?? 0) + (this.other[cell] ?? 0);
    }
    return profile;
  }

  /** Sums over the cells of a box. */
  sums(box: Box): { own: number; other: number } {
    let own = 0;
    let other = 0;
    forEachCell(this.sizes, box, (cell) => {
      own += this.own[cell] ?? 0;
      other += this.other[cell] ?? 0;
    });
    return { own, other };
  }

  /** Takes the cells of a box out of all counts. */
  clear(box: Box): void {
    forEachCell(this.sizes, box, (cell) => {
      this.own[cell] = 0;
      this.other[cell] = 0;
    });
  }
}

export type Profile = { own: Float64Array; other: Float64Array };

/** How far apart the cells of neighbouring values of a dimension are. */
function stepOf(sizes: Sizes, dimension: Dimension): number {
  return DIMENSIONS.reduce<number>(
    (step, other) => (other > dimension ? step * sizes[other] : step),
    1,
  );
}

/** Calls back for each cell of a box. */
export function forEachCell(sizes: Sizes, box: Box, visit: (cell: number) => void): void {
  const countries = valuesOf(sizes, box, COUNTRY);
  const hours = valuesOf(sizes, box, HOUR);
  const weekdays = valuesOf(sizes, box, WEEKDAY);
  for (const device of valuesOf(sizes, box, DEVICE)) {
    for (const country of countries) {
      for (const hour of hours) {
        const row = ((device * sizes[COUNTRY] + country) * HOURS + hour) * WEEKDAYS;
        for (const weekday of weekdays) {
          visit(row + weekday);
        }
      }
    }
  }
}

const RANGES = Array.from({ length: 128 }, (_, size) =>
  Array.from({ length: size }, (_, value) => value),
);

function valuesOf(sizes: Sizes, box: Box, dimension: Dimension): readonly number[] {
  return box[dimension] ?? RANGES[sizes[dimension]] ?? [];
}
