/** Does each kind of traffic come out as what it is, and how many are flagged that should not be? */
import { atLeast, type BenchOutcome, type BenchRow } from '../micro/result.ts';
import { type Evaluation, evaluate, precision, type Rating, recall } from './evaluate.ts';
import { mixedHour } from './mixed-hour.ts';
import { replay } from './replay.ts';

const BENCH = 'fraud shapes';
const RATING_MIN = 0.95;
/** Of the addresses of a shape. */
const CORRECT_MIN = 0.95;

/** Replays the mixed hour. */
export function measureShapes({ seed }: { seed: number }): BenchOutcome {
  const { clicks, truth, hash } = mixedHour(seed);
  const evaluation = evaluate(truth, replay(clicks));
  const parameters = `${clicks.length} clicks, ${truth.size} addresses, seed ${seed}`;
  return { rows: rowsOf(evaluation, parameters, hash), leftOut: [] };
}

function rowsOf(evaluation: Evaluation, parameters: string, hash: string): BenchRow[] {
  const share = (what: string, value: number, least: number): BenchRow => ({
    bench: BENCH,
    what,
    parameters,
    value,
    unit: '',
    hash,
    goal: atLeast(least, value, ''),
  });
  const shapes = evaluation.shapes.map((score): BenchRow => {
    const { shape, addresses, correct } = score;
    const { clean, suspicious, blocked, scoreMin, scoreMax } = score;
    return {
      ...share(`${shape.name}: ${shape.label}`, correct / addresses, CORRECT_MIN),
      parameters: `${clean} clean, ${suspicious} suspicious, ${blocked} blocked; scores ${scoreMin.toFixed(2)} to ${scoreMax.toFixed(2)}`,
    };
  });
  const rated = (name: string, rating: Rating) => [
    share(`${name}: precision`, precision(rating), RATING_MIN),
    share(`${name}: recall`, recall(rating), RATING_MIN),
  ];
  return [
    ...shapes,
    ...rated('suspicious or blocked', evaluation.suspicious),
    ...rated('blocked', evaluation.blocked),
    ...evaluation.patterns.flatMap(({ pattern, rating }) => rated(pattern, rating)),
  ];
}
