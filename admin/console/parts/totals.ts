import { useQuery } from '@tanstack/react-query';
import type { paths } from '../../client/index.ts';
import { api, dataOf } from '../api/client.ts';

type ReportBody = NonNullable<
  paths['/api/v1/analytics/report']['post']['requestBody']
>['content']['application/json'];

/**
 * Sums over a whole period, as one row. They are there at once where what a page is about takes
 * seconds.
 */
export function useTotals(body: Pick<ReportBody, 'range' | 'metrics' | 'filters'>) {
  return useQuery({
    queryKey: ['totals', body],
    queryFn: async ({ signal }) => {
      const answer = await dataOf(
        api.POST('/api/v1/analytics/report', { signal, body: { ...body, grouping: [] } }),
      );
      return { totals: answer.totals as Record<string, number>, currency: answer.currency };
    },
  });
}
