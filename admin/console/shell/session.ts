import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { paths } from '../../client/index.ts';
import { api, dataOf } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';

/** Who has signed in: the key's organisation and what the key allows. */
export type Session =
  paths['/api/v1/session']['get']['responses'][200]['content']['application/json'];

const KEY = ['session'];

/** `data` is null when nobody has signed in. */
export function useSessionQuery() {
  return useQuery<Session | null>({
    queryKey: KEY,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      try {
        return await dataOf(api.GET('/api/v1/session'));
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) {
          return null;
        }
        throw error;
      }
    },
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => dataOf(api.POST('/api/v1/session', { body: { key } })),
    onSuccess: (session) => queries.setQueryData(KEY, session),
  });
}

/** Forgets everything that was asked with the session. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/session')),
    onSuccess: () => {
      // The session's own query stays: the shell looks at it.
      queries.setQueryData(KEY, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
    },
  });
}

export const SessionContext = createContext<Session | null>(null);

/** The session; only below the shell, which shows nothing else without one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) {
    throw new Error('useSession is for what the shell shows');
  }
  return session;
}

/** Whether the key that was signed in with may do something. */
export function useMay(scope: string): boolean {
  return useSession().scopes.includes(scope);
}
