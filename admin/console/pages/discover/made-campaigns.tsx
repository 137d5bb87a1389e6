import { Anchor, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { Answered } from '../../parts/answered.tsx';
import { formatDay } from '../../parts/format.ts';
import type { Campaign } from './campaigns.ts';
import { RunStatus } from './run-status.tsx';
import { useLatestRun } from './runs.ts';

const SHOWN_MAX = 6;

/** The newest campaigns that took, or are to take, traffic of the past; with a way back. */
export function MadeCampaigns({ campaigns }: { campaigns: readonly Campaign[] }) {
  const retroactive = campaigns.filter(({ time_range }) => time_range !== null).slice(0, SHOWN_MAX);
  if (retroactive.length === 0) {
    return null;
  }
  return (
    <Stack gap="sm" component="section" aria-label="Retroactive campaigns">
      <div>
        <Title order={2} size="h4">
          Retroactive campaigns
        </Title>
        <Text size="sm" c="dimmed">
          The newest ones, with their last run. An undo makes every click what it was before.
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {retroactive.map((campaign) => (
          <MadeCampaign key={campaign.campaign_id} campaign={campaign} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function MadeCampaign({ campaign: { campaign_id, name, time_range } }: { campaign: Campaign }) {
  const latest = useLatestRun(campaign_id);
  return (
    <Card>
      <Stack gap="xs">
        <div>
          <Anchor component={Link} href={`/campaigns/${campaign_id}`} fw={600}>
            {name}
          </Anchor>
          <Text size="xs" c="dimmed">
            <span className="literal">{campaign_id}</span>
            {time_range !== null && ` · ${formatRange(time_range)}`}
          </Text>
        </div>
        <Answered query={latest} height={90}>
          {(run) =>
            run === null ? (
              <Text size="sm">Nothing has been attributed yet.</Text>
            ) : (
              <RunStatus run={run} />
            )
          }
        </Answered>
      </Stack>
    </Card>
  );
}

/** Days, the last one included. A bare date is shown as that day wherever the reader is. */
function formatRange({ start, end }: { start: string; end: string }): string {
  const last = new Date(momentOf(end) - 1).toISOString();
  return `${formatDay(new Date(momentOf(start)).toISOString())} to ${formatDay(last)}`;
}

function momentOf(text: string): number {
  return new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text).getTime();
}
