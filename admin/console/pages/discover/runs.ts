import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { useForgetCampaigns } from './campaigns.ts';
import type { SuggestedCampaign } from './search.ts';

export type Run =
  paths['/api/v1/campaigns/{id}/retroactive/runs/{run}']['get']['responses'][200]['content']['application/json'];

const ASK_AGAIN_MS = 1_000;
const WORKING: ReadonlySet<Run['status']> = new Set(['queued', 'running', 'cancelling', 'undoing']);

/** Whether a run still changes by itself. */
export function isWorking({ status }: Pick<Run, 'status'>): boolean {
  return WORKING.has(status);
}

function keyOf(campaignId: string) {
  return ['discover', 'run', campaignId];
}

/** The newest run of a campaign, null without any; asked for each second while it works. */
export function useLatestRun(campaignId: string) {
  return useQuery({
    queryKey: keyOf(campaignId),
    refetchInterval: ({ state: { data } }) =>
      data != null && isWorking(data) ? ASK_AGAIN_MS : false,
    queryFn: async () => {
      const params = { path: { id: campaignId }, query: { limit: 1 } };
      const { runs } = await dataOf(api.GET('/api/v1/campaigns/{id}/retroactive/runs', { params }));
      return runs[0] ?? null;
    },
  });
}

/** Gives the campaign what it has missed, and has its link work from now on. */
export function useStartRun(campaignId: string) {
  const queries = useQueryClient();
  const forget = useForgetCampaigns();
  return useMutation({
    mutationFn: async (timeRange: SuggestedCampaign['time_range']) => {
      const params = { path: { id: campaignId } };
      await dataOf(api.PATCH('/api/v1/campaigns/{id}', { params, body: { status: 'active' } }));
      return dataOf(
        api.POST('/api/v1/campaigns/{id}/retroactive/runs', {
          params,
          body: { time_range: timeRange },
        }),
      );
    },
    onSuccess: async (run) => {
      queries.setQueryData(keyOf(campaignId), run);
      await forget();
    },
  });
}

/** Ends a run before its time, or takes back what it has attributed. */
export function useEndRun({ campaign_id, run_id }: Run, how: 'cancel' | 'undo') {
  const queries = useQueryClient();
  const forget = useForgetCampaigns();
  return useMutation({
    mutationFn: () => {
      const params = { path: { id: campaign_id, run: run_id } };
      return dataOf(
        how === 'cancel'
          ? api.POST('/api/v1/campaigns/{id}/retroactive/runs/{run}/cancel', { params })
          : api.POST('/api/v1/campaigns/{id}/retroactive/runs/{run}/undo', { params }),
      );
    },
    onSuccess: async (run) => {
      queries.setQueryData(keyOf(campaign_id), run);
      await forget();
    },
  });
}
