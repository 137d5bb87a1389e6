import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { api, dataOf } from '../../../api/client.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { campaignPath, keepCampaign } from '../queries.ts';
import { say } from '../say.ts';
import type { Campaign } from '../types.ts';

/** Asks how the copy is to be called. */
export function CloneDialog({
  campaign,
  isOpen,
  onClose,
}: {
  campaign: Campaign;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Clone ${campaign.name}`}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <CloneForm campaign={campaign} onDone={onClose} />
    </Modal>
  );
}

function CloneForm({ campaign, onDone }: { campaign: Campaign; onDone: () => void }) {
  const [name, setName] = useState(`${campaign.name} (copy)`.slice(0, 200));
  const [id, setId] = useState('');
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const clone = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/v1/campaigns/{id}/clone', {
          params: { path: { id: campaign.campaign_id } },
          body: { name, ...(id === '' ? {} : { campaign_id: id }) },
        }),
      ),
    onSuccess: (copy) => {
      keepCampaign(queries, copy);
      say(`${copy.name} has been created, paused.`);
      onDone();
      navigate(campaignPath(copy.campaign_id, 'rules'));
    },
  });
  const faultAt = (member: string) =>
    clone.error instanceof ApiProblem ? clone.error.errorAt(`/body/${member}`) : undefined;
  const isShown = faultAt('name') !== undefined || faultAt('campaign_id') !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    clone.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">
          Rules, default action, time zone and cost are copied, no traffic. The copy is paused.
        </Text>
        <TextInput
          label="Name"
          required
          data-autofocus
          maxLength={200}
          value={name}
          error={faultAt('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Id"
          placeholder={`${campaign.campaign_id}_copy`}
          value={id}
          error={faultAt('campaign_id')}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        {clone.error !== null && !isShown && <ErrorPanel error={clone.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Leave it
          </Button>
          <Button type="submit" loading={clone.isPending} disabled={name.trim() === ''}>
            Clone
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
