import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../../api/client.ts';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { formatAgo } from '../../../parts/format.ts';
import type { Campaign, CampaignPatch } from '../types.ts';

const NAMES = {
  name: 'the name',
  timezone: 'the time zone',
  rules: 'the rules',
  default_action: 'what becomes of all other clicks',
  cost: 'the cost',
  status: 'the status',
} as const;
type Member = keyof typeof NAMES;
const MEMBERS = Object.keys(NAMES) as Member[];

/** Says that somebody else has saved the campaign meanwhile, what that concerns, and what can be done. */
export function Conflict({
  base,
  changes,
  isBusy,
  onTakeTheirs,
  onSave,
}: {
  /** What the changes were made to. */
  base: Campaign;
  changes: CampaignPatch;
  isBusy: boolean;
  onTakeTheirs: (theirs: Campaign) => void;
  /** Saves the changes over this version. */
  onSave: (version: number) => void;
}) {
  const theirs = useQuery({
    queryKey: ['campaigns', 'conflict', base.campaign_id, base.version],
    staleTime: 0,
    queryFn: () =>
      dataOf(api.GET('/api/v1/campaigns/{id}', { params: { path: { id: base.campaign_id } } })),
  });
  if (theirs.data === undefined) {
    return theirs.error === null ? null : <ErrorPanel error={theirs.error} />;
  }
  const campaign = theirs.data;
  const changedThere = MEMBERS.filter((member) => differs(base[member], campaign[member]));
  const both = changedThere.filter((member) => member in changes);
  return (
    <Alert
      variant="default"
      icon={<IconAlertTriangle aria-hidden />}
      role="alert"
      title="Somebody else has saved this campaign meanwhile"
    >
      <Stack gap="xs">
        <Text size="sm">
          {formatAgo(campaign.updated_at)} {inWords(changedThere)} changed.{' '}
          {both.length === 0
            ? 'You have changed other things: both can be kept.'
            : `You have changed ${both.map((member) => NAMES[member]).join(' and ')} as well: saving replaces theirs.`}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => onTakeTheirs(campaign)}>
            Drop mine, show theirs
          </Button>
          <Button size="xs" loading={isBusy} onClick={() => onSave(campaign.version)}>
            {both.length === 0 ? 'Save mine as well' : 'Save mine over theirs'}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function inWords(members: readonly Member[]): string {
  const names = members.map((member) => NAMES[member]);
  return `${names.length === 0 ? 'something' : names.join(' and ')} ${names.length > 1 ? 'were' : 'was'}`;
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
