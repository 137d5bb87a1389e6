import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArchive,
  IconCopy,
  IconDots,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../../api/client.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { useMay } from '../../../shell/session.ts';
import { keepCampaign } from '../queries.ts';
import { say, sayFailed } from '../say.ts';
import type { Campaign } from '../types.ts';
import { CloneDialog } from './clone-dialog.tsx';

/** Pause, clone, archive. */
export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const mayWrite = useMay('campaigns:write');
  const [dialog, setDialog] = useState<'' | 'pause' | 'clone' | 'archive'>('');
  const close = () => setDialog('');
  const { setStatus, archive } = useStatusChanges(campaign, close);
  if (!mayWrite) {
    return null;
  }
  const isActive = campaign.status === 'active';
  return (
    <>
      {isActive ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          onClick={() => setDialog('pause')}
        >
          Pause
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={setStatus.isPending}
          onClick={() => setStatus.mutate('active')}
        >
          {campaign.status === 'archived' ? 'Bring back' : 'Activate'}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More for this campaign">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => setDialog('clone')}>
            Clone
          </Menu.Item>
          {campaign.status !== 'archived' && (
            <Menu.Item
              color="red"
              leftSection={<IconArchive size={16} />}
              onClick={() => setDialog('archive')}
            >
              Archive
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        title={`Pause ${campaign.name}?`}
        action="Pause"
        color="orange"
        isOpen={dialog === 'pause'}
        isBusy={setStatus.isPending}
        onConfirm={() => setStatus.mutate('paused')}
        onClose={close}
      >
        Within a second its link leads to the organisation's fallback URL, else to 404. Clicks that
        come meanwhile have no campaign.
      </Confirm>
      <Confirm
        title={`Archive ${campaign.name}?`}
        action="Archive"
        isOpen={dialog === 'archive'}
        isBusy={archive.isPending}
        onConfirm={() => archive.mutate()}
        onClose={close}
      >
        Its link stops working within a second. What it was worth stays in the reports, and it can
        be brought back.
      </Confirm>
      <CloneDialog campaign={campaign} isOpen={dialog === 'clone'} onClose={close} />
    </>
  );
}

/** Changes of the status are made whatever else has changed: they are about the campaign as a whole. */
function useStatusChanges(campaign: Campaign, onDone: () => void) {
  const queries = useQueryClient();
  const path = { id: campaign.campaign_id };
  const shared = {
    onSuccess: (changed: Campaign) => {
      keepCampaign(queries, changed);
      say(`${changed.name} is ${changed.status} now.`);
      onDone();
    },
    onError: (error: Error) => {
      sayFailed('Nothing was changed', error);
      onDone();
    },
  };
  const setStatus = useMutation({
    ...shared,
    mutationFn: (status: 'active' | 'paused') =>
      dataOf(api.PATCH('/api/v1/campaigns/{id}', { params: { path }, body: { status } })),
  });
  const archive = useMutation({
    ...shared,
    mutationFn: () => dataOf(api.DELETE('/api/v1/campaigns/{id}', { params: { path } })),
  });
  return { setStatus, archive };
}
