import { Anchor, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { Answered } from '../../parts/answered.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatCount } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { type Period, PeriodPicker, usePeriod } from '../../parts/period.tsx';
import { useTotals } from '../../parts/totals.ts';
import { useMay } from '../../shell/session.ts';
import { useCampaigns } from './campaigns.ts';
import { SearchFilters, useSearchFilters } from './filters.tsx';
import { MadeCampaigns } from './made-campaigns.tsx';
import { PatternCard } from './pattern-card.tsx';
import { type Found, useSearch } from './search.ts';

/** Groups in traffic that belongs to no campaign, and the way from each to a campaign of its own. */
export default function DiscoverPage() {
  const isAllowed = useMay('analytics:read');
  const period = usePeriod('90d');
  const filters = useSearchFilters();
  const { minTraffic, minConfidence } = filters;
  const found = useSearch({ range: period.range, minTraffic, minConfidence }, isAllowed);
  const campaigns = useCampaigns();
  if (!isAllowed) {
    return (
      <Page title="Discover" hint="Needs a key with the scope analytics:read.">
        {null}
      </Page>
    );
  }
  return (
    <Page
      title="Discover"
      hint="Groups in the traffic that belongs to no campaign. Make one a campaign, and it takes what it has missed."
      actions={<PeriodPicker state={period} />}
    >
      <SearchFilters
        state={filters}
        isSearching={found.isFetching}
        onSearch={() => void found.refetch()}
      />
      {found.isPending ? (
        <Searching range={period.range} />
      ) : (
        <Answered
          query={found}
          isEmpty={({ patterns }) => patterns.length === 0}
          empty={<Nothing of={found.data} />}
        >
          {(answer) => <Patterns found={answer} campaigns={campaigns.data ?? []} />}
        </Answered>
      )}
      {campaigns.data !== undefined && <MadeCampaigns campaigns={campaigns.data} />}
    </Page>
  );
}

function Searching({ range }: { range: Period }) {
  const { data } = useTotals({
    range,
    metrics: ['clicks', 'visits'],
    filters: [{ field: 'campaign_id', operator: 'not_exists' }],
  });
  const { clicks = 0, visits = 0 } = data?.totals ?? {};
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" role="status">
        Searching{data !== undefined && ` in ${formatCount(clicks + visits)} clicks and visits`}.
        This takes some seconds.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} aria-busy>
        <Skeleton height={300} />
        <Skeleton height={300} />
      </SimpleGrid>
    </Stack>
  );
}

function Patterns({
  found: { patterns, searched },
  campaigns,
}: {
  found: Found;
  campaigns: NonNullable<ReturnType<typeof useCampaigns>['data']>;
}) {
  const isEstimate = searched.one_in > 1;
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {patterns.length === 1 ? 'One pattern' : `${patterns.length} patterns`} in{' '}
        {formatCount(searched.events)} clicks and visits without a campaign
        {isEstimate && `, one in ${searched.one_in} of them looked at: figures are estimates`}.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {patterns.map((pattern) => (
          <PatternCard
            key={pattern.pattern_id}
            pattern={pattern}
            isEstimate={isEstimate}
            made={campaigns.find(
              ({ campaign_id }) => campaign_id === pattern.suggested_campaign.campaign.campaign_id,
            )}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Nothing({ of }: { of: Found | undefined }) {
  const events = of?.searched.events ?? 0;
  return events === 0 ? (
    <Empty
      title="No traffic without a campaign"
      hint="All clicks and visits of this time belong to campaigns, or there were none. Choose a longer period."
    />
  ) : (
    <Empty
      title="No pattern found"
      hint={
        <>
          Nothing in {formatCount(events)} clicks and visits without a campaign is more than chance
          explains. Choose a longer period, fewer clicks, or a lower confidence. Traffic by site is
          in the{' '}
          <Anchor component={Link} href="/report" size="sm">
            report
          </Anchor>
          .
        </>
      }
    />
  );
}
