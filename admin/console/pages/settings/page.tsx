import { Tabs } from '@mantine/core';
import { useLocation } from 'wouter';
import { Page } from '../../parts/page.tsx';
import { Domains } from './domains.tsx';
import { Keys } from './keys.tsx';
import { Organization } from './organization.tsx';
import { Status } from './status.tsx';
import { Webhooks } from './webhooks.tsx';

const TABS = [
  ['status', 'System status', Status],
  ['domains', 'Domains', Domains],
  ['keys', 'Keys', Keys],
  ['webhooks', 'Webhooks', Webhooks],
  ['organization', 'Organisation', Organization],
] as const;

/** What is set up once. Each tab has its own address. */
export default function SettingsPage() {
  const [location, navigate] = useLocation();
  const tab = TABS.find(([id]) => location === `/settings/${id}`)?.[0] ?? 'status';
  return (
    <Page title="Settings">
      <Tabs value={tab} onChange={(id) => navigate(`/settings/${id}`)} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map(([id, title]) => (
            <Tabs.Tab key={id} value={id}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(([id, , Content]) => (
          <Tabs.Panel key={id} value={id}>
            <Content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
