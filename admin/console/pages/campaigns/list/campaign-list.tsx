import { Button, SimpleGrid, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Answered } from '../../../parts/answered.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { Figure } from '../../../parts/figure.tsx';
import { formatCount, formatMoney } from '../../../parts/format.ts';
import { Page } from '../../../parts/page.tsx';
import { PeriodPicker, usePeriod } from '../../../parts/period.tsx';
import { useUrlFilters } from '../../../parts/url-state.ts';
import { useMay, useSession } from '../../../shell/session.ts';
import { type ListedStatus, NEW_CAMPAIGN_PATH, useCampaignList } from '../queries.ts';
import { CampaignTable } from './campaign-table.tsx';
import { ListFilters } from './list-filters.tsx';
import { type CampaignRow, useFigures } from './use-figures.ts';

/** All campaigns with what they brought in a period. */
export function CampaignList() {
  const mayWrite = useMay('campaigns:write');
  const mayAnalyse = useMay('analytics:read');
  const period = usePeriod();
  const [{ status, find }, setFilters] = useUrlFilters(['status', 'find']);
  const listed = useCampaignList(statusOf(status));
  return (
    <Page
      title="Campaigns"
      hint="Links, and the rules that decide where they lead."
      actions={
        <>
          {mayAnalyse && <PeriodPicker state={period} />}
          {mayWrite && (
            <Button component={Link} href={NEW_CAMPAIGN_PATH} leftSection={<IconPlus size={16} />}>
              New campaign
            </Button>
          )}
        </>
      }
    >
      <ListFilters status={status} find={find} onChange={setFilters} />
      <Answered
        query={listed}
        height={400}
        isEmpty={({ pages }) => pages.every(({ campaigns }) => campaigns.length === 0)}
        empty={<NoCampaigns status={status} mayWrite={mayWrite} />}
      >
        {({ pages }) => (
          <Found
            pages={pages.map(({ campaigns }) => campaigns)}
            find={find}
            period={period}
            more={
              listed.hasNextPage && (
                <Button
                  variant="default"
                  loading={listed.isFetchingNextPage}
                  onClick={() => void listed.fetchNextPage()}
                >
                  Show more campaigns
                </Button>
              )
            }
          />
        )}
      </Answered>
    </Page>
  );
}

function Found({
  pages,
  find,
  period,
  more,
}: {
  pages: Parameters<typeof useFigures>[0];
  find: string;
  period: ReturnType<typeof usePeriod>;
  more: ReactNode;
}) {
  const { rows, error, retry } = useFigures(pages, period.range);
  const wanted = find.trim().toLowerCase();
  const found = rows.filter(
    ({ campaign: { campaign_id, name } }) =>
      name.toLowerCase().includes(wanted) || campaign_id.toLowerCase().includes(wanted),
  );
  return (
    <Stack gap="md" align="stretch">
      {error !== null && <ErrorPanel error={error} onRetry={retry} />}
      <Totals rows={found} />
      {found.length === 0 ? (
        <Empty title="No campaign has this in its name or id" hint={`Looked for “${find}”.`} />
      ) : (
        <CampaignTable rows={found} />
      )}
      {more !== false && <div>{more}</div>}
    </Stack>
  );
}

function Totals({ rows }: { rows: readonly CampaignRow[] }) {
  const { currency } = useSession().organization;
  const mayAnalyse = useMay('analytics:read');
  if (!mayAnalyse) {
    return null;
  }
  const isComplete = rows.every(({ metrics }) => metrics !== undefined);
  const sum = (of: 'clicks' | 'conversions' | 'revenue') =>
    isComplete ? rows.reduce((total, { metrics }) => total + (metrics?.[of] ?? 0), 0) : undefined;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      <Figure label="Clicks" value={formatCount(sum('clicks'))} hint="of the campaigns below" />
      <Figure label="Conversions" value={formatCount(sum('conversions'))} />
      <Figure label="Revenue" value={formatMoney(sum('revenue'), currency)} />
    </SimpleGrid>
  );
}

function NoCampaigns({ status, mayWrite }: { status: string; mayWrite: boolean }) {
  if (status !== '') {
    return <Empty title={`No campaign is ${status}`} hint="Choose another status above." />;
  }
  return (
    <Empty
      title="There are no campaigns yet"
      hint="A campaign gives you a link to put into ads and posts, and decides where it leads."
    >
      {mayWrite && (
        <Button component={Link} href={NEW_CAMPAIGN_PATH}>
          Create the first one
        </Button>
      )}
    </Empty>
  );
}

function statusOf(text: string): ListedStatus | '' {
  return text === 'active' || text === 'paused' || text === 'archived' ? text : '';
}
