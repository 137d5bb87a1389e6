import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { paths } from '../../../../client/index.ts';
import { api, dataOf } from '../../../api/client.ts';
import type { FraudSettings } from './fields.ts';

const KEY = ['fraud', 'settings'];

type Test = paths['/api/v1/fraud/settings/test']['post'];
export type Backtest = Test['responses'][200]['content']['application/json'];
type TestBody = NonNullable<Test['requestBody']>['content']['application/json'];
export type TestedSettings = NonNullable<TestBody['settings']>;

/** What is set, and what was tried out, over the same days. */
export type Comparison = { days: number; tried: TestedSettings; before: Backtest; after: Backtest };

export function useSettings() {
  return useQuery({ queryKey: KEY, queryFn: () => dataOf(api.GET('/api/v1/fraud/settings')) });
}

export function useSaveSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: Partial<FraudSettings>) =>
      dataOf(api.PUT('/api/v1/fraud/settings', { body: changes })),
    onSuccess: (settings) => {
      queries.setQueryData(KEY, settings);
      return queries.invalidateQueries({ queryKey: ['fraud'] });
    },
  });
}

/** Tries settings out on stored clicks, beside those that hold now. One after the other: few run at once. */
export function useBacktest() {
  return useMutation({
    mutationFn: async ({
      settings,
      days,
    }: {
      settings: TestedSettings;
      days: number;
    }): Promise<Comparison> => {
      const before = await backtest({ days });
      const after =
        Object.keys(settings).length === 0 ? before : await backtest({ settings, days });
      return { days, tried: settings, before, after };
    },
  });
}

function backtest(body: TestBody): Promise<Backtest> {
  return dataOf(api.POST('/api/v1/fraud/settings/test', { body }));
}
