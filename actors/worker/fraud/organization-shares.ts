/** Organisations of a thread that are told apart; those beyond share one place. */
const PLACES = 65_536;

/** Gives organisations numbers from 0 on, which fit into 16 bits of a record. */
export class OrganizationPlaces {
  readonly #places = new Map<number, number>();

  placeOf(organization: number): number {
    const known = this.#places.get(organization);
    if (known !== undefined) {
      return known;
    }
    if (this.#places.size >= PLACES - 1) {
      return PLACES - 1;
    }
    const place = this.#places.size;
    this.#places.set(organization, place);
    return place;
  }
}

/** How many slots of a table each organisation holds. */
export class OrganizationShares {
  readonly #held = new Uint32Array(PLACES);
  readonly #shareMax: number;

  /** @param shareMax slots above which an organisation must make room for others */
  constructor(shareMax: number) {
    this.#shareMax = shareMax;
  }

  isOver(place: number): boolean {
    return (this.#held[place] as number) > this.#shareMax;
  }

  add(place: number, change: 1 | -1): void {
    this.#held[place] = (this.#held[place] as number) + change;
  }
}
