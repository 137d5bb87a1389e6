import { SimpleGrid, Stack } from '@mantine/core';
import { useMay } from '../../../shell/session.ts';
import type { Campaign } from '../types.ts';
import { CampaignFacts } from './campaign-facts.tsx';
import { CampaignPerformance } from './campaign-performance.tsx';
import { LinkCards } from './link-cards.tsx';

/** What a campaign brought, how it is reached, and what is set. */
export function Overview({ campaign }: { campaign: Campaign }) {
  const mayAnalyse = useMay('analytics:read');
  return (
    <Stack gap="md">
      {mayAnalyse && <CampaignPerformance campaign={campaign} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <LinkCards campaign={campaign} />
        <CampaignFacts campaign={campaign} />
      </SimpleGrid>
    </Stack>
  );
}
