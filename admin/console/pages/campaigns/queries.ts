import { type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import type { Period } from '../../parts/period.tsx';
import type { Campaign } from './types.ts';

/** As many as one report takes by name. */
const CAMPAIGNS_PER_PAGE = 50;

export type ListedStatus = 'active' | 'paused' | 'archived';

/** Where a campaign's pages are. */
export function campaignPath(id: string, tab = ''): string {
  return `/campaigns/${encodeURIComponent(id)}${tab === '' ? '' : `/${tab}`}`;
}

/** Stands where an id would; `+` is no letter of ids, so that no campaign can be in the way. */
export const NEW_CAMPAIGN = '+new';
export const NEW_CAMPAIGN_PATH = `/campaigns/${NEW_CAMPAIGN}`;

/** @param status '': active and paused ones */
export function useCampaignList(status: ListedStatus | '') {
  return useInfiniteQuery({
    queryKey: ['campaigns', 'list', status],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/v1/campaigns', {
          params: {
            query: {
              limit: CAMPAIGNS_PER_PAGE,
              ...(pageParam === '' ? {} : { cursor: pageParam }),
              ...(status === '' ? {} : { status }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useCampaign(id: string) {
  return useQuery({
    queryKey: ['campaigns', 'one', id],
    queryFn: () => dataOf(api.GET('/api/v1/campaigns/{id}', { params: { path: { id } } })),
  });
}

/** What rules can be made of; the same until the next release. */
export function useRuleSchema() {
  return useQuery({
    queryKey: ['campaigns', 'rule-schema'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => dataOf(api.GET('/api/v1/campaigns/rule-schema')),
  });
}

/**
 * What campaigns brought in a period, by `campaign_id`.
 *
 * @param ids at most 50
 */
export async function figuresOf(ids: readonly string[], range: Period) {
  if (ids.length === 0) {
    return [];
  }
  const answer = await dataOf(
    api.GET('/api/v1/analytics/campaigns', {
      params: { query: { campaign_id: ids.join(','), ...range } },
    }),
  );
  return 'campaigns' in answer ? answer.campaigns : [answer];
}

export type CampaignFigures = Awaited<ReturnType<typeof figuresOf>>[number];

/** Keeps what a change has answered, and has lists asked again. */
export function keepCampaign(queries: QueryClient, campaign: Campaign): void {
  queries.setQueryData(['campaigns', 'one', campaign.campaign_id], campaign);
  void queries.invalidateQueries({ queryKey: ['campaigns', 'list'] });
}
