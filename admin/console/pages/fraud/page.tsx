import { Badge, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { useLocation } from 'wouter';
import { api, dataOf } from '../../api/client.ts';
import { Page } from '../../parts/page.tsx';
import { NotFound } from '../../shell/not-found.tsx';
import { useMay } from '../../shell/session.ts';
import { Alerts } from './alerts/alerts.tsx';
import { Audit } from './audit.tsx';
import classes from './fraud.module.css';
import { BlockList } from './lists/block-list.tsx';
import { NeverBlockList } from './lists/never-block-list.tsx';
import { Report } from './report.tsx';
import { Scores } from './scores.tsx';
import { Settings } from './settings/settings.tsx';

const TABS: ReadonlyArray<readonly [id: string, label: string, content: ComponentType]> = [
  ['alerts', 'Alerts', Alerts],
  ['blocks', 'Blocked', BlockList],
  ['never-block', 'Never blocked', NeverBlockList],
  ['scores', 'Scores', Scores],
  ['report', 'Report', Report],
  ['settings', 'Settings', Settings],
  ['audit', 'Audit trail', Audit],
];
const FIRST = 'alerts';
const COUNTED_MAX = 100;
const REFRESH_MS = 15_000;

/** Who clicks like a machine, what is done about it, and who decided so. Each tab has its own address. */
export default function FraudPage() {
  const isAllowed = useMay('analytics:read');
  const [location, navigate] = useLocation();
  const chosen = location.split('/')[2] ?? FIRST;
  const tab = TABS.find(([id]) => id === chosen);
  if (tab === undefined) {
    return <NotFound />;
  }
  if (!isAllowed) {
    return (
      <Page title="Fraud" hint="Needs a key with the scope analytics:read.">
        {null}
      </Page>
    );
  }
  const [, , Content] = tab;
  return (
    <Page
      title="Fraud"
      hint="Every click is judged before it is redirected, by what its address did in the last hour."
    >
      <Tabs value={chosen} onChange={(id) => navigate(`/fraud/${id ?? FIRST}`)}>
        <Tabs.List className={classes.tabs} aria-label="Fraud">
          {TABS.map(([id, label]) => (
            <Tabs.Tab
              key={id}
              value={id}
              // On narrow screens the list scrolls, and the chosen tab may lie outside of what is seen.
              ref={id === chosen ? showTab : null}
              rightSection={id === FIRST ? <OpenAlerts /> : undefined}
            >
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={chosen} pt="md">
          <Content />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function showTab(tab: HTMLButtonElement | null): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

/** How many alerts wait for somebody. */
function OpenAlerts() {
  const open = useQuery({
    queryKey: ['fraud', 'open-alerts'],
    refetchInterval: REFRESH_MS,
    queryFn: async () => {
      const query = { status: 'open' as const, limit: COUNTED_MAX };
      const page = await dataOf(api.GET('/api/v1/alerts', { params: { query } }));
      return { count: page.alerts.length, hasMore: page.next_cursor !== null };
    },
  });
  if (open.data === undefined || open.data.count === 0) {
    return null;
  }
  return (
    <Badge size="sm" variant="light" color="red" aria-label={`${open.data.count} open`}>
      {open.data.count}
      {open.data.hasMore && '+'}
    </Badge>
  );
}
