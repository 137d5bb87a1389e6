import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '../../api/problem.ts';
import { Answered } from '../../parts/answered.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { type Campaign, useDiscardCampaign, useMakeCampaign } from './campaigns.ts';
import { PreviewCounts } from './preview.tsx';
import { RunStatus } from './run-status.tsx';
import { useLatestRun, useStartRun } from './runs.ts';
import type { SuggestedCampaign } from './search.ts';

/**
 * From a pattern to its campaign: name and destination, what it would take, and the run. Where it stands
 * is told by the API alone, so it can be closed and opened again at any point.
 *
 * @param made the pattern's campaign if there is one
 */
export function CampaignDialog({
  suggested,
  made,
  isOpen,
  onClose,
}: {
  suggested: SuggestedCampaign;
  made: Campaign | undefined;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="lg"
      title={`Campaign for ${suggested.name}`}
    >
      {made === undefined ? (
        <MakeForm suggested={suggested} />
      ) : (
        <MadeCampaign campaign={made} timeRange={suggested.time_range} onClose={onClose} />
      )}
    </Modal>
  );
}

function MakeForm({ suggested }: { suggested: SuggestedCampaign }) {
  const [name, setName] = useState(suggested.name);
  const [destination, setDestination] = useState(destinationOf(suggested));
  const make = useMakeCampaign();
  const problem = make.error instanceof ApiProblem ? make.error : undefined;
  const nameError = problem?.errorAt('/body/name');
  const destinationError = problem?.errorAt('/body/rules/0/action');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate({ ...withDestination(suggested, destination.trim()), name: name.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          data-autofocus
          required
          value={name}
          error={nameError}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Destination"
          description="Where visitors go who follow the campaign's link from now on and match the pattern. What has happened stays as it was."
          required
          inputMode="url"
          value={destination}
          error={destinationError}
          onChange={(event) => setDestination(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          Its id will be <span className="literal">{suggested.campaign_id}</span>. The campaign is
          made paused, and nothing is attributed before you have seen what it takes.
        </Text>
        {make.error !== null && nameError === undefined && destinationError === undefined && (
          <ErrorPanel error={make.error} />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending}>
            Make it and count
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function MadeCampaign({
  campaign,
  timeRange,
  onClose,
}: {
  campaign: Campaign;
  timeRange: SuggestedCampaign['time_range'];
  onClose: () => void;
}) {
  const latest = useLatestRun(campaign.campaign_id);
  return (
    <Stack gap="md">
      <Answered query={latest} height={120}>
        {(run) =>
          run === null || run.status === 'undone' ? (
            <BeforeRun
              campaign={campaign}
              timeRange={timeRange}
              hasRun={run !== null}
              onClose={onClose}
            />
          ) : (
            <RunStatus run={run} />
          )
        }
      </Answered>
      <Anchor component={Link} href={`/campaigns/${campaign.campaign_id}`} size="sm">
        Open the campaign
      </Anchor>
    </Stack>
  );
}

function BeforeRun({
  campaign,
  timeRange,
  hasRun,
  onClose,
}: {
  campaign: Campaign;
  timeRange: SuggestedCampaign['time_range'];
  hasRun: boolean;
  onClose: () => void;
}) {
  const start = useStartRun(campaign.campaign_id);
  const discard = useDiscardCampaign();
  const error = start.error ?? discard.error;
  return (
    <Stack gap="md">
      {hasRun && (
        <Alert color="gray" title="The last run was undone">
          Its traffic is unattributed again. You can start over.
        </Alert>
      )}
      <PreviewCounts campaignId={campaign.campaign_id} timeRange={timeRange} />
      {campaign.status === 'paused' && (
        <Text size="sm" c="dimmed">
          The campaign is paused. Attributing makes it active, so that its link works from then on.
        </Text>
      )}
      {error !== null && <ErrorPanel error={error} />}
      <Group justify="space-between">
        {hasRun ? (
          <span />
        ) : (
          <Button
            variant="subtle"
            color="gray"
            loading={discard.isPending}
            onClick={() => discard.mutate(campaign.campaign_id, { onSuccess: onClose })}
          >
            Discard the campaign
          </Button>
        )}
        <Button loading={start.isPending} onClick={() => start.mutate(timeRange)}>
          Attribute this traffic
        </Button>
      </Group>
    </Stack>
  );
}

function destinationOf({ rules }: SuggestedCampaign): string {
  const action = rules[0]?.action;
  return action?.type === 'redirect' ? (action.destination ?? '') : '';
}

function withDestination(campaign: SuggestedCampaign, destination: string): SuggestedCampaign {
  return {
    ...campaign,
    rules: campaign.rules.map((rule) =>
      rule.action.type === 'redirect' ? { ...rule, action: { ...rule.action, destination } } : rule,
    ),
  };
}
