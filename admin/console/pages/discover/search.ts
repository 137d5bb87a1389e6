import { useQuery } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import type { Period } from '../../parts/period.tsx';

export type Found =
  paths['/api/v1/patterns/discover']['post']['responses'][200]['content']['application/json'];
export type Pattern = Found['patterns'][number];
export type SuggestedCampaign = Pattern['suggested_campaign']['campaign'];

type SearchOptions = {
  range: Period;
  /** Clicks and visits that a pattern has at least. */
  minTraffic: number;
  /** 0 to 1. */
  minConfidence: number;
};

const PATTERNS_MAX = 50;
/** A search takes seconds; its answer holds until somebody asks again. */
const KEPT_MS = 30 * 60_000;

/** Searches when it is first asked for these options; `refetch` searches again. */
export function useSearch({ range, minTraffic, minConfidence }: SearchOptions, isAllowed: boolean) {
  const { start, end, timezone } = range;
  return useQuery({
    queryKey: ['discover', 'patterns', start, end, timezone, minTraffic, minConfidence],
    enabled: isAllowed,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
    retry: false,
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/patterns/discover', {
          signal,
          body: {
            time_range: { start, end },
            timezone,
            min_traffic: minTraffic,
            min_confidence: minConfidence,
            limit: PATTERNS_MAX,
          },
        }),
      ),
  });
}
