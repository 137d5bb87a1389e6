import { Button, Center } from '@mantine/core';
import { type QueryKey, type UseQueryResult, useInfiniteQuery } from '@tanstack/react-query';

/** One page of a list as the API answers it. */
type ListPage<Row> = { rows: Row[]; next_cursor: string | null };

/**
 * A list that the API gives page by page.
 *
 * @param ask asks for the page behind a cursor; undefined: the first one
 */
export function useList<Row>(
  queryKey: QueryKey,
  ask: (cursor: string | undefined) => Promise<ListPage<Row>>,
  refetchIntervalMs?: number,
) {
  return useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => ask(pageParam),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    select: ({ pages }) => pages.flatMap(({ rows }) => rows),
    refetchInterval: refetchIntervalMs ?? false,
  });
}

type List<Row> = ReturnType<typeof useList<Row>>;

/** The list as `Answered` takes it. */
export function asQuery<Row>(list: List<Row>): UseQueryResult<Row[], Error> {
  return list as unknown as UseQueryResult<Row[], Error>;
}

/** Asks for the next page where there is one. */
export function ShowMore<Row>({ list }: { list: List<Row> }) {
  return list.hasNextPage ? (
    <Center pt="sm">
      <Button
        variant="default"
        loading={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        Show more
      </Button>
    </Center>
  ) : null;
}
