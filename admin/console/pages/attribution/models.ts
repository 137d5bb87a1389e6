import type { paths } from '../../../client/index.ts';

type AttributionOperation = paths['/api/v1/analytics/attribution']['get'];
export type AttributionQuery = NonNullable<AttributionOperation['parameters']['query']>;
export type Model = NonNullable<AttributionQuery['model']>;
type Answer = AttributionOperation['responses'][200]['content']['application/json'];
export type OneUser = Extract<Answer, { user_id: string }>;
export type AllUsers = Extract<Answer, { groups: unknown }>;

export type GroupBy = NonNullable<AttributionQuery['group_by']>;
export type Measure = 'value' | 'conversions' | 'percent';
/** What a model says, or null while it is being asked or has failed. */
export type Column = { model: Model; answer: AllUsers | undefined };
/** What one model says about one user. */
export type UserColumn = { model: Model; label: string; answer: OneUser | undefined };

export const MODELS: ReadonlyArray<{ model: Model; label: string; meaning: string }> = [
  { model: 'first_touch', label: 'First touch', meaning: 'All to the touchpoint that began it.' },
  { model: 'last_touch', label: 'Last touch', meaning: 'All to the last touchpoint.' },
  {
    model: 'last_non_direct',
    label: 'Last not direct',
    meaning: 'All to the last touchpoint that came from somewhere.',
  },
  { model: 'linear', label: 'Linear', meaning: 'The same to each touchpoint.' },
  {
    model: 'position_based',
    label: 'Position',
    meaning: '40 % to the first and the last, the rest to those between.',
  },
  {
    model: 'time_decay',
    label: 'Time decay',
    meaning: 'The more the closer to the conversion; half after each half-life.',
  },
  {
    model: 'markov',
    label: 'Markov',
    meaning: 'By how many conversions would be lost without the channel.',
  },
  {
    model: 'shapley',
    label: 'Shapley',
    meaning: 'The average contribution to any set of channels; at most 12 are told apart.',
  },
];

/** These compare the journeys of all users and know no weights. */
const OF_JOURNEYS: readonly Model[] = ['markov', 'shapley'];

export function isOfJourneys(model: Model): boolean {
  return OF_JOURNEYS.includes(model);
}

export const USER_MODELS = MODELS.filter(({ model }) => !isOfJourneys(model));

export function modelLabel(model: Model): string {
  return MODELS.find((one) => one.model === model)?.label ?? model;
}
