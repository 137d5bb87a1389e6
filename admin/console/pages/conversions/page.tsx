import { Alert, SimpleGrid, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { Figure } from '../../parts/figure.tsx';
import { formatAgo, formatCount } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Ledger } from './ledger.tsx';
import { PostbackUrl } from './postback-url.tsx';
import { Trial } from './trial.tsx';

const REFRESH_MS = 15_000;

/** What merchants have reported, and whether it found its click. */
export default function ConversionsPage() {
  return (
    <Page
      title="Conversions"
      hint="What postbacks have reported, each one once, and the click that it belongs to."
    >
      <Summary />
      <Stack gap="xs" component="section" aria-label="Ledger">
        <Title order={2} size="h4">
          Ledger
        </Title>
        <Ledger />
      </Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <PostbackUrl />
        <Trial />
      </SimpleGrid>
    </Page>
  );
}

function Summary() {
  const summary = useQuery({
    queryKey: ['conversions', 'summary'],
    refetchInterval: REFRESH_MS,
    queryFn: () => dataOf(api.GET('/api/v1/conversions/summary')),
  });
  return (
    <Answered query={summary} height={90}>
      {({ last_24_hours, last_7_days, unmatched, oldest_unmatched }) => (
        <>
          <SimpleGrid cols={{ base: 2, md: 4 }}>
            <Figure label="Last 24 hours" value={formatCount(last_24_hours.conversions)} />
            <Figure label="Last 7 days" value={formatCount(last_7_days.conversions)} />
            <Figure
              label="Matched in 7 days"
              value={shareOf(last_7_days.matched, last_7_days.conversions)}
              hint={`${formatCount(last_7_days.unmatched)} without a click`}
            />
            <Figure
              label="Without a click, ever"
              value={formatCount(unmatched)}
              hint={
                oldest_unmatched === null
                  ? 'Each has found its click'
                  : `The oldest came ${formatAgo(oldest_unmatched.created_at)}`
              }
            />
          </SimpleGrid>
          {last_7_days.refused > 0 && (
            <Alert color="red" title={`${formatCount(last_7_days.refused)} are in no report`}>
              ClickHouse does not take them. They stay in the ledger; the engine’s log says why.
            </Alert>
          )}
        </>
      )}
    </Answered>
  );
}

function shareOf(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;
}
