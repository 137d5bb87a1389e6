import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../../api/client.ts';
import { useList } from '../pages.tsx';
import type { Alert } from './groups.ts';

const PAGE_ROWS = 60;
const REFRESH_MS = 5_000;

export type AlertFilter = 'open' | 'resolved' | 'all';

export function useAlerts(filter: AlertFilter) {
  return useList(
    ['fraud', 'alerts', filter],
    async (cursor) => {
      const query = {
        limit: PAGE_ROWS,
        ...(filter === 'all' ? {} : { status: filter }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      const page = await dataOf(api.GET('/api/v1/alerts', { params: { query } }));
      return { rows: page.alerts, next_cursor: page.next_cursor };
    },
    REFRESH_MS,
  );
}

/** Resolves alerts one after the other, with the same reason. */
export function useResolve() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ alerts, reason }: { alerts: readonly Alert[]; reason: string }) => {
      for (const { alert_id } of alerts) {
        const params = { path: { alert_id } };
        await dataOf(api.POST('/api/v1/alerts/{alert_id}/resolve', { params, body: { reason } }));
      }
    },
    // Also when one of them failed: those before it are resolved.
    onSettled: () => queries.invalidateQueries({ queryKey: ['fraud'] }),
  });
}
