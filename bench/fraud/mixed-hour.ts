import { seededRandom } from '../micro/random.ts';
import { resultHash } from '../micro/result.ts';
import { People } from './people.ts';
import { SHAPES, type Shape, type ShapeClick, VISITORS } from './shapes.ts';

/** Traffic of which it is known what it is. */
export type LabelledTraffic = {
  /** In order of time. */
  clicks: ShapeClick[];
  /** Which shape an address is of. */
  truth: Map<string, Shape>;
  /** Of all clicks. */
  hash: string;
};

/** The mixed hour: every shape as often as its `count` says, among the clean visitors. */
export function mixedHour(seed: number): LabelledTraffic {
  return labelledTraffic([VISITORS, ...SHAPES], seed);
}

/**
 * The clicks of some shapes within one hour.
 *
 * @param countMax so many of each shape at most
 */
export function labelledTraffic(
  shapes: readonly Shape[],
  seed: number,
  countMax = Number.POSITIVE_INFINITY,
): LabelledTraffic {
  const people = new People(seededRandom(seed));
  const clicks: ShapeClick[] = [];
  const truth = new Map<string, Shape>();
  for (const shape of shapes) {
    for (let index = 0; index < Math.min(shape.count, countMax); index++) {
      for (const click of shape.make(people)) {
        clicks.push(click);
        truth.set(click.address, shape);
      }
    }
  }
  clicks.sort((a, b) => a.atMs - b.atMs);
  const hash = resultHash(clicks.map(({ atMs, ip, userAgent }) => `${atMs} ${ip} ${userAgent}`));
  return { clicks, truth, hash };
}
