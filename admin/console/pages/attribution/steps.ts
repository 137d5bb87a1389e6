import type { paths } from '../../../client/index.ts';
import type { Model, UserColumn } from './models.ts';

export type JourneyEvent =
  paths['/api/v1/analytics/journey']['get']['responses'][200]['content']['application/json']['events'][number];

/** One event of a journey, and what the models give it; undefined for what is no touchpoint. */
export type Step = {
  event: JourneyEvent;
  credits: ReadonlyMap<Model, { value: number; percent: number }> | undefined;
};

/**
 * Joins a user's events with the credits of touchpoints, which the API names by time, source and
 * campaign. Two alike at the same millisecond are told apart by their order.
 *
 * @param events the oldest first
 */
export function stepsOf(events: readonly JourneyEvent[], columns: readonly UserColumn[]): Step[] {
  const waiting = new Map<string, number[]>();
  const touchpoints = columns.find(({ answer }) => answer !== undefined)?.answer?.touchpoints ?? [];
  touchpoints.forEach(({ timestamp, source, campaign }, index) => {
    const key = keyOf(timestamp, source, campaign);
    waiting.set(key, [...(waiting.get(key) ?? []), index]);
  });
  return events.map((event) => {
    const isTouch = event.conversion_event === '' && !event.is_bot && !event.is_blocked;
    const index = isTouch
      ? waiting.get(keyOf(event.timestamp, event.source, event.campaign_id))?.shift()
      : undefined;
    return { event, credits: index === undefined ? undefined : creditsAt(index, columns) };
  });
}

function creditsAt(index: number, columns: readonly UserColumn[]): Step['credits'] {
  return new Map(
    columns.flatMap(({ model, answer }) => {
      const touchpoint = answer?.touchpoints[index];
      return touchpoint === undefined
        ? []
        : [
            [
              model,
              { value: touchpoint.attributed_value, percent: touchpoint.attribution_percent },
            ] as const,
          ];
    }),
  );
}

function keyOf(time: string, source: string, campaign: string | null): string {
  return `${new Date(time).getTime()} ${source} ${campaign ?? ''}`;
}
