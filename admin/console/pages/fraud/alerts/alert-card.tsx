import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { formatAgo, formatCount, formatScore, formatTime } from '../../../parts/format.ts';
import { useMay } from '../../../shell/session.ts';
import { EntryDialog } from '../lists/entry-dialog.tsx';
import type { ListKind } from '../lists/lists.ts';
import { Patterns, patternName } from '../patterns.tsx';
import { formatInterval, rhythmOf } from '../window.ts';
import type { AlertGroup, Detection } from './groups.ts';
import { ResolveDialog } from './resolve-dialog.tsx';

/** What one address did, and what can be done about it. */
export function AlertCard({ group, isBlocked }: { group: AlertGroup; isBlocked: boolean }) {
  const { address, alerts, detection, createdAt } = group;
  const resolved = alerts.find(({ status }) => status === 'resolved');
  return (
    <Card component="article" aria-label={`Alert about ${address}`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Title order={2} size="h5" className="literal">
              {address}
            </Title>
            {detection.country !== undefined && <Text size="sm">{detection.country}</Text>}
            {isBlocked && (
              <Badge variant="light" color="red">
                Blocked
              </Badge>
            )}
            {resolved !== undefined && (
              <Badge variant="light" color="gray">
                Resolved
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed" title={formatTime(createdAt)}>
            {formatAgo(createdAt)}
          </Text>
        </Group>
        <Group gap="xs">
          {detection.confidence !== undefined && (
            <Text size="sm" fw={600} className="figures">
              Confidence {formatScore(detection.confidence)}
            </Text>
          )}
          <Patterns patterns={detection.patterns} />
        </Group>
        <Facts detection={detection} />
        {resolved === undefined ? (
          <AlertActions group={group} isBlocked={isBlocked} />
        ) : (
          <Text size="sm">
            {resolved.resolution ?? 'Without a reason'}
            <Text span c="dimmed" size="sm">
              {' '}
              · <span className="literal">{resolved.resolved_by}</span>,{' '}
              {formatTime(resolved.resolved_at)}
            </Text>
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function Facts({ detection }: { detection: Detection }) {
  const { clicks, agents, meanIntervalMs, intervalVariation, userAgent } = detection;
  const facts = [
    clicks === undefined ? '' : `${formatCount(clicks)} clicks in an hour`,
    agents === undefined
      ? ''
      : `${formatCount(agents)} ${agents === 1 ? 'user agent' : 'user agents'}`,
    meanIntervalMs === undefined ? '' : `one each ${formatInterval(meanIntervalMs)}`,
    intervalVariation === undefined ? '' : rhythmOf(intervalVariation),
  ].filter((fact) => fact !== '');
  return (
    <div>
      <Text size="sm" className="figures">
        {facts.join(' · ')}
      </Text>
      {userAgent !== undefined && (
        <Text size="xs" c="dimmed" className="literal">
          {userAgent}
        </Text>
      )}
    </div>
  );
}

function AlertActions({ group, isBlocked }: { group: AlertGroup; isBlocked: boolean }) {
  const isAllowed = useMay('fraud:write');
  const [dialog, setDialog] = useState<ListKind | 'resolve' | null>(null);
  if (!isAllowed) {
    return null;
  }
  const { address, alerts } = group;
  const close = () => setDialog(null);
  const reason = [...new Set(alerts.map(({ pattern }) => patternName(pattern)))].join(', ');
  return (
    <Group gap="xs">
      <Button size="xs" variant="light" onClick={() => setDialog('resolve')}>
        Resolve
      </Button>
      {!isBlocked && (
        <Button size="xs" variant="default" onClick={() => setDialog('block')}>
          Block it
        </Button>
      )}
      <Button size="xs" variant="default" onClick={() => setDialog('never_block')}>
        Never block it
      </Button>
      <ResolveDialog group={group} isOpen={dialog === 'resolve'} onClose={close} />
      <EntryDialog
        kind="block"
        network={address}
        reason={reason}
        isOpen={dialog === 'block'}
        onClose={close}
      />
      <EntryDialog
        kind="never_block"
        network={address}
        isOpen={dialog === 'never_block'}
        onClose={close}
      />
    </Group>
  );
}
