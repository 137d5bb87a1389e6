import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { formatClock } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { TIMEZONE } from '../../parts/period.tsx';
import { useMay } from '../../shell/session.ts';
import { Feed } from './feed.tsx';
import { TrafficFigures, TrafficTimeline } from './traffic.tsx';

const REFRESH_MS = 30_000;

/** What is going on now. */
export default function LivePage() {
  const isAllowed = useMay('analytics:read');
  const realtime = useQuery({
    queryKey: ['live', 'realtime'],
    enabled: isAllowed,
    refetchInterval: REFRESH_MS,
    queryFn: () =>
      dataOf(api.GET('/api/v1/analytics/realtime', { params: { query: { timezone: TIMEZONE } } })),
  });
  if (!isAllowed) {
    return (
      <Page title="Live" hint="Needs a key with the scope analytics:read.">
        {null}
      </Page>
    );
  }
  return (
    <Page
      title="Live"
      hint={
        realtime.data === undefined
          ? 'The last hour and today'
          : `Figures as of ${formatClock(realtime.data.last_updated)}; events as they arrive`
      }
    >
      <Answered query={realtime} height={370}>
        {(metrics) => (
          <Stack gap="md">
            <TrafficFigures metrics={metrics} />
            <TrafficTimeline metrics={metrics} />
          </Stack>
        )}
      </Answered>
      <Feed />
    </Page>
  );
}
