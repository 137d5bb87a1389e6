import type { ApiProblem } from '../../../api/problem.ts';

type Part = { key: string };
type Place = { part: Part; member: string; value: unknown };

/** Where each part of a draft stands in what was sent, by JSON pointer. */
export class Places {
  readonly #places = new Map<string, Place>();

  put<P extends Part>(path: string, part: P, member: keyof P & string): void {
    this.#places.set(path, { part, member, value: part[member] });
  }

  /** What stands at a pointer, or nearest above it. */
  find(path: string): Place | undefined {
    for (let above = path; above !== ''; above = above.slice(0, above.lastIndexOf('/'))) {
      const place = this.#places.get(above);
      if (place !== undefined) {
        return place;
      }
    }
    return undefined;
  }
}

export type Fault = {
  message: string;
  /** Pointer into what was sent. */
  path: string;
  place: Place | undefined;
};

/** What the API found wrong with a draft. A fault is over when what it is about has changed. */
export class Faults {
  static readonly none = new Faults([]);

  readonly all: readonly Fault[];
  readonly #byPlace = new Map<string, Fault>();

  constructor(all: readonly Fault[]) {
    this.all = all;
    for (const fault of all) {
      if (fault.place !== undefined) {
        const name = nameOf(fault.place.part, fault.place.member);
        if (!this.#byPlace.has(name)) {
          this.#byPlace.set(name, fault);
        }
      }
    }
  }

  static of(problem: ApiProblem, places: Places): Faults {
    const seen = new Set<string>();
    const faults = problem.errors.filter(({ path, message }) => {
      const isNew = !seen.has(`${path} ${message}`);
      seen.add(`${path} ${message}`);
      return isNew;
    });
    return new Faults(faults.map((fault) => ({ ...fault, place: places.find(fault.path) })));
  }

  /** What is wrong with a member of a part, while it is what it was. */
  at<P extends Part>(part: P, member: keyof P & string): string | undefined {
    const fault = this.#byPlace.get(nameOf(part, member));
    return fault !== undefined && fault.place?.value === part[member] ? fault.message : undefined;
  }

  /** Whether one of these parts has a fault; their keys. */
  concern(keys: ReadonlySet<string>): boolean {
    return this.all.some(({ place }) => place !== undefined && keys.has(place.part.key));
  }
}

function nameOf(part: Part, member: string): string {
  return `${part.key}/${member}`;
}

/** The id of the element in which a member of a part is written. */
export function fieldId<P extends Part>(part: P, member: keyof P & string): string {
  return `field-${part.key}-${member}`;
}
