import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorPanel } from './error-panel.tsx';

/**
 * Shows what a query has answered: its shape while it waits, the error with a way to ask again, `empty`
 * where there is nothing. An answer that is being refreshed stays.
 */
export function Answered<Data>({
  query,
  height = 160,
  empty,
  isEmpty,
  children,
}: {
  query: UseQueryResult<Data, Error>;
  /** Of what will be there, in pixels, so that the page does not jump. */
  height?: number;
  empty?: ReactNode;
  isEmpty?: (data: Data) => boolean;
  children: (data: Data) => ReactNode;
}) {
  if (query.isPending) {
    return <Skeleton height={height} role="status" aria-busy aria-label="Loading" />;
  }
  if (query.data === undefined) {
    return query.error === null ? null : (
      <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  return (isEmpty?.(query.data) ?? false) ? empty : children(query.data);
}
