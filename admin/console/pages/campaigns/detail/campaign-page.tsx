import { Button, Group, Tabs } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { ApiProblem } from '../../../api/problem.ts';
import { Answered } from '../../../parts/answered.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { Page } from '../../../parts/page.tsx';
import { PastTraffic } from '../past/past-traffic.tsx';
import { campaignPath, useCampaign } from '../queries.ts';
import { StatusBadge } from '../status-badge.tsx';
import { Tester } from '../tester/tester.tsx';
import type { Campaign } from '../types.ts';
import { CampaignActions } from './campaign-actions.tsx';
import { EditCampaign } from './edit-campaign.tsx';
import { Overview } from './overview.tsx';

const TABS = [
  ['', 'Overview'],
  ['rules', 'Rules'],
  ['test', 'Test'],
  ['past', 'Past traffic'],
] as const;

/** One campaign. What is being written stays while the reader looks at other tabs. */
export function CampaignPage({ id, tab }: { id: string; tab: string }) {
  const query = useCampaign(id);
  if (query.error instanceof ApiProblem && query.error.status === 404) {
    return (
      <Page title="Campaign">
        <Empty
          title="There is no such campaign"
          hint={
            <>
              Nothing has the id <span className="literal">{id}</span> here.
            </>
          }
        >
          <Button component={Link} href="/campaigns">
            To the campaigns
          </Button>
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={query.data?.name ?? 'Campaign'}
      hint={
        <Group gap="xs">
          <span className="literal">{id}</span>
          {query.data !== undefined && <StatusBadge status={query.data.status} />}
        </Group>
      }
      actions={query.data !== undefined && <CampaignActions campaign={query.data} />}
    >
      <Answered query={query} height={480}>
        {(campaign) => <CampaignTabs campaign={campaign} tab={tab} />}
      </Answered>
    </Page>
  );
}

function CampaignTabs({ campaign, tab }: { campaign: Campaign; tab: string }) {
  const [, navigate] = useLocation();
  const current = TABS.some(([value]) => value === tab) ? tab : '';
  const [isEditorOpen, setEditorOpen] = useState(false);
  if (current === 'rules' && !isEditorOpen) {
    setEditorOpen(true);
  }
  return (
    <Tabs
      // Hidden, not suspended: it still asks before unsaved changes are lost.
      keepMountedMode="display-none"
      value={current === '' ? 'overview' : current}
      onChange={(value) =>
        navigate(campaignPath(campaign.campaign_id, value === 'overview' ? '' : (value ?? '')))
      }
    >
      <Tabs.List mb="md">
        {TABS.map(([value, label]) => (
          <Tabs.Tab key={label} value={value === '' ? 'overview' : value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="overview">{current === '' && <Overview campaign={campaign} />}</Tabs.Panel>
      <Tabs.Panel value="rules" keepMounted>
        {isEditorOpen && <EditCampaign campaign={campaign} />}
      </Tabs.Panel>
      <Tabs.Panel value="test">{current === 'test' && <Tester campaign={campaign} />}</Tabs.Panel>
      <Tabs.Panel value="past">
        {current === 'past' && <PastTraffic campaign={campaign} />}
      </Tabs.Panel>
    </Tabs>
  );
}
