import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatTime } from '../../parts/format.ts';
import classes from './fraud.module.css';
import { asQuery, ShowMore, useList } from './pages.tsx';

type Entry =
  paths['/api/v1/fraud/audit']['get']['responses'][200]['content']['application/json']['entries'][number];

const PAGE_ROWS = 100;

const ACTIONS: Readonly<Record<string, string>> = {
  block_added: 'Blocked',
  block_removed: 'Block removed',
  never_block_added: 'Never blocked',
  never_block_removed: 'Exception removed',
  alert_raised: 'Alert raised',
  alert_resolved: 'Alert resolved',
  settings_changed: 'Settings changed',
  webhook_created: 'Webhook created',
  webhook_deleted: 'Webhook deleted',
  webhook_enabled: 'Webhook enabled',
  webhook_disabled: 'Webhook disabled',
};

/** Every change of lists, alerts, settings and webhooks: what, when and by whom. */
export function Audit() {
  const list = useList(['fraud', 'audit'], async (cursor) => {
    const query = { limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
    const page = await dataOf(api.GET('/api/v1/fraud/audit', { params: { query } }));
    return { rows: page.entries, next_cursor: page.next_cursor };
  });
  return (
    <Stack gap="sm">
      <Answered
        query={asQuery(list)}
        isEmpty={(entries) => entries.length === 0}
        empty={<Empty title="Nothing has been changed" hint="Each change will be listed here." />}
      >
        {(entries) => (
          <DataTable
            label="Audit trail"
            minWidth={1080}
            rows={entries}
            rowKey={({ entry_id }) => entry_id}
            columns={[
              {
                id: 'at',
                title: 'When',
                cell: ({ at }) => <span className={classes.nowrap}>{formatTime(at)}</span>,
              },
              {
                id: 'action',
                title: 'What',
                cell: ({ action }) => (
                  <span className={classes.nowrap}>{ACTIONS[action] ?? action}</span>
                ),
              },
              {
                id: 'subject',
                title: 'Of what',
                cell: (entry) => <Subject entry={entry} />,
              },
              {
                id: 'actor',
                title: 'By',
                cell: ({ actor }) =>
                  actor === 'automatic' ? 'Automatic' : <span className="literal">{actor}</span>,
              },
              { id: 'detail', title: 'Details', cell: ({ detail }) => <Detail of={detail} /> },
            ]}
          />
        )}
      </Answered>
      <ShowMore list={list} />
    </Stack>
  );
}

/** Leads to where it can be looked at. */
function Subject({ entry: { action, subject } }: { entry: Entry }) {
  const [text, href] = subjectOf(action, subject);
  return (
    <Anchor component={Link} href={href} size="sm" className={`literal ${classes.nowrap}`}>
      {text}
    </Anchor>
  );
}

function subjectOf(action: string, subject: string): [text: string, href: string] {
  if (action.startsWith('alert_')) {
    return [subject, '/fraud/alerts?status=all'];
  }
  if (action.startsWith('webhook_')) {
    return [subject, '/settings/webhooks'];
  }
  if (action === 'settings_changed') {
    return ['settings', '/fraud/settings'];
  }
  return [subject, action.startsWith('never_block_') ? '/fraud/never-block' : '/fraud/blocks'];
}

function Detail({ of }: { of: Entry['detail'] }) {
  const members = Object.entries(of).filter(([, value]) => value !== null);
  return (
    <Group gap="xs" className={classes.detail}>
      {members.map(([name, value]) => (
        <Text key={name} size="xs">
          <Text span c="dimmed" size="xs">
            {name.replaceAll('_', ' ')}
          </Text>{' '}
          <span className="literal">{textOf(value)}</span>
        </Text>
      ))}
    </Group>
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return /^\d{4}-\d{2}-\d{2}T/.test(value) ? formatTime(value) : value;
  }
  return typeof value === 'number'
    ? value.toLocaleString(undefined, { maximumFractionDigits: 4 })
    : JSON.stringify(value);
}
