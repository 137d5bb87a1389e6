// HOT PATH: `destination` runs once per click. Guarded by bench/micro/click.ts.
import type { RuleAction } from '../../../core/configuration.ts';
import { compileDestination } from '../../../core/destination/compile.ts';
import type { CompiledDestination } from '../../../core/destination/render.ts';
import { TrellisError } from '../../../core/errors.ts';
import { WeightedChoice } from './weighted-choice.ts';

const NO_TAGS: readonly string[] = [];

/** What is done with a click: it is sent somewhere, or blocked. Immutable. */
export class RouteAction {
  readonly tags: readonly string[];
  /** None: the click is blocked. */
  readonly destinations: readonly CompiledDestination[];
  readonly #choice: WeightedChoice | null;

  /**
   * @param salt names campaign and rule: each splits its visitors in a way of its own
   * @throws TrellisError `invalid_campaign` for a destination that cannot be compiled; the admin
   *   service refuses to save such a one
   */
  constructor(action: RuleAction, salt: string) {
    this.tags = action.tags ?? NO_TAGS;
    if (action.type === 'block') {
      this.destinations = [];
      this.#choice = null;
      return;
    }
    const passthrough = action.passthrough ?? [];
    const split = action.destinations ?? [];
    const urls =
      action.destination === undefined ? split.map(({ url }) => url) : [action.destination];
    this.destinations = urls.map((url) => compileOrThrow(url, passthrough));
    this.#choice =
      urls.length > 1
        ? new WeightedChoice(
            urls,
            split.map(({ weight }) => weight),
            salt,
          )
        : null;
  }

  /** Where a visitor is sent; undefined when the click is blocked. */
  destination(userId: string): CompiledDestination | undefined {
    return this.destinations[this.#choice === null ? 0 : this.#choice.of(userId)];
  }
}

/** @throws TrellisError `invalid_campaign` */
export function compileOrThrow(
  url: string,
  passthrough: readonly string[] | 'all',
): CompiledDestination {
  const outcome = compileDestination(url, passthrough);
  if (outcome.kind === 'refused') {
    const faults = outcome.faults.map((fault) => fault.message).join('; ');
    throw new TrellisError('invalid_campaign', `the destination ${url} ${faults}`);
  }
  return outcome.destination;
}
