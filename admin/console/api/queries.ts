import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

const FRESH_MS = 15_000;
const RETRIES_MAX = 2;

/** What the API has answered, kept while it is fresh. A session that has ended leads to the sign-in. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiProblem && error.status === 401) {
        queries.setQueryData(['session'], null);
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: false,
      // What was refused will be refused again.
      retry: (failures, error) =>
        failures < RETRIES_MAX && !(error instanceof ApiProblem && error.status < 500),
    },
  },
});
