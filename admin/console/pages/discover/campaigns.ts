import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useMay } from '../../shell/session.ts';
import type { SuggestedCampaign } from './search.ts';

type Answer<
  Path extends keyof paths,
  Method extends keyof paths[Path],
  Status extends number,
> = paths[Path][Method] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>;
}
  ? Body
  : never;

export type Campaign = Answer<'/api/v1/campaigns', 'get', 200>['campaigns'][number];
export type Preview = Answer<'/api/v1/campaigns/{id}/retroactive/preview', 'post', 200>;

const CAMPAIGNS = ['discover', 'campaigns'];
const LIST_MAX = 200;

/** Campaigns that are not archived, newest first. */
export function useCampaigns() {
  const isAllowed = useMay('campaigns:read');
  return useQuery({
    queryKey: CAMPAIGNS,
    enabled: isAllowed,
    queryFn: async () =>
      (await dataOf(api.GET('/api/v1/campaigns', { params: { query: { limit: LIST_MAX } } })))
        .campaigns,
  });
}

/** Has the list asked for again; also what the pages of campaigns and reports keep. */
export function useForgetCampaigns() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: CAMPAIGNS }),
      queries.invalidateQueries({ queryKey: ['campaigns'] }),
      queries.invalidateQueries({ queryKey: ['report'] }),
    ]);
}

/**
 * Makes the campaign of a pattern, paused, so that a preview can count what it would take. One that was
 * archived before comes back with these rules; one that somebody else has made meanwhile stays as it is.
 */
export function useMakeCampaign() {
  const forget = useForgetCampaigns();
  return useMutation({
    mutationFn: async (campaign: SuggestedCampaign) => {
      const { campaign_id: id, name, rules } = campaign;
      try {
        await dataOf(
          api.POST('/api/v1/campaigns', {
            body: { ...campaign, status: 'paused', retroactive: false },
          }),
        );
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 'campaign_exists') {
          throw error;
        }
        const params = { path: { id } };
        const { status } = await dataOf(api.GET('/api/v1/campaigns/{id}', { params }));
        if (status === 'archived') {
          const body = { name, rules, status: 'paused' as const };
          await dataOf(api.PATCH('/api/v1/campaigns/{id}', { params, body }));
        }
      }
    },
    onSuccess: forget,
  });
}

/** Archives a campaign that was only made for its preview. */
export function useDiscardCampaign() {
  const forget = useForgetCampaigns();
  return useMutation({
    mutationFn: (id: string) =>
      dataOf(api.DELETE('/api/v1/campaigns/{id}', { params: { path: { id } } })),
    onSuccess: forget,
  });
}

/** Counts what a run would take now. */
export function usePreview(campaignId: string, timeRange: SuggestedCampaign['time_range']) {
  return useQuery({
    queryKey: ['discover', 'preview', campaignId, timeRange],
    queryFn: () =>
      dataOf(
        api.POST('/api/v1/campaigns/{id}/retroactive/preview', {
          params: { path: { id: campaignId } },
          body: { time_range: timeRange },
        }),
      ),
  });
}
