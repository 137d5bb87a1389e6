import { Button, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../../api/client.ts';
import { Answered } from '../../../parts/answered.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { Section } from '../editor/campaign-fields.tsx';
import type { Campaign, Run } from '../types.ts';
import { RunCard } from './run-card.tsx';

const REFRESH_MS = 1_000;
const RUNS_PER_PAGE = 20;
const UNFINISHED: ReadonlySet<Run['status']> = new Set([
  'queued',
  'running',
  'cancelling',
  'undoing',
]);

/** The runs of a campaign, newest first. Looks again each second while one is at work. */
export function RunList({ campaign }: { campaign: Campaign }) {
  const id = campaign.campaign_id;
  const runs = useInfiniteQuery({
    queryKey: ['campaigns', 'runs', id],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/v1/campaigns/{id}/retroactive/runs', {
          params: {
            path: { id },
            query: { limit: RUNS_PER_PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.runs.some(({ status }) => UNFINISHED.has(status)))
        ? REFRESH_MS
        : false,
  });
  return (
    <Section title="Runs">
      <Answered
        query={runs}
        isEmpty={({ pages }) => pages.every((page) => page.runs.length === 0)}
        empty={<Empty title="Nothing has been claimed" hint="Choose days above and count first." />}
      >
        {({ pages }) => (
          <Stack gap="sm">
            {pages.flatMap((page) =>
              page.runs.map((run) => <RunCard key={run.run_id} run={run} />),
            )}
            {runs.hasNextPage && (
              <Button
                variant="default"
                w="fit-content"
                loading={runs.isFetchingNextPage}
                onClick={() => void runs.fetchNextPage()}
              >
                Show older runs
              </Button>
            )}
          </Stack>
        )}
      </Answered>
    </Section>
  );
}
