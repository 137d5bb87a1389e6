import { Stack, Text } from '@mantine/core';
import { Section } from '../editor/campaign-fields.tsx';
import type { Campaign } from '../types.ts';
import { ClaimForm } from './claim-form.tsx';
import { RunList } from './run-list.tsx';

/** Traffic of before the campaign: what it could get, and what it has been given. */
export function PastTraffic({ campaign }: { campaign: Campaign }) {
  const hasRules = campaign.rules.length > 0;
  return (
    <Stack gap="md">
      <Section
        title="Claim past traffic"
        hint="Traffic that has no campaign and that the rules match is given to this one, in the background. It can be undone."
      >
        {hasRules ? (
          <ClaimForm campaign={campaign} />
        ) : (
          <Text size="sm">
            The campaign has no rules. Add one that says which traffic belongs to it.
          </Text>
        )}
      </Section>
      <RunList campaign={campaign} />
    </Stack>
  );
}
